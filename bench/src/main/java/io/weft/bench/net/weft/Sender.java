package io.weft.bench.net.weft;

import io.weft.bench.net.NetRows;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;

/** Sends {@code {item, N}}, counting down, to each of the receivers in turn. */
final class Sender implements Behavior<Sender.Go> {
  private static final Atom ITEM = Atom.of("item");

  enum Go {
    GO
  }

  private final List<Address<Term>> receivers;
  private long rounds;
  private int next;

  Sender(List<Address<Term>> receivers, long rounds) {
    this.receivers = receivers;
    this.rounds = rounds;
  }

  @Override
  public void message(Self<Go> self, Go go) {
    for (int i = 0; i < NetRows.BATCH && rounds > 0; i++) {
      receivers.get(next).tell(Tuple.of(ITEM, new IntTerm(rounds)));
      next++;
      if (next == receivers.size()) {
        next = 0;
        rounds--;
      }
    }
    if (rounds > 0) {
      self.address().tell(go);
    } else {
      self.stop(ExitReason.NORMAL);
    }
  }
}
