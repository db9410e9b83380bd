package io.weft.gen;

import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.StartException;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** OTP semantics, 4: how applications start, stop and end. */
class Application4Test extends ApplicationTesting {
  // --- start

  @Test
  void aStartRunsTheTopProcessAndThenThePhasesInOrder() {
    var shop =
        noted("shop")
            .startPhase("one", self -> troupe.events.add("phase one"))
            .startPhase("two", self -> troupe.events.add("phase two of " + self.name()))
            .build();
    applications.start(shop, ApplicationType.TEMPORARY);
    assertEquals(List.of("start shop", "+shop", "phase one", "phase two of shop"), troupe.take(4));
    assertEquals(List.of("shop"), applications.running());
  }

  @Test
  void anApplicationWithoutATopProcessOnlyIsThere() {
    applications.start(Application.define("lib").build(), ApplicationType.TEMPORARY);
    assertEquals(List.of("lib"), applications.running());
    applications.stop("lib");
    assertEquals(List.of(), applications.running());
  }

  @Test
  void alreadyStartedNotStartedAndUnknownAreErrors() {
    var database = noted("database").build();
    var shop = noted("shop").dependsOn(database).build();
    assertEquals(Term.parse("{not_started, database}"), startFails(shop));
    applications.start(database, ApplicationType.TEMPORARY);
    assertEquals(Term.parse("{already_started, database}"), startFails(database));
    applications.start(shop, ApplicationType.TEMPORARY);
    assertEquals(
        Term.parse("{\"no such file or directory\", \"nosuch.app\"}"),
        assertThrows(
                StartException.class, () -> applications.start("nosuch", ApplicationType.TEMPORARY))
            .reason()
            .term());
  }

  @Test
  void aTopProcessThatFailsIsItsReasonBesideTheCallback() {
    troupe.failStarts("shop", 1);
    assertEquals(
        Term.parse(
            "{{shutdown, {failed_to_start_child, shop, refused}}, {shop, start, [normal, []]}}"),
        startFails(noted("shop").build()));
    assertEquals(List.of(), applications.running());
    applications.start("shop", ApplicationType.TEMPORARY); // it may be tried again
  }

  @Test
  void aStartThatRefusesIsItsReasonBesideTheCallback() {
    assertEquals(
        Term.parse("{why, {shop, start, [normal, []]}}"),
        startFails(
            bare(
                    "shop",
                    self -> {
                      throw new StartException("shop", reason("why"));
                    })
                .build()));
  }

  @Test
  void aStartThatExitsOrCrashesOrIgnoresIsABadReturn() {
    assertEquals(
        Term.parse("{bad_return, {{a, start, [normal, []]}, {'EXIT', why}}}"),
        startFails(
            bare(
                    "a",
                    self -> {
                      throw new ExitException(reason("why"));
                    })
                .build()));
    Tuple crash =
        (Tuple)
            startFails(
                bare(
                        "b",
                        self -> {
                          throw new IllegalStateException("boom");
                        })
                    .build());
    assertTrue(
        crash.toString().startsWith("{bad_return,{{b,start,[normal,[]]},{'EXIT',{{'java.lang"),
        crash.toString());
    assertEquals(
        Term.parse("{bad_return, {{c, start, [normal, []]}, ignore}}"),
        startFails(bare("c", self -> Supervisor.define("c", Supervisor.Children::ignore)).build()));
  }

  @Test
  void aPhaseThatFailsStopsTheTopProcessAndFailsTheStart() {
    assertEquals(
        Term.parse("{why, {shop, start_phase, [two, normal, []]}}"),
        startFails(
            noted("shop")
                .startPhase("one", self -> {})
                .startPhase(
                    "two",
                    self -> {
                      throw new StartException("two", reason("why"));
                    })
                .build()));
    assertEquals(List.of("start shop", "+shop", "-shop"), troupe.take(3));
    assertEquals(
        Term.parse("{bad_return_value, {{other, start_phase, [two, normal, []]}, {'EXIT', gone}}}"),
        startFails(
            noted("other")
                .startPhase(
                    "two",
                    self -> {
                      throw new ExitException(reason("gone"));
                    })
                .build()));
    assertEquals(List.of("start other", "+other", "-other"), troupe.take(3));
    assertEquals(0, troupe.events.size());
  }

