package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.BOOM;
import static io.weft.gen.Troupe.MANY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.DynamicSupervisor.CountChildren;
import io.weft.gen.DynamicSupervisor.Query;
import io.weft.gen.DynamicSupervisor.StartChild;
import io.weft.gen.DynamicSupervisor.TerminateChild;
import io.weft.gen.DynamicSupervisor.WhichChildren;
import io.weft.gen.Supervisor.ChildCount;
import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.node.Slot;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.4 and 3.6: supervisors of children that come and go, simple_one_for_one. */
class SupervisorSimpleOneForOneTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  private Address<Query<String, String>> start(Restart restart) {
    return start(restart, MANY);
  }

  private Address<Query<String, String>> start(Restart restart, Intensity intensity) {
    return start(
        ChildTemplate.<String, String>of("x", troupe::blueprint).restart(restart), intensity);
  }

  private Address<Query<String, String>> start(
      ChildTemplate<String, String> template, Intensity intensity) {
    return troupe.nodes.node().start(DynamicSupervisor.define("dyn", intensity, template));
  }

  private Slot<String> child(Address<Query<String, String>> supervisor, String name) {
    return Weft.call(supervisor, new StartChild<>(name), Troupe.LONG).orThrow();
  }

  private ChildCount count(Address<Query<String, String>> supervisor) {
    return Weft.call(supervisor, new CountChildren<>(), Troupe.LONG);
  }

  @Test
  void itStartsWithoutChildrenAndGivesEachItsOwnArgumentAndSlot() {
    var supervisor = start(Restart.TEMPORARY);
    assertEquals(new ChildCount(1, 0, 0, 0), count(supervisor));
    Slot<String> a = child(supervisor, "a");
    Slot<String> b = child(supervisor, "b");
    assertEquals(List.of("+a", "+b"), troupe.take(2));
    assertEquals(new ChildCount(1, 2, 0, 2), count(supervisor));
    assertTrue(!pidOf(a).equals(pidOf(b)));
  }

  @Test
  void aChildIsRestartedWithTheArgumentItWasStartedWith() {
    var supervisor = start(Restart.PERMANENT);
    Slot<String> a = child(supervisor, "a");
    child(supervisor, "b");
    a.tell("boom");
    assertEquals(List.of("+a", "+b", "-a", "+a"), troupe.take(4));
    Troupe.awaitFilled(a);
  }

  @Test
  void childrenThatAreNotRestartedAreForgotten() {
    for (Restart restart : List.of(Restart.TRANSIENT, Restart.TEMPORARY)) {
      var supervisor = start(restart);
      Slot<String> a = child(supervisor, "a");
      troupe.end(pidOf(a), restart == Restart.TEMPORARY ? BOOM : ExitReason.SHUTDOWN);
      assertEquals(new ChildCount(1, 0, 0, 0), count(supervisor));
      assertNull(a.target());
    }
  }

  @Test
  void tooManyRestartsEndIt() {
    var supervisor = start(Restart.PERMANENT, new Intensity(0, Duration.ofSeconds(1)));
    Slot<String> a = child(supervisor, "a");
    child(supervisor, "b");
    var watch = troupe.watch(supervisor);
    a.tell("boom");
    assertEquals(ExitReason.SHUTDOWN, watch.reason());
    assertEquals(List.of("+a", "+b", "-a", "-b"), troupe.take(4));
  }

  @Test
  void aChildThatDoesNotStartOrIgnoresIsNotKept() {
    var supervisor = start(Restart.PERMANENT);
    troupe.failStarts("a", 1);
    var failed = Weft.call(supervisor, new StartChild<>("a"), Troupe.LONG);
    assertEquals(new ChildStart.Refused<>(Atom.of("refused")), failed);
    var ignoring =
        start(
            ChildTemplate.<String, String>of("x", name -> troupe.ignoring(name).blueprint()), MANY);
    assertInstanceOf(
        ChildStart.Ignored.class, Weft.call(ignoring, new StartChild<>("i"), Troupe.LONG));
    assertEquals(new ChildCount(1, 0, 0, 0), count(supervisor));
    assertEquals(new ChildCount(1, 0, 0, 0), count(ignoring));
  }

  @Test
  void aChildThatDoesNotStartAgainIsRestartingAndNamedByItsLastPid() {
    var supervisor = start(Restart.PERMANENT);
    Slot<String> a = child(supervisor, "a");
    Pid last = pidOf(a);
    troupe.failStarts("a", Integer.MAX_VALUE);
    troupe.end(last, BOOM);
    Troupe.await("restarting", () -> count(supervisor).equals(new ChildCount(1, 0, 0, 1)));
    assertEquals(
        Term.parse("[{undefined, restarting, worker, dynamic}]"),
        troupe.askTerm(supervisor, "which_children"));
    Weft.call(supervisor, new TerminateChild<>(last), Troupe.LONG);
    assertEquals(new ChildCount(1, 0, 0, 0), count(supervisor));
  }

  @Test
  void aChildThatStartsAgainAfterTriesServesInItsSlot() {
    var supervisor = start(Restart.PERMANENT);
    Slot<String> a = child(supervisor, "a");
    troupe.failStarts("a", 5);
    a.tell("boom");
    assertEquals(List.of("+a", "-a", "+a"), troupe.take(3));
    Troupe.awaitFilled(a);
    assertEquals(new ChildCount(1, 1, 0, 1), count(supervisor));
  }

  @Test
  void allChildrenAreStoppedAtOnce() {
    var supervisor =
        start(
            ChildTemplate.<String, String>of("x", name -> troupe.blueprint(name).trapExit())
                .shutdown(new Shutdown.Within(Duration.ofMillis(300))),
            MANY);
    Set<Pid> pids =
        List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j").stream()
            .map(name -> pidOf(child(supervisor, name)))
            .collect(Collectors.toSet());
    var watches = pids.stream().map(troupe::watch).toList();
    long before = System.nanoTime();
    assertEquals(ExitReason.SHUTDOWN, troupe.stop(supervisor));
    watches.forEach(watch -> assertEquals(ExitReason.KILLED, watch.reason()));
    assertTrue(System.nanoTime() - before < 3_000_000_000L, "one after the other");
  }

  @Test
  void terminateChildTakesAPidAndIsDoneForADeadOneToo() {
    var supervisor = start(Restart.PERMANENT);
    Pid a = pidOf(child(supervisor, "a"));
    for (int i = 0; i < 2; i++) {
      assertInstanceOf(
          ChildResult.Done.class, Weft.call(supervisor, new TerminateChild<>(a), Troupe.LONG));
    }
    assertEquals(
        ChildResult.NOT_FOUND,
        Weft.call(supervisor, new TerminateChild<>(pidOf(supervisor)), Troupe.LONG));
    assertEquals(List.of("+a", "-a"), troupe.take(2));
  }

  @Test
  void idsInWhichChildrenAreUndefined() {
    var supervisor = start(Restart.PERMANENT);
    Pid a = pidOf(child(supervisor, "a"));
    assertEquals(
        List.of(
            new Supervisor.ChildInfo(
                Atom.UNDEFINED, a, false, ChildType.WORKER, Atom.of("dynamic"))),
        Weft.call(supervisor, new WhichChildren<>(), Troupe.LONG));
  }

  // --- terms

  @Test
  void requestsByIdAreErrors() {
    var supervisor = start(Restart.PERMANENT);
    for (String request :
        List.of("{terminate_child, x}", "{restart_child, x}", "{delete_child, x}")) {
      assertEquals(Term.parse("{error, simple_one_for_one}"), troupe.askTerm(supervisor, request));
    }
  }

  @Test
  void theSpecificationGoesByItsIdAndByThePidsOfChildren() {
    var supervisor = start(Restart.TRANSIENT);
    Pid a = pidOf(child(supervisor, "a"));
    Term spec =
        Term.parse(
            "{ok, #{id => x, start => {'io.weft', start_link, [<<\"x\">>]}, restart => transient,"
                + " significant => false, shutdown => 5000, type => worker, modules => dynamic}}");
    assertEquals(spec, troupe.askTerm(supervisor, "{get_childspec, x}"));
    assertEquals(spec, troupe.askTerm(supervisor, Tuple.of(Atom.of("get_childspec"), a)));
    for (Term none : List.of(Atom.UNDEFINED, pidOf(supervisor))) {
      assertEquals(
          Term.parse("{error, not_found}"),
          troupe.askTerm(supervisor, Tuple.of(Atom.of("get_childspec"), none)));
    }
  }

  @Test
  void aForeignNodeStartsAChildWithTheArgumentsOfItsTemplate() {
    var supervisor =
        start(
            ChildTemplate.<String, String>of("x", troupe::blueprint)
                .argument(arguments ->
                    arguments.size() == 1 && arguments.get(0) instanceof Atom(String name)
                        ? name
                        : null),
            MANY);
    Tuple started = (Tuple) troupe.askTerm(supervisor, "{start_child, [n]}");
    assertEquals(List.of("+n"), troupe.take(1));
    Pid pid = assertInstanceOf(Pid.class, started.get(1));
    assertEquals(
        Term.parse("{error, {'EXIT', {undef, [{'io.weft', start_link, [1, 2], []}]}}}"),
        troupe.askTerm(supervisor, "{start_child, [1, 2]}"));
    assertEquals(
        Term.parse(
            "{error, {'EXIT', {badarg, [{erlang, apply, ['io.weft', start_link, foo], []}]}}}"),
        troupe.askTerm(supervisor, "{start_child, foo}"));
    troupe.failStarts("m", 1);
    assertEquals(Term.parse("{error, refused}"), troupe.askTerm(supervisor, "{start_child, [m]}"));
    assertEquals(Atom.OK, troupe.askTerm(supervisor, Tuple.of(Atom.of("terminate_child"), pid)));
    assertEquals(
        Term.parse("[{specs, 1}, {active, 0}, {supervisors, 0}, {workers, 0}]"),
        troupe.askTerm(supervisor, "count_children"));
  }
}
