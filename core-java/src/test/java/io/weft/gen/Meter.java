package io.weft.gen;

import io.weft.node.Request;

/** The protocol of a meter, which all versions of it share. */
public sealed interface Meter {
  record Add(long n) implements Meter {}

  record Read() implements Meter, Request<Reading> {}

  /** Ends with an exception. */
  record Crash() implements Meter {}

  /**
   * What a meter shows.
   *
   * @param version of its code
   */
  record Reading(int version, long total) {}
}