  @Test
  void whoAsksWhileItStartsLearnsTheSameOutcome() {
    var gate = new AtomicReference<io.weft.node.Self<String>>();
    var slow =
        bare(
                "slow",
                self ->
                    Blueprint.of(
                        "slow",
                        () ->
                            new io.weft.node.Behavior<String>() {
                              @Override
                              public void start(io.weft.node.Self<String> self) {
                                self.holdStart();
                                gate.set(self);
                              }

                              @Override
                              public void message(io.weft.node.Self<String> self, String message) {}
                            }))
            .build();
    var first = applications.startAsync(slow, ApplicationType.TEMPORARY);
    var second = applications.startAsync(slow, ApplicationType.TEMPORARY);
    Troupe.await("it starts", () -> gate.get() != null);
    assertEquals(List.of(), applications.running());
    gate.get().post(() -> gate.get().releaseStart());
    first.join();
    second.join();
    assertEquals(List.of("slow"), applications.running());
  }

  @Test
  void ensureAllStartedStartsDependenciesFirstAndTellsWhatItStarted() {
    var log = noted("log").build();
    var database = noted("database").dependsOn(log).build();
    var shop = noted("shop").dependsOn(log, database).build();
    assertEquals(
        List.of("log", "database", "shop"),
        applications.ensureAllStarted(shop, ApplicationType.TEMPORARY));
    assertEquals(List.of("log", "database", "shop"), applications.running());
    assertEquals(List.of(), applications.ensureAllStarted(shop, ApplicationType.TEMPORARY));
  }

  @Test
  void requestsForTheSameApplicationsDoNotDisturbEachOther() {
    var log = noted("log").build();
    var requests =
        Stream.of("a", "b", "c", "d")
            .map(name -> noted(name).dependsOn(log).build())
            .map(each -> applications.ensureAllStartedAsync(each, ApplicationType.TEMPORARY))
            .toList();
    requests.forEach(CompletableFuture::join);
    assertEquals(Set.of("log", "a", "b", "c", "d"), Set.copyOf(applications.running()));
  }

  @Test
  void ensureAllStartedStopsWhatItStartedWhenOneFails() {
    var log = noted("log").build();
    var database =
        bare(
                "database",
                self -> {
                  throw new StartException("database", reason("why"));
                })
            .dependsOn(log)
            .build();
    var shop = noted("shop").dependsOn(database).build();
    var failure =
        assertThrows(
            StartException.class,
            () -> applications.ensureAllStarted(shop, ApplicationType.TEMPORARY));
    assertEquals(
        Term.parse("{database, {why, {database, start, [normal, []]}}}"), failure.reason().term());
    assertEquals(List.of(), applications.running());
    assertEquals(List.of("start log", "+log", "prep_stop log", "-log", "stop log"), troupe.take(5));
  }

  // --- stop

  @Test
  void aStopIsPrepStopThenTheTopProcessThenStop() {
    applications.start(noted("shop").build(), ApplicationType.PERMANENT);
    troupe.take(2);
    applications.stop("shop");
    assertEquals(List.of("prep_stop shop", "-shop", "stop shop"), troupe.take(3));
    assertEquals(List.of(), applications.running());
    assertEquals(Optional.empty(), applications.terminated()); // whatever its type
    assertEquals(
        Term.parse("{not_started, shop}"),
        assertThrows(StartException.class, () -> applications.stop("shop")).reason().term());
  }

  @Test
  void theSameHappensWhenTheTopProcessEndsByItself() {
    startBare("shop", ApplicationType.TEMPORARY).tell("boom");
    assertEquals(List.of("+shop", "-shop", "prep_stop shop", "stop shop"), troupe.take(4));
    Troupe.await("it is not running", () -> applications.running().isEmpty());
    assertEquals(Optional.empty(), applications.terminated());
  }

  @Test
  void oneThatHasEndedByItselfCountsAsStartedUntilItIsStopped() {
    startBare("shop", ApplicationType.TEMPORARY).tell("boom");
    Troupe.await("it is not running", () -> applications.running().isEmpty());
    var dependent = noted("dependent").dependsOn(applications.find("shop").orElseThrow()).build();
    applications.start(dependent, ApplicationType.TEMPORARY);
    applications.stop("shop");
    assertEquals(
        Term.parse("{not_started, shop}"),
        assertThrows(StartException.class, () -> applications.stop("shop")).reason().term());
    applications.start("shop", ApplicationType.TEMPORARY);
    assertEquals(List.of("dependent", "shop"), applications.running());
  }

  @Test
  void aCallbackThatFailsDoesNotKeepItFromStopping() {
    applications.start(
        Application.define("shop")
            .start(self -> top("shop"))
            .prepStop(self -> {
              throw new IllegalStateException("prep_stop");
            })
            .stop(self -> {
              throw new IllegalStateException("stop");
            })
            .build(),
        ApplicationType.TEMPORARY);
    applications.stop("shop");
    assertEquals(List.of(), applications.running());
  }

