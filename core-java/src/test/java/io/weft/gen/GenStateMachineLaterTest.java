package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.node.Address;
import io.weft.node.Self;
import io.weft.node.Weft;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Handlers that are not done when they return: events wait for them, in gen_statem's order. */
class GenStateMachineLaterTest extends MachineTesting {
  /** Returns what comes next when {@code known} is, in a turn of the machine. */
  private static Next<State, Msg> when(Self<Msg> self, CompletableFuture<Next<State, Msg>> known) {
    var later = new Later<State, Msg>();
    var _ = known.thenAccept(next -> self.post(() -> MachineHost.run(() -> later.complete(next))));
    return later.next();
  }

  @Test
  void eventsAndTimeoutsWaitForAHandlerThatGoesOn() {
    var known = new CompletableFuture<Next<State, Msg>>();
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.A)
              .timeout(IDLE, () -> note(on, "idle"))
              .cast(
                  Msg.Go.class,
                  _ -> {
                    seen.add("going");
                    return when(self, known);
                  });
          on.in(State.B).timeout(IDLE, () -> note(on, "idle"));
          on.in(State.A).enter(_ -> on.keep().timeout(IDLE, SECOND));
        });
    assertEquals("A:", sync(machine));
    machine.cast(new Msg.Go(State.B));
    assertEquals("going", next());
    machine.cast(new Msg.Note("one"));
    machine.cast(new Msg.Note("two"));
    var asked = Weft.callAsync(machine, new Msg.Ask("x"), null);
    time.advance(SECOND);
    known.complete(Next.to(State.B));
    assertEquals("B:x", asked.join());
    assertEquals(List.of("B:one", "B:two", "B:idle"), take(3).stream().sorted(BY_ARRIVAL).toList());
  }

  /** A timeout that elapsed may overtake messages, but not the handler. */
  private static final Comparator<String> BY_ARRIVAL =
      Comparator.comparing(text -> text.endsWith("idle"));

  @Test
  void enteringAStateMayGoOnToo() {
    var known = new CompletableFuture<Next<State, Msg>>();
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.B).enter(_ -> when(self, known)).stateTimeout(() -> on.to(State.C));
        });
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("one"));
    known.complete(Next.<State, Msg>keep().stateTimeout(SECOND));
    assertEquals("B:one", next());
    time.advance(SECOND);
    assertEquals("C:", sync(machine));
  }

  @Test
  void whatComesNextIsToldOnce() throws Exception {
    var later = new Later<State, Msg>();
    later.complete(Next.keep());
    assertThrows(IllegalStateException.class, () -> later.complete(Next.keep()));
  }
}
