package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.Supervisor.DeleteChild;
import io.weft.gen.Supervisor.GetChildSpec;
import io.weft.gen.Supervisor.Query;
import io.weft.gen.Supervisor.RestartChild;
import io.weft.gen.Supervisor.StartChild;
import io.weft.gen.Supervisor.TerminateChild;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.6: what a supervisor can be asked, by types and by terms. */
class Supervisor36RequestsTest {
  private static final String START = "start => {shop, start_child, [<<\"n\">>]}";

  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  /** A supervisor of {@code a} and {@code b} that knows the start function shop:start_child/1. */
  private Address<Query> start() {
    return troupe
        .nodes
        .node()
        .start(
            Supervisor.define(
                "sup",
                Troupe.MANY,
                children -> {
                  children.startFunction(
                      "shop",
                      "start_child",
                      arguments ->
                          arguments.size() == 1 && arguments.get(0) instanceof Binary name
                              ? troupe.blueprint(
                                  name.toString().replace("<<\"", "").replace("\">>", ""))
                              : null);
                  children.add(troupe.child("a"));
                  children.add(troupe.child("b"));
                }));
  }

  // --- typed

  @Test
  void startChildAddsAChildAfterAllOthersAndGivesItsSlot() {
    var supervisor = start();
    Slot<String> slot = troupe.ask(supervisor, new StartChild<>(troupe.child("c"))).orThrow();
    assertNotNull(slot.target());
    assertEquals(List.of("a*", "b*", "c*"), troupe.order(supervisor));
    slot.tell("boom");
    assertEquals(List.of("+a", "+b", "+c", "-c", "+c"), troupe.take(5));
    Troupe.awaitFilled(slot);
  }

  @Test
  void startChildOfAKnownIdSaysWhetherItRuns() {
    var supervisor = start();
    Pid running = troupe.pid(supervisor, "a");
    assertEquals(
        Tuple.of(Atom.of("already_started"), running), refusalOf(supervisor, troupe.child("a")));
    troupe.ask(supervisor, new TerminateChild("a"));
    assertEquals(Atom.of("already_present"), refusalOf(supervisor, troupe.child("a")));
  }

  @Test
  void startChildThatFailsSaysWhyBesideTheChildAndKeepsNothing() {
    var supervisor = start();
    troupe.failStarts("c", 1);
    assertEquals(
        Term.parse(
            "{refused, {child, undefined, c, {'io.weft', start_link, [<<\"c\">>]},"
                + " permanent, false, 5000, worker, dynamic}}"),
        refusalOf(supervisor, troupe.child("c")));
    assertEquals(List.of("a*", "b*"), troupe.order(supervisor));
  }

  @Test
  void startChildThatIgnoresIsKeptUnlessTemporary() {
    var supervisor = start();
    var kept = troupe.ask(supervisor, new StartChild<>(troupe.ignoring("k")));
    assertInstanceOf(ChildStart.Ignored.class, kept);
    var dropped =
        troupe.ask(supervisor, new StartChild<>(troupe.ignoring("d").restart(Restart.TEMPORARY)));
    assertInstanceOf(ChildStart.Ignored.class, dropped);
    assertEquals(List.of("a*", "b*", "k"), troupe.order(supervisor));
  }

  private Term refusalOf(Address<Query> supervisor, ChildSpec<String> spec) {
    var outcome = troupe.ask(supervisor, new StartChild<>(spec));
    return ((ChildStart.Refused<String>) outcome).reason();
  }

  @Test
  void terminateRestartAndDeleteDependOnWhetherTheChildRuns() {
    var supervisor = start();
    assertEquals(ChildResult.RUNNING, troupe.ask(supervisor, new RestartChild("a")));
    assertEquals(ChildResult.RUNNING, troupe.ask(supervisor, new DeleteChild("a")));
    assertInstanceOf(ChildResult.Done.class, troupe.ask(supervisor, new TerminateChild("a")));
    assertInstanceOf(ChildResult.Done.class, troupe.ask(supervisor, new TerminateChild("a")));
    var restarted = (ChildResult.Done) troupe.ask(supervisor, new RestartChild("a"));
    assertEquals(troupe.pid(supervisor, "a"), restarted.pid());
    troupe.ask(supervisor, new TerminateChild("a"));
    assertInstanceOf(ChildResult.Done.class, troupe.ask(supervisor, new DeleteChild("a")));
    assertEquals(List.of("b*"), troupe.order(supervisor));
    assertEquals(ChildResult.NOT_FOUND, troupe.ask(supervisor, new RestartChild("a")));
    assertEquals(ChildResult.NOT_FOUND, troupe.ask(supervisor, new TerminateChild("a")));
    assertEquals(ChildResult.NOT_FOUND, troupe.ask(supervisor, new DeleteChild("a")));
  }

