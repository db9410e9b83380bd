package io.weft.gen;

import io.weft.term.Atom;

/** What a child is to its supervisor. */
public enum ChildType {
  /** A process without children of its own to stop. */
  WORKER,
  /** A supervisor: it is given all the time it needs to stop its children. */
  SUPERVISOR;

  Atom term() {
    return this == WORKER ? Atom.of("worker") : Atom.of("supervisor");
  }
}
