package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** gen_statem: state, event and generic timeouts. */
class GenStateMachineTimeoutTest extends MachineTesting {
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

  private record Alarm(String text) {}

  @Test
  void stateAndEventTimeoutsCarryWhatTheyWereGivenOrUpdatedWith() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .cast(
                    Msg.Note.class,
                    n ->
                        switch (n.text()) {
                          case "state" -> on.keep().stateTimeout(SECOND, new Alarm("first"));
                          case "update" -> on.keep().updateStateTimeout(new Alarm("second"));
                          case "now" -> on.keep().updateEventTimeout(7);
                          default -> on.keep().eventTimeout(SECOND, new Alarm("event"));
                        })
                .stateTimeout(Alarm.class, alarm -> note(on, alarm.text()))
                .eventTimeout(Alarm.class, alarm -> note(on, alarm.text()))
                .eventTimeout(Integer.class, number -> note(on, "number " + number)));
    machine.cast(new Msg.Note("state"));
    machine.cast(new Msg.Note("update"));
    sync(machine);
    time.advance(SECOND);
    assertEquals("A:second", next());
    awaitTimers(0); // that of the call just made
    machine.cast(new Msg.Note("event"));
    awaitTimers(1);
    time.advance(SECOND);
    assertEquals("A:event", next());
    machine.cast(new Msg.Note("update"));
    assertEquals("A:second", next(), "none runs, so it elapses at once");
    machine.cast(new Msg.Note("now"));
    assertEquals("A:number 7", next(), "the event ended any that ran");
  }

  @Test
  void anAbsoluteTimeIsOneOfTheNodesClockAndOneInThePastElapsesAtOnce() {
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .cast(
                    Msg.Note.class,
                    n ->
                        switch (n.text()) {
                          case "state" -> on.keep().stateTimeoutAt(SECOND.toNanos());
                          case "event" -> on.keep().eventTimeoutAt(SECOND.toNanos(), "content");
                          case "void" -> on.keep().timeoutAt(IDLE, SECOND.toNanos());
                          default -> on.keep().timeoutAt(RETRY, SECOND.toNanos(), 5);
                        })
                .stateTimeout(() -> note(on, "state"))
                .eventTimeout(String.class, content -> note(on, "event " + content))
                .timeout(IDLE, () -> note(on, "idle"))
                .timeout(RETRY, content -> note(on, "named " + content)));
    time.advance(HALF);
    machine.cast(new Msg.Note("state"));
    machine.cast(new Msg.Note("void"));
    machine.cast(new Msg.Note("named"));
    sync(machine);
    time.advance(HALF.minusNanos(1));
    sync(machine);
    assertTrue(seen.isEmpty());
    time.advance(Duration.ofNanos(1));
    assertEquals(List.of("A:state", "A:idle", "A:named 5"), take(3));
    time.advance(SECOND);
    machine.cast(new Msg.Note("event"));
    assertEquals("A:event content", next());
    machine.cast(new Msg.Note("named"));
    assertEquals("A:named 5", next());
  }
}
