package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** Whom a signal is for: one process, or whoever has a name on a node. */
public sealed interface Target {
  /** Returns the node the receiver lives on. */
  Atom node();

  /** Returns the target as monitors and errors show it: a pid, or {@code {Name, Node}}. */
  Term item();

  /** The process with this pid. */
  record ByPid(Pid pid) implements Target {
    @Override
    public Atom node() {
      return pid.node();
    }

    @Override
    public Term item() {
      return pid;
    }

    @Override
    public String toString() {
      return pid.toString();
    }
  }

  /** The process registered as {@code name} on {@code node} when the signal arrives. */
  record ByName(Atom name, Atom node) implements Target {
    @Override
    public Term item() {
      return Tuple.of(name, node);
    }

    @Override
    public String toString() {
      return item().toString();
    }
  }
}