  @Test
  void aTerminatedTemporaryChildIsForgotten() {
    var supervisor = troupe.start(Strategy.ONE_FOR_ONE, troupe.child("t", Restart.TEMPORARY));
    troupe.ask(supervisor, new TerminateChild("t"));
    assertEquals(List.of(), troupe.order(supervisor));
  }

  @Test
  void aRestartByRequestThatFailsKeepsTheChild() {
    var supervisor = start();
    troupe.ask(supervisor, new TerminateChild("a"));
    troupe.failStarts("a", 1);
    assertEquals(
        new ChildResult.Refused(Atom.of("refused")), troupe.ask(supervisor, new RestartChild("a")));
    assertEquals(List.of("a", "b*"), troupe.order(supervisor));
  }

  @Test
  void aChildThatIsTriedAgainIsRestartingUntilItIsTerminated() {
    var supervisor = start();
    troupe.failStarts("a", Integer.MAX_VALUE);
    troupe.end(supervisor, "a", Troupe.BOOM);
    Troupe.await("restarting", () -> troupe.which(supervisor).getLast().restarting());
    assertEquals(ChildResult.RESTARTING, troupe.ask(supervisor, new RestartChild("a")));
    assertEquals(ChildResult.RESTARTING, troupe.ask(supervisor, new DeleteChild("a")));
    assertEquals(Atom.of("already_present"), refusalOf(supervisor, troupe.child("a")));
    assertEquals(
        Term.parse("[{specs, 2}, {active, 1}, {supervisors, 0}, {workers, 2}]"),
        troupe.askTerm(supervisor, "count_children"));
    troupe.ask(supervisor, new TerminateChild("a"));
    troupe.failStarts("a", 0);
    assertEquals(List.of("a", "b*"), troupe.order(supervisor));
    assertInstanceOf(ChildResult.Done.class, troupe.ask(supervisor, new RestartChild("a")));
  }

  @Test
  void getChildSpecGivesTheSpecification() {
    var supervisor = start();
    Optional<ChildSpec<?>> spec = troupe.ask(supervisor, new GetChildSpec("a"));
    assertEquals("a", spec.orElseThrow().blueprint().label());
    assertTrue(troupe.ask(supervisor, new GetChildSpec("z")).isEmpty());
  }

  // --- terms

  @Test
  void whichChildrenListsTheLastStartedFirst() {
    var supervisor = start();
    assertEquals(
        Terms.list(row("b", troupe.pid(supervisor, "b")), row("a", troupe.pid(supervisor, "a"))),
        troupe.askTerm(supervisor, "which_children"));
    troupe.ask(supervisor, new TerminateChild("b"));
    ListTerm rows = (ListTerm) troupe.askTerm(supervisor, "which_children");
    assertEquals(row("b", Atom.UNDEFINED), rows.get(0));
  }

  private static Tuple row(String id, Term pid) {
    return Tuple.of(Atom.of(id), pid, Atom.of("worker"), Atom.of("dynamic"));
  }

  @Test
  void countChildrenKeepsItsOrder() {
    var supervisor = start();
    troupe.ask(
        supervisor, new StartChild<>(ChildSpec.of(Supervisor.define("inner", children -> {}))));
    troupe.ask(supervisor, new TerminateChild("a"));
    assertEquals(
        Term.parse("[{specs, 3}, {active, 2}, {supervisors, 1}, {workers, 2}]"),
        troupe.askTerm(supervisor, "count_children"));
  }

  @Test
  void getChildspecAnswersAMapWithAllSevenKeys() {
    assertEquals(
        Term.parse(
            "{ok, #{id => a, start => {'io.weft', start_link, [<<\"a\">>]}, restart => permanent,"
                + " significant => false, shutdown => 5000, type => worker, modules => dynamic}}"),
        troupe.askTerm(start(), "{get_childspec, a}"));
    assertEquals(Term.parse("{error, not_found}"), troupe.askTerm(start(), "{get_childspec, z}"));
  }

