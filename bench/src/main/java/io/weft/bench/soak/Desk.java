package io.weft.bench.soak;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes what couriers of other nodes bring. Numbers only rise, and no epoch comes after a newer
 * one. Where some are missing, the courier must hear that its epoch is over: what is sent before it
 * has heard so may arrive by the next connection. Each courier that said hello ends once.
 */
final class Desk implements Behavior<Term> {
  static final String NAME = "desk";

  private final PostOffice post;
  private final Map<Pid, Progress> couriers = new HashMap<>();
  private final Map<Pid, Reference> watched = new HashMap<>();

  private record Progress(long epoch, long last) {}

  private Desk(PostOffice post) {
    this.post = post;
  }

  static Blueprint<Term> blueprint(PostOffice post) {
    return Blueprint.<Term>of(NAME, () -> new Desk(post))
        .named(NAME)
        .codec(TermCodec.identity())
        .trapExit();
  }

  @Override
  public void message(Self<Term> self, Term message) {
    var tuple = (Tuple) message;
    var courier = (Pid) tuple.get(1);
    long epoch = number(tuple.get(2));
    if (tuple.isTagged(Courier.HELLO, 3)) {
      requireNewer(courier, epoch);
      couriers.put(courier, new Progress(epoch, 0));
      watch(self, courier);
      self.node().address(courier).tell(Tuple.of(Courier.WELCOME, self.pid(), new IntTerm(epoch)));
    } else {
      take(courier, epoch, number(tuple.get(3)), ((Binary) tuple.get(4)).size());
    }
  }

  /** A hello may have waited for longer than its connection lasted: one monitor is enough. */
  private void watch(Self<Term> self, Pid courier) {
    Reference before = watched.put(courier, self.monitor(new Target.ByPid(courier)));
    if (before != null) {
      self.demonitor(before, true);
    }
  }

  private void requireNewer(Pid courier, long epoch) {
    Progress known = couriers.get(courier);
    if (known != null && known.epoch >= epoch) {
      post.violation("epoch %d of %s came after %s".formatted(epoch, courier, known));
    }
  }

  private void take(Pid courier, long epoch, long number, int bytes) {
    Progress known = couriers.get(courier);
    long before = known != null && known.epoch == epoch ? known.last : 0;
    if (known != null && (known.epoch > epoch || before >= number)) {
      post.violation(
          "item %d of epoch %d of %s came after %s".formatted(number, epoch, courier, known));
    }
    if (before + 1 != number || known == null) {
      post.lossy.put(epoch, "item %d of %s came after %s".formatted(number, courier, known));
    }
    couriers.put(courier, new Progress(epoch, number));
    post.delivered.incrementAndGet();
    post.bytes.addAndGet(bytes);
  }

  /** What was lost on the way ends the epoch; a later one begins with another hello. */
  @Override
  public void info(Self<Term> self, Info info) {
    if (info instanceof Info.Down down) {
      if (!watched.values().remove(down.monitor())) {
        post.violation("a monitor fired twice: " + down);
      }
    } else if (info instanceof Info.Exit exit) {
      if (exit.from().equals(self.parent())) {
        self.stop(ExitReason.SHUTDOWN);
      } // else a courier is gone that was linked
    } else {
      post.violation("a desk got " + info);
    }
  }

  private static long number(Term term) {
    return ((IntTerm) term).value();
  }
}
