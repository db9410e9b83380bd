package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.node.StartException;
import io.weft.node.Target;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisorTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Intensity MANY = new Intensity(1_000, Duration.ofSeconds(1));
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final TestNode nodes = new TestNode();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void childrenStartInOrderAndStopInReverse() throws InterruptedException {
    var supervisor = start(MANY, List.of(child("a"), child("b"), child("c")));
    assertEquals(List.of("+a", "+b", "+c"), take(3));
    stop(supervisor);
    assertEquals(List.of("-c", "-b", "-a"), take(3));
  }

  @Test
  void aPermanentChildIsRestartedAfterEveryEndInTheSameSlot() throws InterruptedException {
    var slot = new AtomicReference<Slot<String>>();
    nodes
        .node()
        .start(Supervisor.define("sup", MANY, children -> slot.set(children.add(child("a")))));
    take(1);
    for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, BOOM)) {
      Pid before = awaitFilled(slot.get());
      slot.get().tell(reason.toString());
      assertEquals(List.of("-a", "+a"), take(2));
      assertNotEquals(before, awaitFilled(slot.get()));
    }
  }

  @Test
  void aTransientChildIsRestartedOnlyAfterAnAbnormalEnd() throws InterruptedException {
    var supervisor = start(MANY, List.of(child("a").restart(Restart.TRANSIENT)));
    take(1);
    nodes.node().exit(childPid(supervisor), BOOM);
    assertEquals(List.of("-a", "+a"), take(2));
    endChild(supervisor, ExitReason.SHUTDOWN);
    assertNull(onlyChild(supervisor).pid());
  }

  @Test
  void aTemporaryChildIsForgotten() throws InterruptedException {
    var supervisor = start(MANY, List.of(child("a").restart(Restart.TEMPORARY)));
    take(1);
    endChild(supervisor, BOOM);
    assertEquals(List.of(), children(supervisor));
  }

  @Test
  void tooManyRestartsEndTheSupervisorWithShutdown() throws InterruptedException {
    var supervisor =
        start(new Intensity(1, Duration.ofSeconds(1_000)), List.of(child("a"), child("b")));
    take(2);
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(supervisor))));
    nodes.node().exit(childPid(supervisor), BOOM);
    assertEquals(List.of("-b", "+b"), take(2));
    nodes.node().exit(childPid(supervisor), BOOM);
    assertEquals(ExitReason.SHUTDOWN, ((Info.Down) watcher.next()).reason());
    assertEquals(List.of("-b", "-a"), take(2));
  }

  @Test
  void aChildThatDoesNotStartStopsTheOthersAndNamesItself() throws InterruptedException {
    ChildSpec<String> bad = ChildSpec.of(tracked("bad", 0));
    var failure = assertThrows(StartException.class, () -> start(MANY, List.of(child("a"), bad)));
    assertTrue(failure.getMessage().contains("failed_to_start_child"), failure.getMessage());
    assertEquals(List.of("+a", "-bad", "-a"), take(3));
  }

  @Test
  void aChildThatFailsToRestartIsTriedAgain() throws InterruptedException {
    var starts = new AtomicInteger();
    Blueprint<String> moody =
        Blueprint.of(
            "moody", () -> new Tracked("moody", events, starts.incrementAndGet() == 2 ? 0 : 1));
    var supervisor = start(MANY, List.of(ChildSpec.of(moody)));
    take(1);
    nodes.node().exit(childPid(supervisor), BOOM);
    assertEquals(List.of("-moody", "-moody", "+moody"), take(3));
  }

  @Test
  void aChildThatDoesNotShutDownInTimeIsKilled() throws InterruptedException {
    var stubborn = ChildSpec.of(tracked("stubborn", 1).trapExit());
    var supervisor =
        start(MANY, List.of(stubborn.shutdown(new Shutdown.Within(Duration.ofMillis(20)))));
    take(1);
    stop(supervisor);
    assertEquals(List.of("-stubborn"), take(1));
  }

  @Test
  void aBrutalKillAsksNobody() throws InterruptedException {
    var stubborn = ChildSpec.of(tracked("stubborn", 1).trapExit());
    var supervisor = start(MANY, List.of(stubborn.shutdown(new Shutdown.BrutalKill())));
    take(1);
    stop(supervisor);
    assertEquals(List.of("-stubborn"), take(1));
  }

  @Test
  void aSupervisorCanBeAChild() throws InterruptedException {
    var inner =
        ChildSpec.of(Supervisor.define("inner", MANY, children -> children.add(child("a"))));
    var outer =
        nodes
            .node()
            .start(
                Supervisor.define(
                    "outer",
                    MANY,
                    children -> children.add(inner.shutdown(new Shutdown.Infinity()))));
    take(1);
    nodes.node().exit(childPid(outer), ExitReason.KILL);
    assertEquals(List.of("-a", "+a"), take(2));
    stop(outer);
    assertEquals(List.of("-a"), take(1));
  }

  @Test
  void intensityCountsWholeSecondsAsOtpDoes() {
    var withinOneSecond = new Intensity(1, Duration.ofSeconds(1)).new Counter();
    assertTrue(withinOneSecond.allows(900_000_000L));
    assertFalse(withinOneSecond.allows(1_999_999_999L));
    var later = new Intensity(1, Duration.ofSeconds(1)).new Counter();
    assertTrue(later.allows(900_000_000L));
    assertTrue(later.allows(2_000_000_000L));
  }

  private Address<Supervisor.Query> start(Intensity intensity, List<ChildSpec<String>> specs) {
    return nodes
        .node()
        .start(Supervisor.define("sup", intensity, children -> specs.forEach(children::add)));
  }

  private ChildSpec<String> child(String name) {
    return ChildSpec.of(tracked(name, 1));
  }

  private Blueprint<String> tracked(String name, int lives) {
    return Blueprint.of(name, () -> new Tracked(name, events, lives));
  }

  private static List<Supervisor.ChildInfo> children(Address<Supervisor.Query> supervisor) {
    return Weft.call(supervisor, new Supervisor.WhichChildren(), LONG);
  }

  private static Supervisor.ChildInfo onlyChild(Address<Supervisor.Query> supervisor) {
    return children(supervisor).getFirst();
  }

  private static Pid childPid(Address<Supervisor.Query> supervisor) {
    while (true) {
      Pid pid = onlyChild(supervisor).pid();
      if (pid != null) {
        return pid;
      }
    }
  }

  private static Pid awaitFilled(Slot<String> slot) {
    while (slot.target() == null) {
      Thread.onSpinWait();
    }
    return pidOf(slot);
  }

  /**
   * Ends the last child; when this returns the supervisor knows, as the child's links are told
   * before its watchers.
   */
  private void endChild(Address<Supervisor.Query> supervisor, ExitReason reason) {
    Pid pid = childPid(supervisor);
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pid)));
    nodes.node().exit(pid, reason);
    watcher.next();
  }

  /** Stops a supervisor as its parent, the node, would. */
  private void stop(Address<?> supervisor) {
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(supervisor))));
    nodes.node().exit(pidOf(supervisor), ExitReason.SHUTDOWN);
    assertEquals(ExitReason.SHUTDOWN, ((Info.Down) watcher.next()).reason());
  }

  private List<String> take(int count) throws InterruptedException {
    var taken = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String event = events.poll(20, TimeUnit.SECONDS);
      assertTrue(event != null, "nothing more after " + taken);
      taken.add(event);
    }
    return taken;
  }

  /**
   * Tells when it starts and ends, and ends with what it is told; without a life it fails to start.
   */
  private record Tracked(String name, BlockingQueue<String> events, int lives)
      implements Behavior<String> {
    @Override
    public void start(Self<String> self) {
      if (lives == 0) {
        throw new IllegalStateException("refused to start");
      }
      events.add("+" + name);
    }

    @Override
    public void message(Self<String> self, String reason) {
      self.stop(ExitReason.of(Atom.of(reason)));
    }

    @Override
    public void ended(Self<String> self, ExitReason reason) {
      events.add("-" + name);
    }
  }
}
