package io.weft.node;

/** The reply to a call inside the node, on its way to the caller's alias. */
sealed interface Answer {
  record Value(Object value) implements Answer {}

  record Refused(String why) implements Answer {}
}
