package io.weft.bench.net.weft;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Waits for {@code {landed, InOrder}} of the far end, as often as the latch says. */
final class Referee implements Behavior<Term> {
  private static final Term IN_ORDER = Tuple.of(Atom.of("landed"), Atom.of(true));

  private final CountDownLatch done;

  private Referee(CountDownLatch done) {
    this.done = done;
  }

  static Pid start(Node node, CountDownLatch done) {
    var blueprint =
        Blueprint.<Term>of("referee", () -> new Referee(done)).codec(TermCodec.identity());
    return Objects.requireNonNull(
        node.spawn(blueprint).pid(), "a process that is spawned has a pid");
  }

  @Override
  public void message(Self<Term> self, Term message) {
    if (!message.equals(IN_ORDER)) {
      throw new IllegalStateException("messages were lost or out of order: " + message);
    }
    done.countDown();
    if (done.getCount() == 0) {
      self.stop(ExitReason.NORMAL);
    }
  }
}
