package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Sys;
import io.weft.node.Weft;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.5: change_code of a state machine: nothing that waits or runs is lost. */
class GenStateMachine25CodeChangeTest extends MachineTesting {
  private record Step(int number) {}

  /** Version {@code name}, which says so in all it notes and answers. */
  private Blueprint<Msg> version(String name, GenStateMachine.Definition<State, Msg> more) {
    return GenStateMachine.define(
        "machine",
        State.class,
        Msg.class,
        (on, self) -> {
          on.start(State.A);
          more.define(on, self);
          on.onEnter(from -> note(on, name + " enters"));
          on.in(State.A).postpone(Msg.Note.class);
          on.any()
              .cast(Msg.Go.class, go -> on.to(go.to()))
              .cast(Msg.Note.class, n -> note(on, name + " " + n.text()))
              .call(Msg.Ask.class, ask -> name + " " + on.state())
              .call(Msg.Stop.class, (stop, reply) -> on.stop().reply(reply, name))
              .stateTimeout(String.class, content -> note(on, name + " state " + content))
              .eventTimeout(String.class, content -> note(on, name + " event " + content))
              .timeout(RETRY, content -> note(on, name + " retry " + content));
        });
  }

  private Blueprint<Msg> version(String name) {
    return version(name, (on, self) -> {});
  }

  private void change(Address<Msg> machine, Blueprint<Msg> to) {
    Sys.suspend(machine).join();
    Sys.changeCode(machine, to, null).join();
    Sys.resume(machine).join();
  }

  @Test
  void postponedEventsStayAndComeAgainAfterTheNextChangeOfState() {
    Address<Msg> machine = nodes.node().start(version("old"));
    machine.cast(new Msg.Note("1"));
    machine.cast(new Msg.Note("2"));
    assertEquals("old A", sync(machine));
    change(machine, version("new"));
    assertEquals("new A", sync(machine));
    machine.cast(new Msg.Go(State.B));
    assertEquals(
        List.of("A:old enters", "B:new enters", "B:new 1", "B:new 2"), take(4), "and not entered");
  }

