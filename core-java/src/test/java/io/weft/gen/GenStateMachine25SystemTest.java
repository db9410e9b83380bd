package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * OTP semantics, 2.5: system messages to a state machine. The same status of a real gen_statem is
 * compared in the module examples.
 */
class GenStateMachine25SystemTest extends MachineTesting {
  private Address<Msg> startWithData() {
    var count = new AtomicInteger(7);
    return start((on, self) -> {
      on.data(Integer.class, count::get, count::set);
      on.onEnter(from -> note(on, "entered"));
      on.in(State.A).call(Msg.Ask.class, ask -> "A with " + count);
    });
  }

  @Test
  void stateAndDataAreShownAndReplacedWithoutATransition() {
    Address<Msg> machine = startWithData();
    assertEquals("A:entered", next());
    assertEquals(MachineState.of(State.A, 7), Sys.state(machine).join());
    Sys.replaceState(machine, state -> ((MachineState) state).withData(8)).join();
    assertEquals("A with 8", sync(machine));
    Sys.replaceState(machine, state -> MachineState.of(State.B, 9)).join();
    assertEquals("B:", sync(machine));
    assertEquals(MachineState.of(State.B, 9), Sys.state(machine).join());
    assertTrue(seen.isEmpty(), "nothing is entered");
  }

  @Test
  void whatIsNoStateOfTheMachineOrNoDataOfItIsRefusedWhole() {
    Address<Msg> machine = startWithData();
    for (Object wrong :
        new Object[] {State.B, MachineState.of("B", 1), MachineState.of(State.B, "one")}) {
      var failure =
          assertThrows(
              CompletionException.class, () -> Sys.replaceState(machine, state -> wrong).join());
      assertInstanceOf(IllegalArgumentException.class, failure.getCause());
    }
    assertEquals(MachineState.of(State.A, 7), Sys.state(machine).join());
  }

  /** Speaks terms; postpones all but what sets its timeouts. */
  private Address<Term> startTerms() {
    Blueprint<Term> blueprint =
        GenStateMachine.<Atom, Term>handleEvent(
                "door",
                Atom.class,
                (on, self) -> {
                  on.start(Atom.of("closed"));
                  on.data(Term.class, () -> Term.parse("#{pushed => 1}"), term -> {});
                  return (state, event) ->
                      event instanceof StateEvent.Call<Term> call
                          ? on.keep()
                              .stateTimeout(SECOND, Term.parse("{some, content}"))
                              .timeout(Timeout.named("a", Term.class), SECOND, IntTerm.of(1))
                              .timeout(Timeout.named("b"), SECOND)
                              .eventTimeout(SECOND, Atom.of("idle"))
                              .reply(value -> call.from().reply(value), call.request())
                          : on.postpone();
                })
            .codec(TermCodec.identity())
            .named("door");
    return nodes.node().start(blueprint);
  }

  private Term system(Address<Term> to, String request) {
    var client = nodes.actor();
    to.tell(
        Tuple.of(Atom.of("system"), Tuple.of(client.pid(), Atom.of("tag")), Term.parse(request)));
    return ((Tuple) client.next()).get(1);
  }

  @Test
  void getStateIsStateAndData() {
    assertEquals(Term.parse("{closed, #{pushed => 1}}"), system(startTerms(), "get_state"));
  }

  @Test
  void getStatusIsThatOfAGenStatem() {
    Address<Term> door = startTerms();
    door.tell(Term.parse("{'$gen_cast', first}"));
    door.tell(Term.parse("{'$gen_cast', {second}}"));
    var client = nodes.actor();
    Term call = Tuple.of(Atom.of("$gen_call"), Tuple.of(client.pid(), Atom.of("tag")), Atom.OK);
    door.tell(call);
    assertEquals(Term.parse("{tag, ok}"), client.next());
    Tuple status = (Tuple) system(door, "get_status");
    assertEquals(Term.parse("{module, gen_statem}"), status.get(2));
    ListTerm parts = (ListTerm) status.get(3);
    assertEquals(
        Term.parse(
            "[{header, \"Status for state machine door\"}, {data, [{\"Status\", running},"
                + " {\"Parent\", parent}, {\"Modules\", [door]}, {\"Time-outs\", {4, [{{timeout,"
                + " b}, undefined}, {{timeout, a}, 1}, {timeout, idle}, {state_timeout, {some,"
                + " content}}]}}, {\"Logged Events\", []}, {\"Postponed\", [{cast, {second}},"
                + " {cast, first}]}]}, {data, [{\"State\", {closed, #{pushed => 1}}}]}]"),
        withoutParent(parts.elements().get(4), parts.elements().get(2)));
    time.advance(Duration.ofSeconds(2));
  }

  private static Term withoutParent(Term term, Term parent) {
    return Term.parse(term.toString().replace(parent.toString(), "parent"));
  }

  @Test
  void suspendedItHandlesNoEventsAndItsTimeoutsWait() {
    Address<Term> door = startTerms();
    var client = nodes.actor();
    Term call = Tuple.of(Atom.of("$gen_call"), Tuple.of(client.pid(), Atom.of("tag")), Atom.OK);
    door.tell(call);
    assertEquals(Term.parse("{tag, ok}"), client.next());
    assertEquals(Atom.OK, system(door, "suspend"));
    door.tell(call);
    time.advance(Duration.ofSeconds(2));
    assertEquals(Term.parse("{closed, #{pushed => 1}}"), system(door, "get_state"));
    assertEquals(List.of(), client.drained());
    assertEquals(Atom.OK, system(door, "resume"));
    assertEquals(Term.parse("{tag, ok}"), client.next());
    time.advance(Duration.ofSeconds(2));
  }

  @Test
  void suspendedItEndsWithItsParent() {
    var parent = nodes.actor();
    Address<Msg> machine =
        parent.does(self ->
            self.spawnLink(
                machine((on, me) -> on.onTerminate(reason -> seen.add("terminated " + reason)))
                    .trapExit()));
    sync(machine);
    Sys.suspend(machine).join();
    nodes.node().exit(parent.pid(), ExitReason.SHUTDOWN);
    assertEquals("terminated shutdown", next());
  }

  @Test
  void terminateRunsTerminateAndEndsItForTheReason() {
    Address<Term> door = startTerms();
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(door))));
    assertEquals(Atom.OK, system(door, "{terminate, {shutdown, done}}"));
    assertEquals("{shutdown,done}", ((Info.Down) watcher.next()).reason().toString());
  }

  @Test
  void whatIsNoSystemMessageIsAnsweredSo() {
    assertEquals(Term.parse("{error, {unknown_system_msg, what}}"), system(startTerms(), "what"));
  }
}
