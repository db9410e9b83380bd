package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.node.StartException;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * gen_statem: what a handler can ask for. The order of events: {@link GenStateMachineOrderTest}.
 */
class GenStateMachineTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HALF = Duration.ofMillis(500);
  private static final Timeout<Integer> RETRY = Timeout.named("retry", Integer.class);
  private static final Timeout<Void> IDLE = Timeout.named("idle");

  private final ManualTime time = new ManualTime();
  private final TestNode nodes = new TestNode(time.startNode());
  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  enum State {
    A,
    B,
    C
  }

  sealed interface Msg {
    record Go(State to) implements Msg {}

    record Note(String text) implements Msg {}

    record Ask(String text) implements Msg, Request<String> {}

    record Stop() implements Msg, Request<String> {}
  }

  /** A machine that goes where it is told and notes the rest; {@code more} adds to it. */
  private Address<Msg> start(GenStateMachine.Definition<State, Msg> more) {
    return nodes.node().start(machine(more));
  }

  private Blueprint<Msg> machine(GenStateMachine.Definition<State, Msg> more) {
    return GenStateMachine.define(
        "machine",
        State.class,
        Msg.class,
        (on, self) -> {
          on.start(State.A);
          more.define(on, self);
          on.any()
              .cast(Msg.Go.class, go -> on.to(go.to()))
              .cast(Msg.Note.class, note -> note(on, note.text()))
              .call(Msg.Ask.class, ask -> on.state() + ":" + ask.text())
              .call(
                  Msg.Stop.class,
                  (stop, reply) -> on.stop(ExitReason.SHUTDOWN).reply(reply, "bye"));
        });
  }

  private Next<State, Msg> note(Transitions<State, Msg> on, String text) {
    seen.add(on.state() + ":" + text);
    return on.keep();
  }

  private String next() {
    try {
      String next = seen.poll(20, TimeUnit.SECONDS);
      assertTrue(next != null, "nothing seen");
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> take(int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  /** Waits until all that was sent before has been handled; returns the state. */
  private static String sync(Address<Msg> machine) {
    return Weft.call(machine, new Msg.Ask(""), LONG);
  }

  // --- states and handlers
  // ------------------------------------------------------------------------

  @Test
  void eachStateHasItsOwnHandlersAndAnyStateTheRest() {
    Address<Msg> machine =
        start((on, self) -> on.in(State.B).call(Msg.Ask.class, ask -> "special"));
    assertEquals("A:x", Weft.call(machine, new Msg.Ask("x"), LONG));
    machine.cast(new Msg.Go(State.B));
    assertEquals("special", Weft.call(machine, new Msg.Ask("x"), LONG));
  }

  @Test
  void aMessageWithoutAHandlerInSomeStateFailsTheStartAndIsNamed() {
    Blueprint<Msg> incomplete =
        GenStateMachine.define(
            "incomplete",
            State.class,
            Msg.class,
            (on, self) -> {
              on.start(State.A);
              on.any().cast(Msg.Go.class, go -> on.keep()).ignore(Msg.Stop.class);
              on.in(State.A).postpone(Msg.Note.class).postpone(Msg.Ask.class);
              on.in(State.B).ignore(Msg.Note.class).ignore(Msg.Ask.class);
              on.in(State.C).ignore(Msg.Note.class);
            });
    var failure = assertThrows(StartException.class, () -> nodes.node().start(incomplete));
    assertTrue(failure.getMessage().contains("no handler for Ask in C"), failure.getMessage());
  }

  @Test
  void aMachineWithoutAFirstStateDoesNotStart() {
    Blueprint<Msg> lost =
        GenStateMachine.handleEvent("lost", State.class, (on, self) -> (state, e) -> on.keep());
    var failure = assertThrows(StartException.class, () -> nodes.node().start(lost));
    assertTrue(failure.getMessage().contains("in which state to start"), failure.getMessage());
  }

  sealed interface Link {
    record Down() implements Link {}

    record Up(String peer) implements Link {}
  }

  sealed interface LinkMsg {
    record Connect(String peer) implements LinkMsg {}

    record Peer() implements LinkMsg, Request<String> {}
  }

  @Test
  void aStateMayCarryDataOfItsOwn() {
    Address<LinkMsg> link =
        nodes
            .node()
            .start(
                GenStateMachine.define(
                    "link",
                    Link.class,
                    LinkMsg.class,
                    (on, self) -> {
                      on.start(new Link.Down());
                      on.in(Link.Down.class)
                          .cast(LinkMsg.Connect.class, c -> on.to(new Link.Up(c.peer())))
                          .postpone(LinkMsg.Peer.class);
                      var up = on.in(Link.Up.class);
                      up.call(LinkMsg.Peer.class, peer -> up.state().peer())
                          .cast(LinkMsg.Connect.class, c -> on.to(new Link.Up(c.peer())));
                    }));
    var waiting = Weft.callAsync(link, new LinkMsg.Peer(), LONG);
    link.cast(new LinkMsg.Connect("alpha"));
    assertEquals("alpha", waiting.join());
    link.cast(new LinkMsg.Connect("beta"));
    assertEquals("beta", Weft.call(link, new LinkMsg.Peer(), LONG));
  }

  @Test
  void oneFunctionMayHandleAllEventsAndItsRepliesAreTyped() {
    Address<Msg> machine =
        nodes
            .node()
            .start(
                GenStateMachine.handleEvent(
                    "function",
                    State.class,
                    (on, self) -> {
                      on.start(State.A);
                      return (state, event) ->
                          switch (event) {
                            case StateEvent.Cast<Msg>(Msg.Go go) -> on.to(go.to());
                            case StateEvent.Call<Msg> call
                                when call.request() instanceof Msg.Ask ask ->
                                on.keep().reply(call.reply(ask), ask.text() + " in " + state);
                            default -> on.postpone();
                          };
                    }));
    machine.cast(new Msg.Go(State.C));
    assertEquals("what in C", Weft.call(machine, new Msg.Ask("what"), LONG));
  }

  // --- state enter calls
  // --------------------------------------------------------------------------

  @Test
  void everyStateIsEnteredAlsoTheFirstAndARepeatedOneButNotAKeptOne() {
    Address<Msg> machine =
        start((on, self) -> {
          on.onEnter(from -> note(on, "from " + from));
          on.in(State.B)
              .cast(Msg.Note.class, n -> n.text().equals("again") ? on.repeat() : on.keep());
        });
    machine.cast(new Msg.Go(State.A));
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("stay"));
    machine.cast(new Msg.Note("again"));
    machine.cast(new Msg.Go(State.A));
    assertEquals(List.of("A:from A", "B:from A", "B:from B", "A:from B"), take(4));
  }

  @Test
  void onEnteringAStateTheMachineCannotLeaveIt() {
    Address<Msg> machine = start((on, self) -> on.in(State.B).enter(from -> on.to(State.C)));
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(machine))));
    machine.cast(new Msg.Go(State.B));
    String reason = ((Info.Down) watcher.next()).reason().toString();
    assertTrue(reason.contains("on entering B"), reason);
  }

  // --- postpone and insert
  // ------------------------------------------------------------------------

  @Test
  void postponedEventsComeAgainInOrderAfterAStateChangeAndBeforeNewerOnes() {
    Address<Msg> machine = start((on, self) -> on.in(State.A).postpone(Msg.Note.class));
    for (String text : List.of("1", "2", "3")) {
      machine.cast(new Msg.Note(text));
    }
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("4"));
    assertEquals(List.of("B:1", "B:2", "B:3", "B:4"), take(4));
  }

  private record Step(int number) {}

  @Test
  void insertedEventsComeInOrderBeforePostponedOnes() {
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.A).postpone(Msg.Note.class);
          on.in(State.A)
              .cast(
                  Msg.Go.class,
                  go ->
                      on.to(go.to())
                          .internal(new Step(1))
                          .event(new Msg.Note("inserted"))
                          .internal(new Step(2)));
          on.any().internal(Step.class, step -> note(on, "step " + step.number()));
        });
    machine.cast(new Msg.Note("postponed"));
    machine.cast(new Msg.Go(State.B));
    assertEquals(List.of("B:step 1", "B:inserted", "B:step 2", "B:postponed"), take(4));
  }

  @Test
  void anEndlessChainOfInsertedEventsCanStillBeKilled() {
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.A).cast(Msg.Note.class, n -> on.keep().internal(new Step(0)));
          on.any().internal(Step.class, step -> on.keep().internal(step));
        });
    machine.cast(new Msg.Note("off we go"));
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(machine))));
    nodes.node().exit(pidOf(machine), ExitReason.SHUTDOWN);
    assertEquals(ExitReason.SHUTDOWN, ((Info.Down) watcher.next()).reason());
  }

  // --- replies and stopping
  // -----------------------------------------------------------------------

  @Test
  void oneTransitionMayReplyToSeveralCallers() {
    List<Reply<String>> waiting = new ArrayList<>();
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .call(
                    Msg.Ask.class,
                    (ask, reply) -> {
                      waiting.add(reply);
                      if (waiting.size() < 3) {
                        return on.keep();
                      }
                      Next<State, Msg> next = on.to(State.B);
                      waiting.forEach(one -> next.reply(one, "all here"));
                      return next;
                    }));
    List<CompletableFuture<String>> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(Weft.callAsync(machine, new Msg.Ask("?"), LONG));
    }
    callers.forEach(caller -> assertEquals("all here", caller.join()));
  }

  @Test
  void stopAndReplyRepliesFirstAndThenTerminates() {
    Address<Msg> machine =
        start((on, self) -> on.onTerminate(reason -> seen.add("terminated " + reason)));
    assertEquals("bye", Weft.call(machine, new Msg.Stop(), LONG));
    assertEquals("terminated shutdown", next());
  }

  @Test
  void anEventThatMeansNothingInAStateIsDroppedAndItsCallerTold() {
    Address<Msg> machine = start((on, self) -> on.in(State.A).ignore(Msg.Stop.class));
    var refused = assertThrows(CallException.class, () -> Weft.call(machine, new Msg.Stop(), LONG));
    assertTrue(
        refused.getMessage().contains("Stop means nothing in the state A"), refused::getMessage);
  }

  @Test
  void theExitOfTheParentEndsAMachineThatTrapsExits() {
    var parent = nodes.actor();
    var terminated = new CompletableFuture<ExitReason>();
    parent.run(self ->
        self.spawnLink(
            machine(
                    (on, me) -> {
                      seen.add("started");
                      on.onTerminate(terminated::complete);
                    })
                .trapExit()));
    assertEquals("started", next());
    nodes.node().exit(parent.pid(), ExitReason.SHUTDOWN);
    assertEquals(ExitReason.SHUTDOWN, terminated.join());
  }

  @Test
  void otherExitsAndReportsOfMonitorsAreEvents() {
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.A)
              .cast(
                  Msg.Note.class,
                  n -> {
                    self.monitor(new Target.ByName(Atom.of("nobody"), self.node().name()));
                    return on.keep();
                  })
              .info(Info.Down.class, down -> on.postpone());
          on.in(State.B).info(Info.Down.class, down -> note(on, down.reason().toString()));
        });
    machine.cast(new Msg.Note("watch"));
    sync(machine);
    machine.cast(new Msg.Go(State.B));
    assertEquals("B:noproc", next());
  }

  // --- timeouts
  // -----------------------------------------------------------------------------------

  @Test
  void theStateTimeoutElapsesOnceTheStateHasLasted() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.B)
                .enter(from -> on.keep().stateTimeout(SECOND))
                .stateTimeout(() -> on.to(State.C)));
    machine.cast(new Msg.Go(State.B));
    assertEquals("B:", sync(machine));
    time.advance(HALF);
    assertEquals("B:", sync(machine));
    time.advance(HALF);
    assertEquals("C:", sync(machine));
  }

  @Test
  void aChangeOfStateCancelsTheStateTimeout() {
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.B).enter(from -> on.keep().stateTimeout(SECOND));
          on.any().stateTimeout(() -> note(on, "too late"));
        });
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Go(State.C));
    assertEquals("C:", sync(machine));
    awaitTimers(0);
    time.advance(SECOND);
    sync(machine);
    assertTrue(seen.isEmpty());
  }

  @Test
  void anEventTimeoutElapsesWhenNothingHappensAndAnyEventCancelsIt() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .cast(Msg.Note.class, n -> on.keep().eventTimeout(SECOND))
                .eventTimeout(() -> on.to(State.B)));
    machine.cast(new Msg.Note("wait"));
    sync(machine); // an event
    time.advance(SECOND);
    assertEquals("A:", sync(machine));
    awaitTimers(0); // that of the call just made
    machine.cast(new Msg.Note("wait"));
    awaitTimers(1);
    time.advance(SECOND);
    awaitState(machine, State.B);
  }

  @Test
  void anEventOfTheMachineItselfCancelsTheEventTimeout() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .cast(
                    Msg.Note.class,
                    n -> on.keep().eventTimeout(SECOND.multipliedBy(2)).timeout(IDLE, SECOND))
                .timeout(IDLE, () -> note(on, "idle"))
                .eventTimeout(() -> note(on, "event timeout")));
    machine.cast(new Msg.Note("wait"));
    awaitTimers(2);
    time.advance(SECOND);
    assertEquals("A:idle", next());
    time.advance(SECOND);
    sync(machine);
    assertTrue(seen.isEmpty());
  }

  @Test
  void aNamedTimeoutSurvivesChangesOfStateAndIsSetUpdatedAndCancelled() {
    Address<Msg> machine =
        start((on, self) -> {
          on.any().timeout(RETRY, attempt -> note(on, "attempt " + attempt));
          on.in(State.A).cast(Msg.Note.class, n -> on.to(State.B).timeout(RETRY, SECOND, 1));
          on.in(State.B)
              .cast(
                  Msg.Note.class,
                  n ->
                      switch (n.text()) {
                        case "update" -> on.keep().update(RETRY, 2);
                        case "set" -> on.keep().timeout(RETRY, SECOND, 3);
                        default -> on.keep().cancel(RETRY);
                      });
        });
    machine.cast(new Msg.Note("go"));
    machine.cast(new Msg.Note("update"));
    sync(machine);
    time.advance(SECOND);
    assertEquals("B:attempt 2", next());
    machine.cast(new Msg.Note("set"));
    sync(machine);
    time.advance(HALF);
    machine.cast(new Msg.Note("set"));
    sync(machine);
    time.advance(HALF);
    sync(machine);
    assertTrue(seen.isEmpty(), "set again, it starts anew");
    time.advance(HALF);
    assertEquals("B:attempt 3", next());
    machine.cast(new Msg.Note("set"));
    machine.cast(new Msg.Note("cancel"));
    sync(machine);
    time.advance(SECOND);
    sync(machine);
    assertTrue(seen.isEmpty(), "cancelled");
    machine.cast(new Msg.Note("update"));
    assertEquals("B:attempt 2", next(), "to update one that does not run elapses at once");
  }

  @Test
  void theEndOfTheMachineEndsItsTimeouts() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .cast(Msg.Note.class, n -> on.keep().timeout(IDLE, SECOND).stateTimeout(SECOND)));
    machine.cast(new Msg.Note("set"));
    sync(machine);
    awaitTimers(2);
    assertEquals("bye", Weft.call(machine, new Msg.Stop(), LONG));
    awaitTimers(0);
  }

  // --- looking inside
  // -----------------------------------------------------------------------------

  @Test
  void sysShowsAndReplacesTheStateWithoutATransition() {
    Address<Msg> machine = start((on, self) -> on.onEnter(from -> note(on, "entered")));
    assertEquals("A:entered", next());
    assertEquals(State.A, Sys.state(machine).join());
    assertEquals(State.C, Sys.replaceState(machine, state -> State.C).join());
    assertEquals("C:", sync(machine));
    assertTrue(seen.isEmpty());
  }

  @Test
  void hibernateIsOnlyAHint() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .cast(Msg.Note.class, n -> on.keep().timeout(IDLE, SECOND).hibernate())
                .timeout(IDLE, () -> on.to(State.B)));
    machine.cast(new Msg.Note("sleep"));
    sync(machine);
    time.advance(SECOND);
    assertEquals("B:", sync(machine));
  }

  @Test
  void aForeignClientCallsAsItWouldAGenServer() {
    Address<Term> machine =
        nodes
            .node()
            .address(
                pidOf(
                    nodes
                        .node()
                        .start(
                            ScriptedMachine.blueprint(
                                new StateScript(List.of(), java.util.Map.of(), List.of())))));
    machine.tell(StateScript.tagged("$gen_cast", Atom.of("hello")));
    Term log = Weft.callTerm(machine, Atom.of("done"), LONG);
    assertEquals("[{a,enter,a},{a,cast,hello}]", log.toString());
  }

  /** A call of the test may still be about to cancel its own timer. */
  private void awaitTimers(int count) {
    Await.until(() -> time.waiting() == count);
  }

  private static void awaitState(Address<Msg> machine, State state) {
    Await.until(() -> state.equals(Sys.state(machine).join()));
  }
}
