package io.weft.bench.soak;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered items to the desk of another node and watches it by a monitor and a link, each of
 * which must tell once that the desk is gone. Then it begins a new epoch.
 */
final class Courier implements Behavior<Term> {
  static final Atom HELLO = Atom.of("hello");
  static final Atom WELCOME = Atom.of("welcome");
  static final Atom ITEM = Atom.of("item");

  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration RETRY = Duration.ofMillis(20);
  private static final int MOST_AT_ONCE = 50;

  /** Larger than a fragment. */
  private static final int LARGE = 200_000;

  /** One item in so many is large. */
  private static final int SELDOM = 40;

  private final PostOffice post;
  private final Target.ByName desk;
  private final Address<Term> address;
  private final Random random;

  private long epoch;
  private long next;
  private @Nullable Reference monitor;
  private @Nullable Pid linked;
  private @Nullable Pid unlinked;
  private boolean awaitsDown;

  private Courier(PostOffice post, Target.ByName desk, Address<Term> address, long seed) {
    this.post = post;
    this.desk = desk;
    this.address = address;
    this.random = new Random(seed);
  }

  static Blueprint<Term> blueprint(
      PostOffice post, Target.ByName desk, Address<Term> address, long seed) {
    return Blueprint.<Term>of("courier", () -> new Courier(post, desk, address, seed))
        .codec(TermCodec.identity())
        .trapExit();
  }

  @Override
  public void start(Self<Term> self) {
    begin(self);
  }

  private void begin(Self<Term> self) {
    epoch = post.epochs.incrementAndGet();
    next = 1;
    post.present.put(self.pid(), epoch);
    monitor = self.monitor(desk);
    address.tell(Tuple.of(HELLO, self.pid(), new IntTerm(epoch)));
    deliver(self, epoch);
  }

  /** Sends some, and goes on as long as the epoch lasts. */
  private void deliver(Self<Term> self, long during) {
    if (during != epoch || monitor == null) {
      return;
    }
    for (int i = random.nextInt(MOST_AT_ONCE); i > 0; i--) {
      byte[] content = new byte[random.nextInt(SELDOM) == 0 ? LARGE : random.nextInt(64)];
      address.tell(
          Tuple.of(
              ITEM, self.pid(), new IntTerm(epoch), new IntTerm(next++), Binary.wrap(content)));
    }
    self.after(PAUSE, () -> deliver(self, during));
  }

  /** Only a desk that has said who it is can be linked with. */
  @Override
  public void message(Self<Term> self, Term message) {
    var welcome = (Tuple) message;
    if (((IntTerm) welcome.get(2)).value() == epoch && monitor != null && linked == null) {
      linked = (Pid) welcome.get(1);
      self.link(linked);
    }
  }

  @Override
  public void info(Self<Term> self, Info info) {
    switch (info) {
      case Info.Down down -> down(self, down);
      case Info.Exit exit -> exit(self, exit);
      case Info.Unknown unknown -> post.violation("a courier got " + unknown);
    }
  }

  /**
   * When a connection breaks, links tell before monitors do. One that is still there belongs to a
   * newer connection, or to a desk that has ended.
   */
  private void down(Self<Term> self, Info.Down down) {
    if (monitor == null || !down.monitor().equals(monitor)) {
      post.violation("a monitor fired that is over: " + down);
      return;
    }
    post.downs.incrementAndGet();
    if (linked != null) {
      self.unlink(linked);
      unlinked = linked;
    }
    endEpoch(self);
    self.after(RETRY, () -> begin(self));
  }

  private void exit(Self<Term> self, Info.Exit exit) {
    if (exit.from().equals(self.parent())) {
      self.stop(ExitReason.SHUTDOWN);
    } else if (exit.from().equals(linked)) {
      post.exits.incrementAndGet();
      post.unsettled.incrementAndGet();
      linked = null;
      awaitsDown = true;
    } else if (exit.from().equals(unlinked)) {
      unlinked = null; // it was in the mailbox already
    } else {
      post.violation("a link broke that is over: " + exit);
    }
  }

  private void endEpoch(Self<Term> self) {
    monitor = null;
    linked = null;
    post.present.remove(self.pid());
    if (awaitsDown) {
      awaitsDown = false;
      post.unsettled.decrementAndGet();
    }
  }

  /** Also where it was killed. */
  @Override
  public void ended(Self<Term> self, ExitReason reason) {
    endEpoch(self);
  }
}
