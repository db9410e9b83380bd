package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.MANY;
import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.4: how children are stopped. */
class Supervisor34StoppingTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  @Test
  void childrenAreStoppedOneAtATimeInReverseStartOrder() {
    var supervisor =
        troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a"), troupe.child("b"), troupe.child("c"));
    assertEquals(List.of("+a", "+b", "+c"), troupe.take(3));
    assertEquals(ExitReason.SHUTDOWN, troupe.stop(supervisor));
    assertEquals(List.of("-c", "-b", "-a"), troupe.take(3));
  }

  @Test
  void aChildIsAskedWithShutdown() {
    var asked = new CompletableFuture<ExitReason>();
    Blueprint<String> child =
        GenServer.<String>define(
                "a",
                String.class,
                (on, self) -> {
                  on.cast(String.class, m -> {});
                  on.onTerminate(asked::complete);
                })
            .trapExit();
    troupe.stop(troupe.start(Strategy.ONE_FOR_ONE, ChildSpec.of(child)));
    assertEquals(ExitReason.SHUTDOWN, asked.join());
  }

  @Test
  void aChildThatDoesNotEndInItsTimeIsKilled() {
    var spec = troupe.stubborn("a").shutdown(new Shutdown.Within(Duration.ofMillis(20)));
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, spec);
    var child = troupe.watch(troupe.pid(supervisor, "a"));
    troupe.stop(supervisor);
    assertEquals(ExitReason.KILLED, child.reason());
  }

  @Test
  void aShutdownTimeOfZeroKillsAtOnce() {
    var spec = troupe.stubborn("a").shutdown(new Shutdown.Within(Duration.ZERO));
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, spec);
    var child = troupe.watch(troupe.pid(supervisor, "a"));
    troupe.stop(supervisor);
    assertEquals(ExitReason.KILLED, child.reason());
  }

  @Test
  void aBrutalKillAsksNobody() {
    var spec = troupe.child("a").shutdown(new Shutdown.BrutalKill());
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, spec);
    var child = troupe.watch(troupe.pid(supervisor, "a"));
    troupe.stop(supervisor);
    assertEquals(ExitReason.KILLED, child.reason());
  }

  @Test
  void infinityWaitsForEver() {
    var spec = troupe.stubborn("a").shutdown(new Shutdown.Infinity());
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, spec);
    Pid child = troupe.pid(supervisor, "a");
    var ended = troupe.watch(supervisor);
    troupe.nodes.node().exit(pidOf(supervisor), ExitReason.SHUTDOWN);
    troupe.nodes.node().exit(pidOf(supervisor), ExitReason.SHUTDOWN); // changes nothing
    assertTrue(troupe.nodes.node().isAlive(child));
    troupe
        .nodes
        .node()
        .address(child, io.weft.node.TermCodec.<String>localOnly("a"))
        .tell("normal");
    assertEquals(ExitReason.SHUTDOWN, ended.reason());
  }

  @Test
  void whichEndsAreToBeExpected() {
    var permanent = childOf(troupe.child("a"));
    var temporary = childOf(troupe.child("a", Restart.TEMPORARY));
    var brutal = childOf(troupe.child("a").shutdown(new Shutdown.BrutalKill()));
    ExitReason tagged = reason("{shutdown, x}");
    assertTrue(Stopping.isExpected(permanent, ExitReason.SHUTDOWN));
    assertFalse(Stopping.isExpected(permanent, ExitReason.NORMAL));
    assertFalse(Stopping.isExpected(permanent, tagged));
    assertTrue(Stopping.isExpected(temporary, ExitReason.NORMAL));
    assertTrue(Stopping.isExpected(temporary, tagged));
    assertFalse(Stopping.isExpected(temporary, ExitReason.KILLED));
    assertTrue(Stopping.isExpected(brutal, ExitReason.KILLED));
    assertFalse(Stopping.isExpected(brutal, ExitReason.SHUTDOWN));
  }

  private Child<String> childOf(ChildSpec<String> spec) {
    return new Child<>(
        spec, ChildTerms.of(spec), new Slot<>(troupe.nodes.node(), spec.blueprint().codec()));
  }

  @Test
  void theExitOfTheParentEndsItWithTheParentsReason() {
    var parent = troupe.nodes.actor();
    var supervisor =
        parent.does(self ->
            self.spawnLink(
                Supervisor.define(
                    "sup",
                    children -> {
                      children.add(troupe.child("a"));
                    })));
    troupe.take(1);
    var watch = troupe.watch(supervisor);
    troupe.nodes.node().exit(parent.pid(), reason("{parent, gone}"));
    assertEquals(reason("{parent, gone}"), watch.reason());
    assertEquals(List.of("-a"), troupe.take(1));
  }

  @Test
  void theExitOfTheParentEndsAStartThatTakesForEver() {
    ChildSpec<String> slow =
        ChildSpec.of(
            Blueprint.of(
                "slow",
                () ->
                    new Behavior<String>() {
                      @Override
                      public void start(Self<String> self) {
                        troupe.events.add("starting");
                        self.holdStart();
                      }

                      @Override
                      public void message(Self<String> self, String message) {}
                    }));
    var supervisor =
        troupe
            .nodes
            .node()
            .spawn(
                Supervisor.define(
                    "sup",
                    children -> {
                      children.add(troupe.child("a"));
                      children.add(slow);
                    }));
    assertEquals(List.of("+a", "starting"), troupe.take(2));
    assertEquals(ExitReason.SHUTDOWN, troupe.stop(supervisor));
    assertEquals(List.of("-a"), troupe.take(1));
  }

  @Test
  void aSupervisorUnderASupervisorStopsItsChildrenFirst() {
    var inner =
        ChildSpec.of(
            Supervisor.define(
                "inner",
                MANY,
                children -> {
                  children.add(troupe.child("b"));
                  children.add(troupe.child("c"));
                }));
    var outer =
        troupe
            .nodes
            .node()
            .start(
                Supervisor.define(
                    "outer",
                    MANY,
                    children -> {
                      children.add(troupe.child("a"));
                      children.add(inner);
                    }));
    assertEquals(List.of("+a", "+b", "+c"), troupe.take(3));
    troupe.nodes.node().exit(troupe.pid(outer, "inner"), ExitReason.KILL);
    var again = troupe.take(4); // a killed supervisor takes its children along, in any order
    assertTrue(again.containsAll(List.of("-b", "-c", "+b", "+c")), again.toString());
    troupe.stop(outer);
    assertEquals(List.of("-c", "-b", "-a"), troupe.take(3));
  }

  @Test
  void terminatedChildrenLeaveNoExitBehind() {
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a"));
    troupe.ask(supervisor, new Supervisor.TerminateChild("a"));
    troupe.ask(supervisor, new Supervisor.RestartChild("a"));
    assertEquals(List.of("+a", "-a", "+a"), troupe.take(3));
    assertEquals(List.of("a*"), troupe.order(supervisor));
    assertEquals(Atom.of("worker"), troupe.which(supervisor).getFirst().type().term());
  }
}
