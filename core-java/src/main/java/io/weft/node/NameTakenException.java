package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;

/** A name could not be registered because another process holds it. */
public final class NameTakenException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient Pid holder;

  NameTakenException(Atom name, Pid holder) {
    super("the name " + name + " is taken by " + holder);
    this.holder = holder;
  }

  /** Returns the process that holds the name. */
  public Pid holder() {
    return holder;
  }
}
