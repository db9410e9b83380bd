package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.BOOM;
import static io.weft.gen.Troupe.MANY;
import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.ExitReason;
import io.weft.node.Slot;
import io.weft.node.Started;
import io.weft.node.TermCodec;
import io.weft.term.Pid;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.2: what follows the end of a child. */
class Supervisor32ChildTerminationTest {
  private static final List<ExitReason> ORDERLY =
      List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, reason("{shutdown, why}"));

  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  @Test
  void aPermanentChildIsRestartedAfterEveryEndInTheSameSlot() {
    var slot = new AtomicReference<Slot<String>>();
    troupe
        .nodes
        .node()
        .start(
            Supervisor.define("sup", MANY, children -> slot.set(children.add(troupe.child("a")))));
    troupe.take(1);
    for (String why : List.of("normal", "shutdown", "{shutdown, why}", "boom")) {
      Pid before = Troupe.awaitFilled(slot.get());
      slot.get().tell(why);
      assertEquals(List.of("-a", "+a"), troupe.take(2));
      assertNotEquals(before, Troupe.awaitFilled(slot.get()));
    }
  }

  @Test
  void aTransientChildIsNotRestartedAfterAnOrderlyEndAndKept() {
    for (ExitReason orderly : ORDERLY) {
      var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a", Restart.TRANSIENT));
      tellToEnd(troupe.pid(supervisor, "a"), orderly);
      assertEquals(List.of("+a", "-a"), troupe.take(2));
      Troupe.await("a is kept", () -> troupe.order(supervisor).equals(List.of("a")));
    }
  }

  @Test
  void aTransientChildIsRestartedAfterAnyOtherEnd() {
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a", Restart.TRANSIENT));
    troupe.end(supervisor, "a", BOOM);
    assertEquals(List.of("+a", "-a", "+a"), troupe.take(3));
    troupe.end(supervisor, "a", ExitReason.KILL);
    assertEquals(List.of("-a", "+a"), troupe.take(2));
  }

  @Test
  void aTemporaryChildIsForgottenAfterEveryEnd() {
    for (ExitReason why : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, BOOM)) {
      var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a", Restart.TEMPORARY));
      tellToEnd(troupe.pid(supervisor, "a"), why);
      assertEquals(List.of("+a", "-a"), troupe.take(2));
      Troupe.await("a is forgotten", () -> troupe.order(supervisor).isEmpty());
    }
  }

  private void tellToEnd(Pid pid, ExitReason reason) {
    var watch = troupe.watch(pid);
    troupe.nodes.node().address(pid, TermCodec.<String>localOnly("a")).tell(reason.toString());
    assertEquals(reason, watch.reason());
  }

  @Test
  void oneForOneRestartsOnlyTheOneThatFailed() {
    var supervisor =
        troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a"), troupe.child("b"), troupe.child("c"));
    troupe.take(3);
    troupe.end(supervisor, "b", BOOM);
    assertEquals(List.of("-b", "+b"), troupe.take(2));
    assertEquals(List.of("a*", "b*", "c*"), troupe.order(supervisor));
  }

  @Test
  void restForOneStopsThoseStartedAfterInReverseThenStartsAllOfThemInOrder() {
    var supervisor =
        troupe.start(
            Strategy.REST_FOR_ONE,
            troupe.child("a"),
            troupe.child("b"),
            troupe.child("c"),
            troupe.child("d"));
    troupe.take(4);
    troupe.end(supervisor, "b", BOOM);
    assertEquals(List.of("-b", "-d", "-c", "+b", "+c", "+d"), troupe.take(6));
  }

  @Test
  void oneForAllStopsAllOthersInReverseThenStartsAllInOrder() {
    var supervisor =
        troupe.start(
            Strategy.ONE_FOR_ALL,
            troupe.child("a"),
            troupe.child("b"),
            troupe.child("c"),
            troupe.child("d"));
    troupe.take(4);
    troupe.end(supervisor, "b", BOOM);
    assertEquals(List.of("-b", "-d", "-c", "-a", "+a", "+b", "+c", "+d"), troupe.take(8));
  }

  @Test
  void temporarySiblingsStoppedByAGroupRestartAreNotStartedAgain() {
    for (Strategy strategy : List.of(Strategy.REST_FOR_ONE, Strategy.ONE_FOR_ALL)) {
      var supervisor =
          troupe.start(
              strategy, troupe.child("a"), troupe.child("t", Restart.TEMPORARY), troupe.child("b"));
      troupe.take(3);
      troupe.end(supervisor, "a", BOOM);
      assertEquals(List.of("-a", "-b", "-t", "+a", "+b"), troupe.take(5));
      assertEquals(List.of("a*", "b*"), troupe.order(supervisor));
    }
  }

  @Test
  void siblingsThatHadEndedOrWereTerminatedAreStartedWithTheGroup() {
    var supervisor =
        troupe.start(
            Strategy.REST_FOR_ONE,
            troupe.child("before", Restart.TRANSIENT),
            troupe.child("a"),
            troupe.child("b", Restart.TRANSIENT),
            troupe.child("c"));
    troupe.end(supervisor, "before", ExitReason.SHUTDOWN);
    troupe.end(supervisor, "b", ExitReason.SHUTDOWN);
    troupe.ask(supervisor, new Supervisor.TerminateChild("c"));
    assertEquals(List.of("before", "a*", "b", "c"), troupe.order(supervisor));
    troupe.end(supervisor, "a", BOOM);
    assertEquals(List.of("before", "a*", "b*", "c*"), troupe.order(supervisor));
  }

  @Test
  void aChildThatDoesNotStartAgainIsTriedUntilItDoesAndOthersAreServedInBetween() {
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a"), troupe.child("b"));
    troupe.take(2);
    troupe.failStarts("a", Integer.MAX_VALUE);
    troupe.end(supervisor, "a", BOOM);
    assertEquals(List.of("-a"), troupe.take(1));
    Troupe.await(
        "a is restarting",
        () -> troupe.which(supervisor).getLast().restarting()); // a request that is served
    troupe.failStarts("a", 0);
    assertEquals(List.of("+a"), troupe.take(1));
  }

  @Test
  void aGroupWhoseRestartFailsIsTriedFromTheOneThatFailed() {
    var supervisor =
        troupe.start(
            Strategy.REST_FOR_ONE, troupe.child("a"), troupe.child("b"), troupe.child("c"));
    troupe.take(3);
    troupe.failStarts("b", 3);
    troupe.end(supervisor, "a", BOOM);
    assertEquals(List.of("-a", "-c", "-b", "+a", "+b", "+c"), troupe.take(6));
  }

  @Test
  void aGroupOfAllWhoseRestartFailsIsStoppedAndTriedAsAWhole() {
    var supervisor =
        troupe.start(Strategy.ONE_FOR_ALL, troupe.child("a"), troupe.child("b"), troupe.child("c"));
    troupe.take(3);
    troupe.failStarts("b", 2);
    troupe.end(supervisor, "c", BOOM);
    assertEquals(
        List.of("-c", "-b", "-a", "+a", "-a", "+a", "-a", "+a", "+b", "+c"), troupe.take(10));
  }

  @Test
  void twoChildrenThatEndTogetherAreOneGroupRestart() {
    var supervisor =
        troupe.start(
            Strategy.ONE_FOR_ALL,
            new Intensity(1, java.time.Duration.ofSeconds(1_000)),
            AutoShutdown.NEVER,
            troupe.child("a"),
            troupe.child("b"));
    troupe.take(2);
    Pid a = troupe.pid(supervisor, "a");
    Pid b = troupe.pid(supervisor, "b");
    var killer = troupe.nodes.actor();
    var blocker = troupe.watch(b);
    killer.run(self -> {
      self.exit(a, ExitReason.KILL);
      self.exit(b, ExitReason.KILL);
    });
    blocker.reason();
    Troupe.await(
        "both are back",
        () ->
            troupe.order(supervisor).equals(List.of("a*", "b*"))
                && !troupe.pid(supervisor, "a").equals(a));
    assertTrue(troupe.nodes.node().isAlive(pidOf(supervisor)));
  }

  @Test
  void aChildThatIgnoresItsRestartIsKeptWithoutAPid() {
    var lives = new java.util.concurrent.atomic.AtomicInteger();
    ChildSpec<String> once =
        ChildSpec.of(
            GenServer.define(
                "once",
                String.class,
                (on, self) -> {
                  on.cast(String.class, why -> self.stop(reason(why)));
                  if (lives.incrementAndGet() > 1) {
                    self.ignore();
                  }
                }));
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, once);
    troupe.end(supervisor, "once", BOOM);
    Troupe.await("it is ignored", () -> troupe.order(supervisor).equals(List.of("once")));
    assertEquals(2, lives.get());
  }

  @Test
  void anExitOfNoChildIsNothingToASupervisor() {
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a"));
    var stranger = troupe.nodes.actor();
    stranger.run(self -> self.exit(pidOf(supervisor), BOOM));
    assertEquals(List.of("a*"), troupe.order(supervisor));
    assertTrue(
        troupe.nodes.node().startAsync(troupe.blueprint("x")).join() instanceof Started.Ok<?>);
  }
}
