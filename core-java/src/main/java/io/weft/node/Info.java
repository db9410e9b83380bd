package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** What reaches a process besides the messages of its protocol. */
public sealed interface Info {
  /** Returns the form an Erlang process would have received. */
  Term toTerm();

  /** {@code {'EXIT', From, Reason}}: an exit signal, to a process that traps exits. */
  record Exit(Pid from, ExitReason reason) implements Info {
    @Override
    public Term toTerm() {
      return Tuple.of(Atom.of("EXIT"), from, reason.term());
    }
  }

  /**
   * {@code {'DOWN', Monitor, process, Item, Reason}}: the monitored process ended, or could not be
   * watched.
   *
   * @param item the pid that was monitored, or {@code {Name, Node}} where it was a name
   */
  record Down(Reference monitor, Term item, ExitReason reason) implements Info {
    @Override
    public Term toTerm() {
      return Tuple.of(Atom.of("DOWN"), monitor, Atom.of("process"), item, reason.term());
    }
  }

  /** A term that is no message of the protocol, with the reason why. */
  record Unknown(Term term, String why) implements Info {
    @Override
    public Term toTerm() {
      return term;
    }
  }
}
