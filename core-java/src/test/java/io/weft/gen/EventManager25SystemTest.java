package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.ExitReason;
import io.weft.node.Sys;
import io.weft.node.TermCodec;
import io.weft.node.TestNode.Actor;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.5: system messages to an event manager. */
class EventManager25SystemTest extends EventManagerTesting {
  private final AtomicReference<String> held = new AtomicReference<>("first");

  private EventManager.Definition<Term, Term> holding() {
    return (on, self) -> on.state(String.class, held::get, held::set);
  }

  @Test
  void sysShowsAndReplacesTheStatesOfHandlers() {
    call(EventManager.add(id("a"), holding())).orThrow();
    add(id("b").withId("x"));
    var shown =
        List.of(new HandlerState(id("b").withId("x"), null), new HandlerState(id("a"), "first"));
    assertEquals(shown, Sys.state(manager).join());
    assertThrows(
        CompletionException.class, () -> Sys.replaceState(manager, states -> List.of()).join());
    assertThrows(
        CompletionException.class,
        () ->
            Sys.replaceState(manager, states -> List.of(shown.get(0), shown.get(1).withState(5)))
                .join());
    Sys.replaceState(manager, states -> List.of(shown.get(0), shown.get(1).withState("second")))
        .join();
    assertEquals("second", held.get());
  }

  @Test
  void aCodeChangeKeepsTheHandlers() {
    call(EventManager.add(id("a"), holding())).orThrow();
    add(id("b"));
    Sys.changeCode(manager, EventManager.define("newer", TermCodec.identity()), null).join();
    assertEquals(List.of("b", "a"), which());
    sync("one");
    assertEquals(List.of("b one"), drained());
  }

  private Term system(String request) {
    Actor client = nodes.actor();
    Term from = Tuple.of(client.pid(), Atom.of("tag"));
    nodes
        .node()
        .address(pidOf(manager))
        .tell(Tuple.of(Atom.of("system"), from, Term.parse(request)));
    return ((Tuple) client.next()).get(1);
  }

  @Test
  void getStateIsAListOfModulesIdsAndStates() {
    call(EventManager.add(id("a"), holding())).orThrow();
    add(id("b").withId(Term.parse("[x]")));
    assertEquals(
        Term.parse("[{b, [x], undefined}, {a, false, <<\"first\">>}]"), system("get_state"));
  }

  @Test
  void getStatusIsThatOfAGenEvent() {
    add(id("b").withId(Term.parse("[x]")));
    Tuple status = (Tuple) system("get_status");
    assertEquals(Term.parse("{module, gen_event}"), status.get(2));
    String shown = status.toString();
    assertTrue(
        shown.contains("{items,{\"Installed handlers\",[{handler,b,[x],undefined,false}]}}"),
        shown);
  }

  @Test
  void suspendedItHandlesNoEvents() {
    add(id("a"));
    assertEquals(Atom.OK, system("suspend"));
    manager.tell(new EventManager.Notify<>(Atom.of("waits")));
    assertEquals(Term.parse("[{a, false, undefined}]"), system("get_state"));
    assertEquals(List.of(), drained());
    assertEquals(Atom.OK, system("resume"));
    assertEquals(List.of("a"), which());
    assertEquals(List.of("a waits"), drained());
  }

  @Test
  void terminateStopsItsHandlersAndEndsIt() throws InterruptedException {
    Actor owner = nodes.actor();
    addSupervised(owner, "a");
    assertEquals(Atom.OK, system("{terminate, {shutdown, done}}"));
    assertEquals("a ends Stopped", next());
    assertEquals(new HandlerExit(id("a"), ExitReason.SHUTDOWN), owner.next());
  }
}
