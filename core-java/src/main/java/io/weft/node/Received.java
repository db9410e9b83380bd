package io.weft.node;

/** What a straight-line body receives. */
public sealed interface Received<M> {
  /** A plain message, or a cast. */
  record Message<M>(M content) implements Received<M> {}

  /** A request somebody waits for: answer {@code from}. */
  record Call<M>(M request, From from) implements Received<M> {}

  /** An exit signal that is trapped, the report of a monitor, or a term not of the protocol. */
  record Report<M>(Info info) implements Received<M> {}
}