  @Test
  void aForeignNodeStartsAChildThroughAKnownStartFunction() {
    var supervisor = start();
    String spec = "#{id => {my, id}, " + START + ", restart => transient, shutdown => brutal_kill}";
    Term started = troupe.askTerm(supervisor, "{start_child, " + spec + "}");
    assertEquals(List.of("+a", "+b", "+n"), troupe.take(3));
    assertTrue(started instanceof Tuple ok && ok.get(1) instanceof Pid, started.toString());
    assertEquals(
        Term.parse(
            "{ok, #{id => {my, id}, "
                + START
                + ", restart => transient, significant => false, shutdown => brutal_kill,"
                + " type => worker, modules => [shop]}}"),
        troupe.askTerm(supervisor, "{get_childspec, {my, id}}"));
    assertEquals(
        Tuple.of(Atom.ERROR, Tuple.of(Atom.of("already_started"), ((Tuple) started).get(1))),
        troupe.askTerm(supervisor, "{start_child, " + spec + "}"));
    assertEquals(
        Term.parse("{error, running}"), troupe.askTerm(supervisor, "{restart_child, {my, id}}"));
    assertEquals(
        Term.parse("{error, running}"), troupe.askTerm(supervisor, "{delete_child, {my, id}}"));
    assertEquals(Atom.OK, troupe.askTerm(supervisor, "{terminate_child, {my, id}}"));
    assertEquals(
        Term.parse("{error, already_present}"),
        troupe.askTerm(supervisor, "{start_child, " + spec + "}"));
    Tuple again = (Tuple) troupe.askTerm(supervisor, "{restart_child, {my, id}}");
    assertInstanceOf(Pid.class, again.get(1));
    assertEquals(Atom.OK, troupe.askTerm(supervisor, "{terminate_child, {my, id}}"));
    assertEquals(Atom.OK, troupe.askTerm(supervisor, "{delete_child, {my, id}}"));
    for (String what : List.of("terminate_child", "restart_child", "delete_child")) {
      assertEquals(
          Term.parse("{error, not_found}"), troupe.askTerm(supervisor, "{" + what + ", {my, id}}"));
    }
  }

  @Test
  void anOldSpecificationOfSixIsUnderstoodToo() {
    var supervisor = start();
    Tuple started =
        (Tuple)
            troupe.askTerm(
                supervisor,
                "{start_child, {o, {shop, start_child, [<<\"n\">>]}, temporary, 100, worker,"
                    + " [shop]}}");
    assertInstanceOf(Pid.class, started.get(1));
  }

  @Test
  void aStartFunctionThatIsNotKnownIsUndefined() {
    assertEquals(
        Term.parse(
            "{error, {{'EXIT', {undef, [{nomod, go, [1], []}]}}, {child, undefined, q,"
                + " {nomod, go, [1]}, permanent, false, 5000, worker, [nomod]}}}"),
        troupe.askTerm(start(), "{start_child, #{id => q, start => {nomod, go, [1]}}}"));
  }

  @Test
  void aForeignNodeIsToldWhatTheChildTellsAlong() {
    var supervisor =
        troupe
            .nodes
            .node()
            .start(
                Supervisor.define(
                    "sup",
                    Troupe.MANY,
                    children ->
                        children.startFunction(
                            "shop",
                            "start_child",
                            arguments ->
                                Blueprint.<String>of(
                                    "telling",
                                    () ->
                                        new Behavior<>() {
                                          @Override
                                          public void start(Self<String> self) {
                                            self.startInfo(arguments.get(0));
                                          }

                                          @Override
                                          public void message(Self<String> self, String message) {}
                                        }))));
    Term started = troupe.askTerm(supervisor, "{start_child, #{id => c, " + START + "}}");
    assertEquals(Tuple.of(Atom.OK, troupe.pid(supervisor, "c"), Term.parse("<<\"n\">>")), started);
    troupe.askTerm(supervisor, "{terminate_child, c}");
    Tuple again = (Tuple) troupe.askTerm(supervisor, "{restart_child, c}");
    assertEquals(Tuple.of(Atom.OK, troupe.pid(supervisor, "c"), Term.parse("<<\"n\">>")), again);
  }

  @Test
  void aStartFunctionThatFailsIsCaughtAndTheSupervisorGoesOn() {
    var supervisor =
        troupe
            .nodes
            .node()
            .start(
                Supervisor.define(
                    "sup",
                    Troupe.MANY,
                    children ->
                        children.startFunction(
                            "shop",
                            "start_child",
                            arguments -> {
                              throw new IllegalStateException("no shop");
                            })));
    Term refused = troupe.askTerm(supervisor, "{start_child, #{id => c, " + START + "}}");
    assertTrue(
        refused
            .toString()
            .startsWith("{error,{{'EXIT',{{'java.lang.IllegalStateException',<<\"no shop\">>},[{"),
        refused.toString());
    assertEquals(Term.parse("[]"), troupe.askTerm(supervisor, "which_children"));
  }