  @Test
  void timeoutsOfAllKindsGoOn() {
    Address<Msg> machine =
        nodes
            .node()
            .start(
                version(
                    "old",
                    (on, self) ->
                        on.in(State.B)
                            .cast(
                                Msg.Note.class,
                                n ->
                                    on.keep()
                                        .stateTimeout(SECOND, "content")
                                        .timeout(RETRY, SECOND.multipliedBy(2), 7)
                                        .eventTimeout(HALF, "idle"))));
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("set"));
    awaitTimers(3);
    change(machine, version("new"));
    time.advance(HALF);
    assertEquals(List.of("A:old enters", "B:old enters", "B:new event idle"), take(3));
    time.advance(HALF);
    assertEquals("B:new state content", next());
    time.advance(SECOND);
    assertEquals("B:new retry 7", next());
  }

  @Test
  void aTimeoutOfTheOldMachineIsUpdatedAndCancelledByTheNewOne() {
    Address<Msg> machine =
        nodes
            .node()
            .start(
                version(
                    "old",
                    (on, self) ->
                        on.in(State.B)
                            .cast(Msg.Note.class, n -> on.keep().timeout(RETRY, SECOND, 1))));
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("set"));
    sync(machine);
    change(
        machine,
        version(
            "new",
            (on, self) ->
                on.in(State.B)
                    .cast(
                        Msg.Note.class,
                        n ->
                            n.text().equals("update")
                                ? on.keep().update(RETRY, 2)
                                : on.keep().timeout(RETRY, SECOND, 3).cancel(RETRY))));
    machine.cast(new Msg.Note("update"));
    sync(machine);
    time.advance(SECOND);
    assertEquals(List.of("A:old enters", "B:old enters", "B:new retry 2"), take(3));
    machine.cast(new Msg.Note("cancel"));
    sync(machine);
    awaitTimers(0);
  }

  @Test
  void aTimeoutThatElapsesWhileSuspendedIsHandledByTheNewMachine() {
    Address<Msg> machine =
        nodes
            .node()
            .start(
                version(
                    "old",
                    (on, self) ->
                        on.in(State.B)
                            .cast(Msg.Note.class, n -> on.keep().timeout(RETRY, SECOND, 1))));
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("set"));
    sync(machine);
    Sys.suspend(machine).join();
    time.advance(SECOND);
    Sys.changeCode(machine, version("new"), null).join();
    Sys.resume(machine).join();
    assertEquals(List.of("A:old enters", "B:old enters", "B:new retry 1"), take(3));
  }

  @Test
  void insertedEventsThatWaitAreHandledByTheNewMachine() {
    Address<Msg> machine =
        nodes
            .node()
            .start(
                version(
                    "old",
                    (on, self) ->
                        on.in(State.B)
                            .cast(Msg.Note.class, n -> on.keep().internal(new Step(300)))
                            .internal(Step.class, step -> count(on, "old", step))));
    machine.cast(new Msg.Go(State.B));
    machine.cast(new Msg.Note("count"));
    var changed =
        Sys.changeCode(
            machine,
            version(
                "new",
                (on, self) -> on.in(State.B).internal(Step.class, step -> count(on, "new", step))),
            null);
    assertTrue(changed.join());
    assertEquals(List.of("A:old enters", "B:old enters"), take(2));
    String done = next();
    assertTrue(done.equals("B:old counted") || done.equals("B:new counted"), done);
  }

  /** More steps than a machine handles at a time. */
  private Next<State, Msg> count(Transitions<State, Msg> on, String name, Step step) {
    return step.number() == 0
        ? note(on, name + " counted")
        : on.keep().internal(new Step(step.number() - 1));
  }

  @Test
  void stateAndDataGoOnAsTheNewMachineMakesThem() {
    var total = new int[] {5};
    Address<Msg> machine =
        nodes
            .node()
            .start(
                version(
                    "old",
                    (on, self) -> on.data(Integer.class, () -> total[0], n -> total[0] = n)));
    var said = new StringBuilder();
    Blueprint<Msg> newer =
        version(
            "new",
            (on, self) -> {
              on.data(StringBuilder.class, () -> said, text -> {});
              on.onCodeChange((former, extra) -> {
                said.append(former).append(' ').append(extra);
                return State.C;
              });
            });
    Sys.changeCode(machine, newer, "extra").join();
    assertEquals("new C", sync(machine));
    assertEquals("{A, 5} extra", said.toString());
    Sys.changeCode(machine, version("third"), null).handle((done, failure) -> failure).join();
    assertEquals("new C", sync(machine), "data that the third has no place for");
  }

  @Test
  void anotherBehaviourMayBecomeAMachineThatIsToldItsState() {
    Blueprint<Msg> server =
        GenServer.define(
            "server",
            Msg.class,
            (on, self) -> {
              on.state(String.class, () -> "B", state -> {});
              on.cast(Msg.Go.class, go -> {});
              on.cast(Msg.Note.class, go -> {});
              on.call(Msg.Ask.class, ask -> "server");
              on.call(Msg.Stop.class, stop -> "server");
            });
    Address<Msg> process = nodes.node().start(server);
    assertEquals("server", sync(process));
    Sys.changeCode(
            process,
            version(
                "machine",
                (on, self) ->
                    on.onCodeChange((former, extra) -> State.valueOf(former.state().toString()))),
            null)
        .join();
    assertEquals("machine B", sync(process));
  }

  @Test
  void pushedModulesStayByTheirNames() {
    Address<Msg> machine = nodes.node().start(version("old", withModule("old")));
    machine.cast(new Msg.Go(State.B));
    assertEquals("old module B", sync(machine));
    change(machine, version("new", withModule("new")));
    assertEquals("new module B", sync(machine));
    var failure =
        assertThrows(CompletionException.class, () -> change(machine, version("without")));
    assertTrue(failure.getMessage().contains("no callback module special"), failure.getMessage());
    Sys.resume(machine).join();
    assertEquals("new module B", sync(machine), "the old one goes on");
  }

  private static GenStateMachine.Definition<State, Msg> withModule(String name) {
    return (on, self) -> {
      CallbackModule<State, Msg> special =
          on.handleEvent(
              "special",
              more ->
                  (state, event) ->
                      event instanceof StateEvent.Call<Msg> call
                              && call.request() instanceof Msg.Ask ask
                          ? more.keep().reply(call.reply(ask), name + " module " + state)
                          : more.keep());
      on.in(State.A).cast(Msg.Go.class, go -> on.to(go.to()).pushModule(special));
    };
  }

  @Test
  void codeThatFailsToTakeOverLeavesTheOldMachineAsItWas() {
    Address<Msg> machine = nodes.node().start(version("old"));
    machine.cast(new Msg.Note("1"));
    sync(machine);
    Blueprint<Msg> failing =
        version(
            "new",
            (on, self) ->
                on.onCodeChange((former, extra) -> {
                  throw new IllegalStateException("not today");
                }));
    assertThrows(CompletionException.class, () -> Sys.changeCode(machine, failing, null).join());
    machine.cast(new Msg.Go(State.B));
    assertEquals(List.of("A:old enters", "B:old enters", "B:old 1"), take(3));
    assertEquals("old", Weft.call(machine, new Msg.Stop(), LONG));
  }
}
