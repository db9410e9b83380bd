package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.Supervisor.Query;
import io.weft.gen.Supervisor.RestartChild;
import io.weft.gen.Supervisor.StartChild;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Slot;
import io.weft.node.Sys;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OTP's module supervisor, code_change; and what sys shows of a supervisor (spec/otp.md 2.5). */
@Timeout(60)
class SupervisorCodeChangeTest {
  private final Troupe troupe = new Troupe();

  /** What the definition says the next time. */
  private final AtomicReference<Supervisor.Definition> definition = new AtomicReference<>();

  private final Map<String, Slot<String>> slots = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    troupe.close();
  }

  private Address<Query> start(Supervisor.Definition first) {
    definition.set(first);
    return troupe.nodes.node().start(sup("sup"));
  }

  private Blueprint<Query> sup(String label) {
    return Supervisor.define(label, Troupe.MANY, children -> definition.get().define(children));
  }

  private void add(Supervisor.Children children, ChildSpec<String> spec) {
    slots.put(spec.id(), children.add(spec));
  }

  private void change(Address<Query> supervisor, Supervisor.Definition to) {
    definition.set(to);
    Sys.changeCode(supervisor, sup("sup"), null).join();
  }

  private Address<Query> abc() {
    return start(children -> {
      add(children, troupe.child("a"));
      add(children, troupe.child("b"));
      add(children, troupe.child("c"));
    });
  }

  // --- specifications
  // ------------------------------------------------------------------------------------------------

  @Test
  void specificationsAreReplacedByTheirIdsAndProcessesStay() {
    var supervisor = abc();
    Weft.call(supervisor, new StartChild<>(troupe.child("dyn")), Troupe.LONG).orThrow();
    var before = troupe.which(supervisor);
    change(
        supervisor,
        children -> {
          add(children, troupe.child("b"));
          add(children, troupe.child("a", Restart.TEMPORARY));
          add(children, troupe.child("new"));
        });
    // new ones have their order, and those that are not defined any more stay behind them
    assertEquals(List.of("b*", "a*", "new", "c*", "dyn*"), troupe.order(supervisor));
    for (Supervisor.ChildInfo child : before) {
      assertEquals(child.pid(), troupe.pid(supervisor, child.id()), child.id());
    }
    troupe.end(supervisor, "a", Troupe.BOOM);
    Troupe.await("a is forgotten", () -> troupe.order(supervisor).size() == 4);
  }

  @Test
  void aNewChildStartsByRequest() {
    var supervisor = abc();
    change(supervisor, children -> add(children, troupe.child("new")));
    assertInstanceOf(ChildResult.Done.class, troupe.ask(supervisor, new RestartChild("new")));
    assertEquals(List.of("new*", "a*", "b*", "c*"), troupe.order(supervisor));
  }

  @Test
  void aChildKeepsItsSlotAndStartsAgainAsTheNewSpecificationSays() {
    var supervisor = abc();
    Slot<String> slot = slots.get("a");
    troupe.take(3);
    change(supervisor, children -> add(children, ChildSpec.of(troupe.blueprint("a2")).id("a")));
    assertSame(slot, slots.get("a"));
    slot.tell("boom"); // it runs the former code still
    assertEquals(List.of("-a", "+a2"), troupe.take(2));
    assertEquals(troupe.pid(supervisor, "a"), Troupe.awaitFilled(slot));
  }

  @Test
  void flagsAreReplacedAndEarlierRestartsCount() {
    var supervisor = abc();
    troupe.take(3);
    troupe.end(supervisor, "a", Troupe.BOOM);
    assertEquals(List.of("-a", "+a"), troupe.take(2));
    change(
        supervisor,
        children -> {
          children.strategy(Strategy.ONE_FOR_ALL);
          children.intensity(new Intensity(2, java.time.Duration.ofHours(1)));
          add(children, troupe.child("a"));
          add(children, troupe.child("b"));
          add(children, troupe.child("c"));
        });
    // a change waits for a restart that is not over yet, and so does this request: sys does not
    troupe.which(supervisor);
    var state = (SupervisorState) Sys.state(supervisor).join();
    assertEquals(Strategy.ONE_FOR_ALL, state.strategy());
    assertEquals(2, state.intensity().restarts());
    troupe.end(supervisor, "a", Troupe.BOOM);
    assertEquals(List.of("-a", "-c", "-b", "+a", "+b", "+c"), troupe.take(6));
    var watch = troupe.watch(supervisor);
    troupe.end(supervisor, "a", Troupe.BOOM);
    assertEquals(ExitReason.SHUTDOWN, watch.reason());
  }

  @Test
  void aDefinitionThatIgnoresChangesNothing() {
    var supervisor = abc();
    change(
        supervisor,
        children -> {
          add(children, troupe.child("x"));
          children.ignore();
        });
    assertEquals(List.of("a*", "b*", "c*"), troupe.order(supervisor));
  }

  @Test
  void aDefinitionThatIsWrongIsAnErrorAndChangesNothing() {
    var supervisor = abc();
    var failed =
        assertThrows(
            CompletionException.class,
            () ->
                change(
                    supervisor,
                    children -> {
                      add(children, troupe.child("x"));
                      add(children, troupe.child("x"));
                    }));
    var error = assertInstanceOf(ExitException.class, failed.getCause());
    assertEquals(Term.parse("{error, {duplicate_child_name, x}}"), error.reason().term());
    assertEquals(List.of("a*", "b*", "c*"), troupe.order(supervisor));
  }

  @Test
  void anotherKindOfSupervisorCannotTakeOver() {
    var supervisor = abc();
    Address<DynamicSupervisor.Query<String, String>> asDynamic =
        troupe.nodes.node().address(pidOf(supervisor), new DynamicCodec<>());
    var dynamic =
        DynamicSupervisor.define(
            "dyn", Troupe.MANY, ChildTemplate.of("x", (String name) -> troupe.blueprint(name)));
    assertThrows(CompletionException.class, () -> Sys.changeCode(asDynamic, dynamic, null).join());
    assertEquals(List.of("a*", "b*", "c*"), troupe.order(supervisor));
  }

  @Test
  void itIsDoneAfterWhatTheSupervisorIsDoing() {
    var supervisor = abc();
    troupe.take(3);
    change(
        supervisor,
        children ->
            add(
                children,
                troupe
                    .stubborn("a")
                    .shutdown(new Shutdown.Within(java.time.Duration.ofMillis(50)))));
    slots.get("a").tell("boom");
    assertEquals(List.of("-a", "+a"), troupe.take(2));
    Troupe.awaitFilled(slots.get("a"));
    var terminated = Weft.callAsync(supervisor, new Supervisor.TerminateChild("a"), null);
    change(
        supervisor,
        children -> {
          add(children, troupe.child("b"));
          add(children, troupe.child("a"));
        });
    terminated.join();
    assertEquals(List.of("b*", "a", "c*"), troupe.order(supervisor));
  }

  // --- dynamic ones
  // ------------------------------------------------------------------------------------------------

  @Test
  void theTemplateOfADynamicSupervisorIsReplacedAndProcessesStay() {
    var supervisor = troupe.nodes.node().start(dynamic(""));
    Slot<String> a =
        Weft.call(supervisor, new DynamicSupervisor.StartChild<String, String>("a"), Troupe.LONG)
            .orThrow();
    var pid = pidOf(a);
    Sys.changeCode(supervisor, dynamic("2"), null).join();
    assertEquals(pid, pidOf(a));
    a.tell("boom");
    assertEquals(List.of("+a", "-a", "+a2"), troupe.take(3));
    Weft.call(supervisor, new DynamicSupervisor.StartChild<String, String>("b"), Troupe.LONG);
    assertEquals(List.of("+b2"), troupe.take(1));
  }

  private Blueprint<DynamicSupervisor.Query<String, String>> dynamic(String suffix) {
    return DynamicSupervisor.define(
        "dyn",
        Troupe.MANY,
        ChildTemplate.of("x", (String name) -> troupe.blueprint(name + suffix))
            .restart(Restart.PERMANENT));
  }

  // --- sys of a foreign node
  // ------------------------------------------------------------------------------------------------

  @Test
  void changeCodeOfAForeignNodeRunsTheDefinitionAgain() {
    var supervisor = abc();
    definition.set(children -> {
      add(children, troupe.child("c"));
      add(children, troupe.child("d"));
    });
    assertEquals(
        Term.parse("{error, {unknown_system_msg, {change_code, sup, old, extra}}}"),
        troupe.system(supervisor, "{change_code, sup, old, extra}"));
    troupe.system(supervisor, "suspend");
    assertEquals(Atom.OK, troupe.system(supervisor, "{change_code, sup, old, extra}"));
    definition.set(children -> {
      add(children, troupe.child("c"));
      add(children, troupe.child("c"));
    });
    assertEquals(
        Term.parse("{error, {error, {duplicate_child_name, c}}}"),
        troupe.system(supervisor, "{change_code, sup, old, extra}"));
    troupe.system(supervisor, "resume");
    assertEquals(List.of("c*", "d", "a*", "b*"), troupe.order(supervisor));
  }

  @Test
  void getStatusAppendsTheCallbackModule() {
    var supervisor = abc();
    String status = troupe.system(supervisor, "get_status").toString();
    assertTrue(status.endsWith("{supervisor,[{\"Callback\",sup}]}]]}"), status);
    assertTrue(status.contains("{'$initial_call',{supervisor,sup,1}}"), status);
  }

  @Test
  void getStateIsTheRecordOfOtpsSupervisor() {
    var supervisor = start(children -> add(children, troupe.child("a")));
    var pid = pidOf(supervisor);
    var a = troupe.pid(supervisor, "a");
    assertEquals(
        "{state,{%s,sup},one_for_one,{[a],#{a=>{child,%s,a,{'io.weft',start_link,[<<\"a\">>]},permanent,false,5000,worker,dynamic}}},undefined,1000000,1,[],0,never,sup,[]}"
            .formatted(pid, a),
        troupe.system(supervisor, "get_state").toString());
    var dynamic = troupe.nodes.node().start(dynamic(""));
    assertEquals(
        "{state,{%s,dyn},simple_one_for_one,{[x],#{x=>{child,undefined,x,{'io.weft',start_link,[<<\"x\">>]},permanent,false,5000,worker,dynamic}}},{maps,#{}},1000000,1,[],0,never,dyn,[]}"
            .formatted(pidOf(dynamic)),
        troupe.system(dynamic, "get_state").toString());
  }

  @Test
  void aSuspendedSupervisorEndsWithItsParentAndStopsItsChildren() {
    var parent =
        troupe
            .nodes
            .node()
            .start(
                Supervisor.define(
                    "parent",
                    Troupe.MANY,
                    children -> {
                      definition.set(mine -> add(mine, troupe.child("a")));
                      children.add(ChildSpec.of(sup("sup")));
                    }));
    troupe.take(1);
    Address<Query> supervisor =
        troupe.nodes.node().address(troupe.pid(parent, "sup"), Supervisor.codec());
    Sys.suspend(supervisor).join();
    assertEquals(ExitReason.SHUTDOWN, troupe.stop(parent));
    assertEquals(List.of("-a"), troupe.take(1));
  }

  @Test
  void aSuspendedSupervisorRestartsNobodyUntilItIsResumed() {
    var supervisor = abc();
    troupe.take(3);
    Sys.suspend(supervisor).join();
    slots.get("a").tell("boom");
    assertEquals(List.of("-a"), troupe.take(1));
    slots.get("b").tell("boom");
    assertEquals(List.of("-b"), troupe.take(1));
    Sys.resume(supervisor).join();
    assertEquals(Set.of("+a", "+b"), Set.copyOf(troupe.take(2)));
  }
}
