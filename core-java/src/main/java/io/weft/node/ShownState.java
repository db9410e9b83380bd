package io.weft.node;

import io.weft.term.Term;

/** A state of a behaviour that says how {@code sys:get_state} shows it to another node. */
public interface ShownState {
  /** Returns the term. */
  Term shown();
}