  @Test
  void aForeignStartThatFailsSaysWhyBesideTheChild() {
    troupe.failStarts("n", 1);
    assertEquals(
        Term.parse(
            "{error, {refused, {child, undefined, q, {shop, start_child, [<<\"n\">>]},"
                + " permanent, false, infinity, supervisor, [shop]}}}"),
        troupe.askTerm(start(), "{start_child, #{id => q, " + START + ", type => supervisor}}"));
  }

  @Test
  void aWrongSpecificationIsRefusedInOtpsWords() {
    var supervisor = start();
    for (List<String> wrong :
        List.of(
            List.of("foo", "{invalid_child_spec, foo}"),
            List.of("[foo]", "{invalid_child_spec, [foo]}"),
            List.of(
                "{q, {m, f, []}, temporary, 5}",
                "{invalid_child_spec, {q, {m, f, []}, temporary, 5}}"),
            List.of("#{}", "missing_id"),
            List.of("#{start => {m, f, []}}", "missing_id"),
            List.of("#{id => q}", "missing_start"),
            List.of("#{id => q, start => foo}", "{invalid_mfa, foo}"),
            List.of("#{id => q, start => {m, f, x}}", "{invalid_mfa, {m, f, x}}"),
            List.of("#{id => q, start => {m, f, []}, restart => x}", "{invalid_restart_type, x}"),
            List.of(
                "#{id => q, start => {m, f, []}, significant => x}", "{invalid_significant, x}"),
            List.of(
                "#{id => q, start => {m, f, []}, type => x, shutdown => y}",
                "{invalid_child_type, x}"),
            List.of("#{id => q, start => {m, f, []}, shutdown => -1}", "{invalid_shutdown, -1}"),
            List.of("#{id => q, start => {m, f, []}, shutdown => 1.5}", "{invalid_shutdown, 1.5}"),
            List.of("#{id => q, start => {m, f, []}, modules => x}", "{invalid_modules, x}"),
            List.of("#{id => q, start => {m, f, []}, modules => [m, 1]}", "{invalid_module, 1}"),
            List.of(
                "#{id => q, start => {m, f, []}, restart => temporary, significant => true}",
                "{bad_combination, [{auto_shutdown, never}, {significant, true}]}"))) {
      assertEquals(
          Term.parse("{error, " + wrong.get(1) + "}"),
          troupe.askTerm(supervisor, "{start_child, " + wrong.get(0) + "}"));
    }
  }

  @Test
  void aRequestThatIsNoneIsRefusedAndTheSupervisorGoesOn() {
    var supervisor = start();
    assertThrows(CallException.class, () -> troupe.askTerm(supervisor, "{fly, away}"));
    assertEquals(List.of("a*", "b*"), troupe.order(supervisor));
  }

  /** A supervisor that is stopping its one child, which takes no notice. */
  private CompletableFuture<ChildResult> beginToTerminate(
      AtomicReference<Address<Query>> supervisor, AtomicReference<Pid> child) {
    var shutdown = new Shutdown.Within(Duration.ofMillis(500));
    var slot = new AtomicReference<Slot<String>>();
    supervisor.set(
        troupe
            .nodes
            .node()
            .start(
                Supervisor.define(
                    "sup",
                    children -> slot.set(children.add(troupe.stubborn("a").shutdown(shutdown))))));
    child.set(troupe.pid(supervisor.get(), "a"));
    var terminated = Weft.callAsync(supervisor.get(), new TerminateChild("a"), Troupe.LONG);
    Troupe.await("a is being stopped", () -> slot.get().target() == null);
    return terminated;
  }

  @Test
  void requestsThatComeWhileAChildStopsAreServedAfterwards() {
    var supervisor = new AtomicReference<Address<Query>>();
    var terminated = beginToTerminate(supervisor, new AtomicReference<>());
    assertEquals(List.of("a"), troupe.order(supervisor.get()));
    assertInstanceOf(ChildResult.Done.class, terminated.join());
  }

  @Test
  void callersOfASupervisorThatEndsLearnItsReason() {
    var supervisor = new AtomicReference<Address<Query>>();
    var child = new AtomicReference<Pid>();
    var terminated = beginToTerminate(supervisor, child);
    troupe.nodes.node().exit(GenServerTest.pidOf(supervisor.get()), ExitReason.KILL);
    var failure = assertThrows(CompletionException.class, terminated::join);
    assertEquals(ExitReason.KILLED, ((CallException) failure.getCause()).reason());
    troupe.nodes.node().exit(child.get(), ExitReason.KILL); // it was unlinked already, as in OTP
  }
}
