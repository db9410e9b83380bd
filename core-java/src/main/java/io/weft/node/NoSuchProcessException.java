package io.weft.node;

import io.weft.term.Pid;

/** A link was asked for with a process of this node that does not exist: {@code noproc}. */
public final class NoSuchProcessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoSuchProcessException(Pid pid) {
    super("noproc: there is no process " + pid);
  }
}
