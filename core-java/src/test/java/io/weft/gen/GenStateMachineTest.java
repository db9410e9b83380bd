package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.node.StartException;
import io.weft.node.Target;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * gen_statem: what a handler can ask for. The order of events: {@link GenStateMachineOrderTest}.
 */
class GenStateMachineTest extends MachineTesting {
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

  // --- inserted calls
  // -----------------------------------------------------------------------

  @Test
  void aCallMayBeHandledAsAnotherEventLater() {
    Address<Msg> machine =
        nodes
            .node()
            .start(
                GenStateMachine.<State, Msg>handleEvent(
                    "redirects",
                    State.class,
                    (on, self) -> {
                      on.start(State.A);
                      return (state, event) ->
                          switch (event) {
                            case StateEvent.Call<Msg> call
                                when call.request() instanceof Msg.Ask ask
                                    && !ask.text().endsWith("!") ->
                                on.to(State.B)
                                    .nextEvent(
                                        new StateEvent.Call<>(
                                            new Msg.Ask(ask.text() + "!"), call.from()));
                            case StateEvent.Call<Msg> call
                                when call.request() instanceof Msg.Ask ask ->
                                on.keep().reply(call.reply(ask), state + ":" + ask.text());
                            default -> on.keep();
                          };
                    }));
    assertEquals("B:hello!", Weft.call(machine, new Msg.Ask("hello"), LONG));
  }

  // --- hibernate, foreign clients
  // -----------------------------------------------------------------------------

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
    assertEquals("[{m0,a,enter,a},{m0,a,cast,hello}]", log.toString());
  }
}
