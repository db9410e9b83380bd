package io.weft.node;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.weft.term.Atom;
import io.weft.term.Pid;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What {@link Inbox} promises to threads. */
public class InboxStress {
  private static final Pid SENDER = new Pid(Atom.of("n@h"), 1, 0, 0);

  private static Signal signal(long number) {
    return new Signal.Unlink(SENDER, number);
  }

  private static final class Box extends Inbox {}

  /** What was written before a push is visible to whoever takes the signal. */
  @JCStressTest
  @State
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "there, with all that was written before")
  @Outcome(expect = FORBIDDEN, desc = "there, but not what was written before")
  public static class Publication {
    private final Inbox inbox = new Box();
    private int written;

    @Actor
    public void sender() {
      written = 1;
      inbox.push(signal(1));
    }

    @Actor
    public void turn(I_Result seen) {
      seen.r1 = inbox.takeAll() == null ? -1 : written;
    }
  }

  /** A push and a process that goes to sleep agree on who runs next. */
  @JCStressTest
  @State
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "it sleeps, and is woken")
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "it stays awake, and nobody wakes it")
  @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "a lost wake-up")
  @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "scheduled twice")
  public static class Parking {
    private final Inbox inbox = new Box();

    @Actor
    public void sender(II_Result seen) {
      seen.r1 = inbox.push(signal(1)) == Inbox.Push.WAKE ? 1 : 0;
    }

    @Actor
    public void turn(II_Result seen) {
      seen.r2 = inbox.tryPark() ? 1 : 0;
    }
  }

  /** Of two who find a process asleep one wakes it. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "one wakes it")
  @Outcome(expect = FORBIDDEN, desc = "none, or both")
  public static class Waking {
    private final Inbox inbox = new Box();

    public Waking() {
      inbox.tryPark();
    }

    @Actor
    public void one(II_Result seen) {
      seen.r1 = inbox.push(signal(1)) == Inbox.Push.WAKE ? 1 : 0;
    }

    @Actor
    public void another(II_Result seen) {
      seen.r2 = inbox.push(signal(2)) == Inbox.Push.WAKE ? 1 : 0;
    }
  }

  /** A signal is taken by the process that ends, or refused. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "queued, and found at the end")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "refused")
  @Outcome(expect = FORBIDDEN, desc = "lost, or answered twice")
  public static class Closing {
    private final Inbox inbox = new Box();

    @Actor
    public void sender(II_Result seen) {
      seen.r1 = inbox.push(signal(1)) == Inbox.Push.CLOSED ? 1 : 0;
    }

    @Actor
    public void turn(II_Result seen) {
      seen.r2 = inbox.close() == null ? 0 : 1;
    }
  }
}
