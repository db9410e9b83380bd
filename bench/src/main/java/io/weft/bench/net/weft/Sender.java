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
import org.jspecify.annotations.Nullable;

/**
 * Sends {@code {item, N}} or {@code {item, N, Payload}}, counting down, to each of the receivers in
 * turn.
 */
final class Sender implements Behavior<Sender.Go> {
  private static final Atom ITEM = Atom.of("item");

  enum Go {
    GO
  }

  private final List<Address<Term>> receivers;
  private final @Nullable Term payload;
  private long rounds;
  private int next;

  Sender(List<Address<Term>> receivers, long rounds) {
    this(receivers, rounds, null);
  }

  Sender(List<Address<Term>> receivers, long rounds, @Nullable Term payload) {
    this.receivers = receivers;
    this.payload = payload;
    this.rounds = rounds;
  }

  @Override
  public void message(Self<Go> self, Go go) {
    for (int i = 0; i < NetRows.BATCH && rounds > 0; i++) {
      receivers.get(next).tell(item());
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

  private Term item() {
    IntTerm number = new IntTerm(rounds);
    return payload == null ? Tuple.of(ITEM, number) : Tuple.of(ITEM, number, payload);
  }
}
