package io.weft.stage

/** What a producer does with the demand of its consumers. */
public enum class DemandMode {
  /** Handles it as it comes: the default. */
  FORWARD,

  /** Keeps it, with what it emits, until it is to [FORWARD] again: so that many can subscribe. */
  ACCUMULATE,
}

/** Which events a full buffer keeps. */
public enum class Keep {
  FIRST,
  LAST,
}
