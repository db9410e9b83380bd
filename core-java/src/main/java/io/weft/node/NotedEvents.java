package io.weft.node;

/** Which events {@code sys} notes of a process without being told by its behaviour. */
public enum NotedEvents {
  /** What comes in, what is answered, and the state after each message: those of a gen_server. */
  ALL,
  /** What comes in: those of a gen_event. */
  IN,
  /** None: the behaviour tells of them in its own words, as a gen_statem does. */
  NONE
}