  // --- types

  /** Starts an application whose top process ends with what it is told. */
  private Address<String> startBare(String name, ApplicationType type) {
    return startBare(applications, name, type);
  }

  private Address<String> startBare(Applications on, String name, ApplicationType type) {
    on.start(noted(name).start(self -> troupe.blueprint(name).named(name)).build(), type);
    Node node = on.node();
    return node.address(
        Objects.requireNonNull(node.whereis(Atom.of(name))), TermCodec.<String>localOnly(name));
  }

  @Test
  void temporaryIsTheDefault() {
    applications.start(noted("shop").build());
    assertEquals(ApplicationType.TEMPORARY, applications.which().getFirst().type());
  }

  @Test
  void whichEndsAreThoseOfTheNode() {
    for (ExitReason any : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, reason("boom"))) {
      assertFalse(ApplicationType.TEMPORARY.endsNode(any));
      assertEquals(!any.isNormal(), ApplicationType.TRANSIENT.endsNode(any));
      assertTrue(ApplicationType.PERMANENT.endsNode(any));
    }
  }

  @Test
  void theEndOfATransientApplicationEndsTheNodeUnlessItIsNormal() {
    var ended = new CompletableFuture<Applications.Terminated>();
    applications.onTerminated(ended::complete);
    startBare("calm", ApplicationType.TRANSIENT).tell("normal");
    Troupe.await("calm has ended", () -> applications.running().isEmpty());
    assertFalse(ended.isDone());
    startBare("wild", ApplicationType.TRANSIENT).tell("shutdown");
    assertEquals(new Applications.Terminated("wild", ExitReason.SHUTDOWN), ended.join());
  }

  @Test
  void theEndOfAPermanentApplicationClosesTheNodeAndItsOtherApplicationsInOrder() {
    Node node = Node.start(NodeOptions.local());
    var closed = new CompletableFuture<Boolean>();
    node.beforeClose(() -> {
      closed.complete(true);
      return closed;
    });
    Applications on = Applications.of(node);
    on.start(noted("first").build(), ApplicationType.TEMPORARY);
    on.start(noted("second").build(), ApplicationType.TEMPORARY);
    Address<String> top = startBare(on, "third", ApplicationType.PERMANENT);
    troupe.take(5);
    top.tell("normal");
    assertTrue(closed.join());
    assertEquals(
        List.of(
            "-third",
            "prep_stop third",
            "stop third",
            "prep_stop second",
            "-second",
            "stop second",
            "prep_stop first",
            "-first",
            "stop first"),
        troupe.take(9));
    assertEquals(
        Optional.of(new Applications.Terminated("third", ExitReason.NORMAL)), on.terminated());
    Troupe.await("the node is empty", () -> node.processCount() == 0);
  }

  @Test
  void closingTheNodeStopsItsApplicationsInReverseOrder() {
    Node node = Node.start(NodeOptions.local());
    Applications on = Applications.of(node);
    on.stopAtShutdown();
    on.start(noted("first").build(), ApplicationType.PERMANENT);
    on.start(noted("second").build(), ApplicationType.PERMANENT);
    troupe.take(4);
    node.close();
    assertEquals(
        List.of(
            "prep_stop second",
            "-second",
            "stop second",
            "prep_stop first",
            "-first",
            "stop first"),
        troupe.take(6));
    assertEquals(Optional.empty(), on.terminated());
  }

  // --- group leader

  @Test
  void theMasterIsTheGroupLeaderOfAllProcessesOfTheApplication() {
    Address<String> top = startBare("shop", ApplicationType.TEMPORARY);
    assertEquals(Optional.of("shop"), applications.applicationOf(top).join());
    var stranger = troupe.nodes.actor();
    assertEquals(Optional.empty(), stranger.does(applications::applicationOf));
    applications.start(
        noted("deep")
            .start(self ->
                Supervisor.define(
                    "deep",
                    children ->
                        children.add(
                            ChildSpec.of(
                                GenServer.define(
                                    "kid",
                                    String.class,
                                    (on, kid) -> {
                                      on.cast(String.class, m -> {});
                                      troupe.events.add(
                                          applications.applicationOf(kid).orElse("none"));
                                    })))))
            .build(),
        ApplicationType.TEMPORARY);
    assertEquals(List.of("+shop", "deep"), troupe.take(2));
  }

  @Test
  void blockingInsideAProcessIsRefused() {
    var actor = troupe.nodes.actor();
    assertThrows(IllegalStateException.class, () -> actor.run(self -> applications.running()));
    assertThrows(
        CompletionException.class,
        () -> applications.stopAsync("nobody").join()); // this one may be used there
  }
}
