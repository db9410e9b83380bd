package io.weft.node;

import io.weft.term.Atom;

/** A process was not started: as many live as {@link NodeOptions#maxProcesses} allows. */
public final class TooManyProcessesException extends SystemLimitException {
  private static final long serialVersionUID = 1L;

  TooManyProcessesException(Atom node, int limit) {
    super(
        limit,
        "node "
            + node
            + " has "
            + limit
            + " processes, as many as NodeOptions.maxProcesses allows: end some, or raise it");
  }
}
