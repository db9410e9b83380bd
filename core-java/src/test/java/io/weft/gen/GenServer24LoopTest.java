package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.GenClient;
import io.weft.node.Self;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.4: what a handler decides besides the reply. */
class GenServer24LoopTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  private Address<Shop> start(GenServer.Definition<Shop> definition) {
    return troupe.nodes.node().start(Shop.blueprint(definition));
  }

  private void tell(Address<Shop> shop, String... notes) {
    troupe
        .nodes
        .actor()
        .run(self -> {
          for (String note : notes) {
            shop.tell(new Shop.Note(note));
          }
        });
  }

  private void log(String event) {
    troupe.events.add(event);
  }

  // --- continue

  @Test
  void whatAStartContinuesWithRunsBeforeAnyMessage() {
    var shop =
        troupe
            .nodes
            .node()
            .spawn(
                Shop.blueprint((on, self) -> {
                  Shop.notes(on, this::log);
                  self.next(() -> log("continued"));
                  self.address().tell(new Shop.Note("queued before"));
                }));
    assertEquals(List.of("continued", "queued before"), troupe.take(2));
  }

  @Test
  void whatAHandlerContinuesWithRunsBeforeMessagesThatWaitAlready() {
    var shop =
        start((on, self) ->
            Shop.notes(
                on,
                note -> {
                  log(note);
                  if (note.equals("a")) {
                    self.next(() -> log("first"));
                    self.next(() -> log("second"));
                  }
                }));
    tell(shop, "a", "b");
    assertEquals(List.of("a", "first", "second", "b"), troupe.take(4));
  }

  @Test
  void aFailureInWhatContinuesTerminates() {
    var shop =
        start((on, self) -> {
          Shop.notes(
              on,
              note ->
                  self.next(() -> {
                    throw new ExitException(reason("over"));
                  }));
          on.onTerminate(why -> log("terminate " + why));
        });
    var watch = troupe.watch(shop);
    tell(shop, "a");
    assertEquals(List.of("terminate over"), troupe.take(1));
    assertEquals(reason("over"), watch.reason());
  }

  // --- timeouts

  @Test
  void aTimeoutFiresWhenNoMessageComes() {
    start((on, self) -> {
      Shop.notes(on, this::log);
      self.whenIdle(Duration.ofMillis(10), () -> log("timeout"));
    });
    assertEquals(List.of("timeout"), troupe.take(1));
  }

  @Test
  void aTimeoutOfZeroFiresOnlyIfTheMailboxIsEmpty() {
    var shop =
        start((on, self) ->
            Shop.notes(
                on,
                note -> {
                  log(note);
                  self.whenIdle(Duration.ZERO, () -> log("timeout after " + note));
                }));
    tell(shop, "a", "b", "c");
    assertEquals(List.of("a", "b", "c", "timeout after c"), troupe.take(4));
  }

  @Test
  void everyMessageCancelsATimeout() {
    var shop =
        start((on, self) ->
            Shop.notes(
                on,
                note -> {
                  log(note);
                  if (note.equals("a")) {
                    self.whenIdle(Duration.ofMillis(50), () -> log("timeout"));
                  }
                }));
    tell(shop, "a", "b");
    troupe.nodes.actor().run(self -> self.after(Duration.ofMillis(150), () -> log("later")));
    assertEquals(List.of("a", "b", "later"), troupe.take(3));
  }

  @Test
  void aTimeoutIsOneTimeUnlessItIsSetAgain() {
    start((on, self) -> {
      Shop.notes(on, this::log);
      self.whenIdle(
          Duration.ofMillis(5),
          () -> {
            log("first");
            self.whenIdle(Duration.ofMillis(5), () -> log("second"));
          });
    });
    assertEquals(List.of("first", "second"), troupe.take(2));
  }

  // --- stop

  @Test
  void stopWithAReplyTerminatesFirstThenRepliesThenExits() {
    var shop =
        troupe
            .nodes
            .node()
            .start(
                Shop.blueprint((on, self) -> {
                  on.cast(Shop.Note.class, note -> {});
                  on.call(
                      Shop.Ask.class,
                      ask -> {
                        self.stop(ExitReason.NORMAL);
                        return "goodbye";
                      });
                  on.onTerminate(why -> log("terminate"));
                }));
    var client = troupe.nodes.actor();
    client.run(self -> {
      self.monitor(shop.target());
      self.call(shop, new Shop.Ask("x"), null, reply -> log("reply " + reply.orThrow()));
    });
    client.next(); // DOWN
    assertEquals(List.of("terminate", "reply goodbye"), troupe.take(2));
  }

  @Test
  void theReplyIsSentAlsoWhenTerminateFails() {
    var shop =
        start((on, self) -> {
          on.cast(Shop.Note.class, note -> {});
          on.call(
              Shop.Ask.class,
              ask -> {
                self.stop(ExitReason.NORMAL);
                return "goodbye";
              });
          on.onTerminate(why -> {
            throw new ExitException(reason("bad_end"));
          });
        });
    var watch = troupe.watch(shop);
    assertEquals("goodbye", Weft.call(shop, new Shop.Ask("x"), Troupe.LONG));
    assertEquals(reason("bad_end"), watch.reason());
  }

  @Test
  void stopWithoutAReplyLetsTheCallerLearnTheReason() {
    var shop =
        start((on, self) -> {
          on.cast(Shop.Note.class, note -> {});
          on.callDeferred(Shop.Ask.class, (ask, reply) -> self.stop(reason("closed")));
        });
    var failure =
        assertThrows(CallException.class, () -> Weft.call(shop, new Shop.Ask("x"), Troupe.LONG));
    assertEquals(reason("closed"), failure.reason());
  }

  @Test
  void nothingIsHandledAfterStop() {
    var shop =
        start((on, self) ->
            Shop.notes(
                on,
                note -> {
                  log(note);
                  self.stop(ExitReason.NORMAL);
                  self.next(() -> log("continued"));
                }));
    var watch = troupe.watch(shop);
    tell(shop, "a", "b");
    watch.reason();
    assertEquals(List.of("a"), troupe.take(1));
    assertEquals(0, troupe.events.size());
  }

  // --- exits and terminate

  private Blueprint<Shop> terminating(boolean trapping) {
    Blueprint<Shop> blueprint =
        Shop.blueprint((on, self) -> {
          Shop.notes(
              on,
              note -> {
                if (note.equals("crash")) {
                  throw new IllegalStateException("crashed");
                }
                self.stop(reason(note));
              });
          on.onExit(exit -> log("exit " + exit.reason()));
          on.onTerminate(why -> log("terminate " + why.brief()));
        });
    return trapping ? blueprint.trapExit() : blueprint;
  }

  @Test
  void theExitOfTheParentIsNotHandedOverButTerminates() {
    var parent = troupe.nodes.actor();
    var shop = parent.does(self -> self.spawnLink(terminating(true)));
    var watch = troupe.watch(shop);
    troupe.nodes.node().exit(parent.pid(), reason("{gone, away}"));
    assertEquals(reason("{gone, away}"), watch.reason());
    assertEquals(List.of("terminate {gone,away}"), troupe.take(1));
  }

  @Test
  void theExitOfOthersIsHandedOver() {
    var shop = troupe.nodes.node().start(terminating(true));
    troupe.nodes.actor().run(self -> self.exit(pidOf(shop), reason("{hello, there}")));
    assertEquals(List.of("exit {hello,there}"), troupe.take(1));
    assertTrue(troupe.nodes.node().isAlive(pidOf(shop)));
  }

  @Test
  void terminateRunsOnStopsAndOnCrashes() {
    tell(troupe.nodes.node().start(terminating(false)), "closed");
    assertEquals(List.of("terminate closed"), troupe.take(1));
    tell(troupe.nodes.node().start(terminating(false)), "crash");
    assertEquals(
        List.of("terminate {'java.lang.IllegalStateException',<<\"crashed\">>}"), troupe.take(1));
  }

  @Test
  void terminateDoesNotRunWhenASignalEndsAServerThatDoesNotTrap() {
    var shop = troupe.nodes.node().start(terminating(false));
    var watch = troupe.watch(shop);
    troupe.nodes.node().exit(pidOf(shop), reason("out"));
    assertEquals(reason("out"), watch.reason());
    var killed = troupe.nodes.node().start(terminating(true));
    var end = troupe.watch(killed);
    troupe.nodes.node().exit(pidOf(killed), ExitReason.KILL);
    assertEquals(ExitReason.KILLED, end.reason());
    assertEquals(0, troupe.events.size());
  }

  @Test
  void aServerWithoutAHandlerForUnknownTermsGoesOn() {
    var shop = start((on, self) -> Shop.handle(on, new Shop.Handling() {}));
    troupe.nodes.node().address(pidOf(shop)).tell(io.weft.term.Term.parse("{what, is, this}"));
    assertEquals("there", Weft.call(shop, new Shop.Ask("there"), Troupe.LONG));
  }

  // --- stop from outside

  @Test
  void stopIsDoneWhenTheServerEndedWithTheReason() {
    var shop = troupe.nodes.node().start(terminating(false));
    shop.tell(new Shop.Note("normal")); // handled first, and ends it
    var failure =
        assertThrows(
            CallException.class, () -> GenClient.stop(shop, reason("closed"), Troupe.LONG));
    assertTrue(List.of(ExitReason.NORMAL, ExitReason.NOPROC).contains(failure.reason()));
    troupe.take(1);
    GenClient.stop(troupe.nodes.node().start(terminating(false)), reason("closed"), Troupe.LONG);
    assertEquals(List.of("terminate closed"), troupe.take(1));
  }

  @Test
  void stopOfNobodyIsNoprocAndAServerThatTakesTooLongATimeout() {
    var dead = troupe.nodes.node().start(terminating(false));
    troupe.stop(dead);
    assertEquals(
        ExitReason.NOPROC,
        assertThrows(
                CallException.class, () -> GenClient.stop(dead, ExitReason.NORMAL, Troupe.LONG))
            .reason());
    var busy = new java.util.concurrent.atomic.AtomicReference<Self<Shop>>();
    var slow =
        start((on, self) -> {
          busy.set(self);
          Shop.notes(on, note -> self.hold());
        });
    slow.tell(new Shop.Note("hold"));
    assertEquals(
        reason("timeout"),
        assertThrows(
                CallException.class,
                () -> GenClient.stop(slow, ExitReason.NORMAL, Duration.ofMillis(20)))
            .reason());
    troupe.nodes.node().exit(pidOf(slow), ExitReason.KILL);
  }

  @Test
  void stopOfASupervisorStopsItsChildrenInOrder() {
    var supervisor =
        troupe.start(Strategy.ONE_FOR_ONE, troupe.child("a"), troupe.child("b"), troupe.child("c"));
    troupe.take(3);
    GenClient.stop(supervisor, reason("{closed, down}"), Troupe.LONG);
    assertEquals(List.of("-c", "-b", "-a"), troupe.take(3));
  }

  @Test
  void stopOfADynamicSupervisorStopsItsChildren() {
    var supervisor =
        troupe
            .nodes
            .node()
            .start(
                DynamicSupervisor.define(
                    "dyn", Troupe.MANY, ChildTemplate.<String, String>of("x", troupe::blueprint)));
    for (String name : List.of("a", "b")) {
      Weft.call(supervisor, new DynamicSupervisor.StartChild<>(name), Troupe.LONG).orThrow();
    }
    troupe.take(2);
    GenClient.stop(supervisor, ExitReason.NORMAL, Troupe.LONG);
    assertTrue(troupe.take(2).containsAll(List.of("-a", "-b")));
  }
}
