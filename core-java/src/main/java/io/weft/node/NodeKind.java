package io.weft.node;

/** Which connected nodes are meant: what {@code nodes/1} takes. */
public enum NodeKind {
  /** Those with which this node shares a cluster: neither of the two is hidden. */
  VISIBLE,
  /** Those where this node or the peer is hidden. */
  HIDDEN,
  /** All of them. */
  CONNECTED;

  boolean includes(boolean hidden) {
    return this == CONNECTED || (this == HIDDEN) == hidden;
  }
}
