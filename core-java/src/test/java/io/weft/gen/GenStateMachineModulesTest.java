package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.CallException;
import io.weft.node.Info;
import io.weft.node.StartException;
import io.weft.node.Target;
import io.weft.node.Weft;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * gen_statem, change_callback_module, push_callback_module and pop_callback_module. Random programs
 * of them run beside a real gen_statem in {@link GenStateMachineOrderTest}.
 */
class GenStateMachineModulesTest extends MachineTesting {
  /** A machine that is asked in another way while it is in its special module. */
  private Address<Msg> startWithModule() {
    return start((on, self) -> {
      CallbackModule<State, Msg> special =
          on.stateFunctions(
              "special",
              more -> {
                more.onTerminate(reason -> seen.add("special ends"));
                more.onEnter(from -> note(more, "special enters"));
                more.in(State.B)
                    .call(Msg.Ask.class, ask -> "special " + more.state())
                    .cast(
                        Msg.Go.class,
                        go -> go.to() == State.C ? more.to(State.C) : more.to(go.to()).popModule())
                    .cast(Msg.Note.class, n -> more.keep().changeModule(quiet(on)))
                    .call(Msg.Stop.class, (stop, reply) -> more.stop().reply(reply, "special bye"));
              });
      on.onTerminate(reason -> seen.add("machine ends"));
      on.onEnter(from -> note(on, "machine enters"));
      on.in(State.A)
          .cast(
              Msg.Go.class,
              go -> go.to() == State.B ? on.to(State.B).pushModule(special) : on.to(go.to()));
      on.in(State.C).cast(Msg.Note.class, n -> on.keep().popModule());
      quiet(on);
    });
  }

  private CallbackModule<State, Msg> quiet;

  private CallbackModule<State, Msg> quiet(Transitions<State, Msg> on) throws Exception {
    if (quiet == null) {
      quiet =
          on.handleEvent(
              "quiet",
              more ->
                  (state, event) ->
                      event instanceof StateEvent.Call<Msg> call
                              && call.request() instanceof Msg.Ask ask
                          ? more.keep().reply(call.reply(ask), "quiet " + state).popModule()
                          : more.postpone());
    }
    return quiet;
  }

  @Test
  void aPushedModuleHandlesWhatFollowsAlsoTheEnteringUntilItIsPopped() {
    Address<Msg> machine = startWithModule();
    assertEquals("A:machine enters", next());
    machine.cast(new Msg.Go(State.B));
    assertEquals("B:special enters", next());
    assertEquals("special B", sync(machine));
    machine.cast(new Msg.Go(State.A));
    assertEquals("A:machine enters", next());
    assertEquals("A:", sync(machine));
  }

  @Test
  void aChangedModuleTakesThePlaceOfThePresentOne() {
    Address<Msg> machine = startWithModule();
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("change"));
    assertEquals("quiet B", sync(machine)); // and pops, to the machine's own
    assertEquals("B:", sync(machine));
    assertEquals(List.of("A:machine enters", "B:special enters"), take(2));
  }

  @Test
  void theEndIsThatOfThePresentModule() {
    Address<Msg> machine = startWithModule();
    machine.cast(new Msg.Go(State.B));
    assertEquals("special bye", Weft.call(machine, new Msg.Stop(), LONG));
    assertEquals(List.of("A:machine enters", "B:special enters", "special ends"), take(3));
  }

  @Test
  void toPopTheFirstModuleIsAFailure() {
    Address<Msg> machine = startWithModule();
    machine.cast(new Msg.Go(State.C));
    sync(machine);
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(machine))));
    machine.cast(new Msg.Note("pop"));
    String reason = ((Info.Down) watcher.next()).reason().toString();
    assertTrue(reason.contains("no callback module to go back to"), reason);
  }

  @Test
  void aModuleMustBeCompleteInTheStatesItHasTablesFor() {
    var failure =
        assertThrows(
            StartException.class,
            () ->
                start((on, self) ->
                    on.stateFunctions(
                        "half",
                        more -> more.in(State.B).ignore(Msg.Go.class).ignore(Msg.Note.class))));
    assertTrue(
        failure.getMessage().contains("no handler for Ask in B, Stop in B"), failure.getMessage());
  }

  @Test
  void inOtherStatesWhatItDoesNotHandleIsRefused() {
    Address<Msg> machine = startWithModule();
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Go(State.C)); // still in the special module
    assertThrows(CallException.class, () -> sync(machine));
  }
}
