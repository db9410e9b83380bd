package io.weft.gen;

import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.GenClient;
import io.weft.node.Info;
import io.weft.node.StartException;
import io.weft.node.Started;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.3: how a start ends, for the starter, and for one that is linked and traps. */
class GenServer23StartTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  private static Blueprint<Shop> starting(GenServer.Definition<Shop> start) {
    return Shop.blueprint((on, self) -> {
      Shop.handle(on, new Shop.Handling() {});
      start.define(on, self);
    });
  }

  private Started<Shop> outcome(Blueprint<Shop> blueprint) {
    return troupe.nodes.node().startAsync(blueprint).join();
  }

  @Test
  void ignoreIsIgnoredAndEndsNormal() {
    Blueprint<Shop> ignoring = starting((on, self) -> self.ignore()).named("shop");
    assertInstanceOf(Started.Ignored.class, outcome(ignoring));
    assertNull(troupe.nodes.node().whereis(Atom.of("shop")));
    assertEquals(ExitReason.NORMAL, exitOf(ignoring).reason());
  }

  @Test
  void aServerThatIgnoresNeedsNoHandlers() {
    assertInstanceOf(Started.Ignored.class, outcome(Shop.blueprint((on, self) -> self.ignore())));
  }

  @Test
  void stopIsAnErrorWithItsReason() {
    Blueprint<Shop> stopping = starting((on, self) -> self.stop(reason("no_goods")));
    assertEquals(new Started.Failed<>(reason("no_goods")), outcome(stopping));
    assertEquals(reason("no_goods"), exitOf(stopping).reason());
  }

  @Test
  void anExitIsAnErrorWithItsReason() {
    Blueprint<Shop> exiting =
        starting((on, self) -> {
          throw new ExitException(reason("{no, goods}"));
        });
    assertEquals(new Started.Failed<>(reason("{no, goods}")), outcome(exiting));
    assertEquals(reason("{no, goods}"), exitOf(exiting).reason());
  }

  @Test
  void anExceptionIsAnErrorWithReasonAndStack() {
    var failed =
        (Started.Failed<Shop>)
            outcome(
                starting((on, self) -> {
                  throw new IllegalStateException("broken");
                }));
    Tuple crash = (Tuple) failed.reason().term();
    assertEquals(
        io.weft.term.Term.parse("{'java.lang.IllegalStateException', <<\"broken\">>}"),
        crash.get(0));
    assertEquals(2, crash.arity());
  }

  /** What a trapping parent that is linked gets for a start that comes to nothing. */
  private Info.Exit exitOf(Blueprint<Shop> blueprint) {
    var parent = troupe.nodes.trappingActor();
    var outcome = new CompletableFuture<Started<Shop>>();
    parent.run(self -> self.startLink(blueprint, outcome::complete));
    assertFalse(outcome.join() instanceof Started.Ok<?>);
    return (Info.Exit) parent.next();
  }

  @Test
  void terminateDoesNotRunForAServerThatNeverServed() {
    var terminated = new CompletableFuture<ExitReason>();
    for (GenServer.Definition<Shop> start :
        List.<GenServer.Definition<Shop>>of(
            (on, self) -> self.ignore(),
            (on, self) -> self.stop(reason("no_goods")),
            (on, self) -> {
              throw new IllegalStateException("broken");
            })) {
      outcome(
          starting((on, self) -> {
            on.onTerminate(terminated::complete);
            start.define(on, self);
          }));
    }
    assertFalse(terminated.isDone());
  }

  @Test
  void aTakenNameIsAlreadyStarted() {
    var holder = troupe.nodes.node().start(starting((on, self) -> {}).named("shop"));
    assertEquals(
        new Started.Failed<>(
            ExitReason.of(Tuple.of(Atom.of("already_started"), GenServerTest.pidOf(holder)))),
        outcome(starting((on, self) -> {}).named("shop")));
  }

  @Test
  void theNameIsFreeBeforeTheStarterHearsOfAFailure() {
    Blueprint<Shop> failing = starting((on, self) -> self.stop(reason("no"))).named("shop");
    for (int i = 0; i < 200; i++) {
      assertEquals(new Started.Failed<>(reason("no")), outcome(failing));
    }
  }

  @Test
  void aStartThatTakesTooLongIsKilledAndATimeout() {
    var alive = new CompletableFuture<Pid>();
    Blueprint<Shop> slow =
        starting((on, self) -> {
          alive.complete(self.pid());
          self.holdStart();
        });
    var failure =
        assertThrows(
            StartException.class,
            () -> GenClient.start(troupe.nodes.node(), slow, Duration.ofMillis(20)));
    assertEquals(reason("timeout"), failure.reason());
    Troupe.await("it is killed", () -> !troupe.nodes.node().isAlive(alive.join()));
  }

  @Test
  void aLinkedStarterOfASlowStartGetsATimeoutAndAnExitKilled() {
    var parent = troupe.nodes.trappingActor();
    var outcome = new CompletableFuture<Started<Shop>>();
    Blueprint<Shop> slow = starting((on, self) -> self.holdStart());
    parent.run(self -> GenClient.startLink(self, slow, Duration.ofMillis(20), outcome::complete));
    assertEquals(new Started.Failed<>(reason("timeout")), outcome.join());
    assertEquals(ExitReason.KILLED, ((Info.Exit) parent.next()).reason());
  }

  @Test
  void aStartInTimeIsNotKilledLater() {
    var shop =
        GenClient.start(troupe.nodes.node(), starting((on, self) -> {}), Duration.ofMillis(50));
    var watch = new CompletableFuture<Boolean>();
    troupe
        .nodes
        .actor()
        .run(self -> self.after(Duration.ofMillis(100), () -> watch.complete(true)));
    assertTrue(watch.join());
    assertTrue(troupe.nodes.node().isAlive(GenServerTest.pidOf(shop)));
  }

  @Test
  void aSlowStartUnderASupervisorFailsTheSupervisor() {
    var slow =
        ChildSpec.of(starting((on, self) -> self.holdStart())).startWithin(Duration.ofMillis(20));
    var failure =
        assertThrows(
            StartException.class,
            () ->
                troupe
                    .nodes
                    .node()
                    .start(
                        Supervisor.define(
                            "sup",
                            children -> {
                              children.add(slow);
                            })));
    assertEquals(reason("{shutdown, {failed_to_start_child, shop, timeout}}"), failure.reason());
  }
}
