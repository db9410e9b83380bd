package io.weft.gen;

import io.weft.node.Slot;
import io.weft.term.Pid;

/** A child of a {@link DynamicSupervisor}, and what it was started with. */
final class DynamicChild<A, M> extends Child<M> {
  private final A argument;

  DynamicChild(A argument, ChildSpec<M> spec, ChildTerms terms, Slot<M> slot) {
    super(spec, terms, slot);
    this.argument = argument;
  }

  A argument() {
    return argument;
  }

  /** It has no id of its own. */
  @Override
  String nameInTree() {
    Pid pid = pid();
    return pid == null ? spec().id() : pid.toString();
  }
}
