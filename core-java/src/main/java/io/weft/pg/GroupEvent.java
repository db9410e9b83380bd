package io.weft.pg;

import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.List;

/** A group has changed, as a monitor of it is told. */
public sealed interface GroupEvent {
  /** Returns the group. */
  Term group();

  /** Returns the processes, one as often as it joined or left. */
  List<Pid> pids();

  /** Processes have joined. */
  record Join(Term group, List<Pid> pids) implements GroupEvent {
    public Join {
      pids = List.copyOf(pids);
    }
  }

  /** Processes have left, ended, or were lost. */
  record Leave(Term group, List<Pid> pids) implements GroupEvent {
    public Leave {
      pids = List.copyOf(pids);
    }
  }
}
