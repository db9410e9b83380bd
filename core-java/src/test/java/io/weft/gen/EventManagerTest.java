package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.EventManager.Message;
import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.node.Sys;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.node.TestNode;
import io.weft.node.TestNode.Actor;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** gen_event. What OTP 25 does in each case was read off a run of it. */
class EventManagerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final TestNode nodes = new TestNode();
  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final Address<Message<Term>> manager =
      nodes.node().start(EventManager.define("manager", TermCodec.identity()));

  @AfterEach
  void close() {
    nodes.close();
  }

  /** Speaks terms, so that foreign nodes can ask too. */
  private static HandlerId<Term> id(String name) {
    return HandlerId.of(name, Term.class, TermCodec.identity());
  }

  sealed interface Ask {
    record Echo(String text) implements Ask, Request<String> {}

    record Crash() implements Ask, Request<String> {}
  }

  private static HandlerId<Ask> asked(String name) {
    return HandlerId.of(name, Ask.class);
  }

  /** Notes all it gets; fails on the event {@code boom}, leaves on {@code remove}. */
  private <Q> EventManager.Definition<Term, Q> noting(String name) {
    return (on, self) -> {
      if (on.inherited() != null) {
        seen.add(name + " inherits " + on.inherited());
      }
      on.onEvent(event -> {
        seen.add(name + " " + event);
        if (event.equals(Atom.of("boom"))) {
          throw new IllegalStateException("boom");
        }
        if (event.equals(Atom.of("remove"))) {
          on.remove();
        }
      });
      on.onInfo(info -> seen.add(name + " info " + info.toTerm()));
      on.onTerminate(end -> {
        boolean given = end instanceof HandlerEnd.Deleted deleted && deleted.arguments() != null;
        String arguments = given ? " " + ((HandlerEnd.Deleted) end).arguments() : "";
        seen.add(name + " ends " + end.getClass().getSimpleName() + arguments);
        return "what " + name + " left";
      });
    };
  }

  private EventManager.Definition<Term, Ask> answering() {
    return (on, self) -> {
      on.call(Ask.Echo.class, Ask.Echo::text);
      on.call(
          Ask.Crash.class,
          crash -> {
            throw new IllegalStateException("asked to crash");
          });
    };
  }

  private <Q> void add(HandlerId<Q> id) {
    assertEquals(true, call(EventManager.add(id, noting(id.toString()))).orThrow());
  }

  private <R, Q extends Message<Term> & Request<R>> R call(Q request) {
    return Weft.<R, Q>call(manager, request, LONG);
  }

  private void sync(String event) {
    call(new EventManager.SyncNotify<>((Term) Atom.of(event)));
  }

  private List<String> which() {
    return call(new EventManager.WhichHandlers<Term>()).stream().map(HandlerId::toString).toList();
  }

  private List<String> drained() {
    List<String> all = new ArrayList<>();
    seen.drainTo(all);
    return all;
  }

  private String next() throws InterruptedException {
    return seen.poll(20, TimeUnit.SECONDS);
  }

  // --- events
  // -------------------------------------------------------------------------------------

  @Test
  void everyHandlerGetsEveryEventTheLastAddedFirst() {
    add(id("a"));
    add(id("b"));
    assertEquals(List.of("b", "a"), which());
    manager.tell(new EventManager.Notify<>(Atom.of("one")));
    sync("two");
    assertEquals(List.of("b one", "a one", "b two", "a two"), drained());
  }

  @Test
  void whatIsNeitherEventNorRequestIsInfoToAllHandlers() throws InterruptedException {
    add(id("a"));
    nodes.node().address(pidOf(manager)).tell(Atom.of("hello"));
    assertEquals("a info hello", next());
  }

  @Test
  void aHandlerThatFailsIsRemovedAndTheManagerLivesOn() {
    add(id("a"));
    add(id("b"));
    sync("boom"); // both fail
    assertEquals(List.of("b boom", "b ends Failed", "a boom", "a ends Failed"), drained());
    assertEquals(List.of(), which());
    add(id("a"));
  }

  @Test
  void aHandlerMayRemoveItself() {
    add(id("a"));
    sync("remove");
    assertEquals(List.of("a remove", "a ends Removed"), drained());
    assertEquals(List.of(), which());
  }

  // --- add, delete, swap, call
  // --------------------------------------------------------------------

  @Test
  void aHandlerThatFailsInItsDefinitionIsNotAdded() {
    var result =
        call(
            EventManager.<Term, Term>add(
                id("bad"),
                (on, self) -> {
                  throw new IllegalStateException("no");
                }));
    assertInstanceOf(HandlerResult.Failed.class, result);
    assertEquals(List.of(), which());
  }

  @Test
  void severalHandlersOfOneModuleAreToldApartByTheirIds() {
    add(id("a"));
    add(id("a").withId("one"));
    add(id("a").withId(Term.parse("{any, term}")));
    assertEquals(List.of("{a,{any,term}}", "{a,one}", "a"), which());
    call(EventManager.<Term>delete(id("a").withId("one"))).orThrow();
    assertEquals(List.of("{a,one} ends Deleted"), drained());
    assertEquals(List.of("{a,{any,term}}", "a"), which());
  }

  @Test
  void nothingKeepsTwoHandlersWithOneIdOutAndTheLastAddedIsMeant() {
    assertEquals(true, call(EventManager.add(id("a"), noting("first"))).orThrow());
    assertEquals(true, call(EventManager.add(id("a"), noting("second"))).orThrow());
    assertEquals(List.of("a", "a"), which());
    sync("one");
    assertEquals(List.of("second one", "first one"), drained());
    assertEquals("what second left", call(EventManager.<Term>delete(id("a"))).orThrow());
    assertEquals("what first left", call(EventManager.<Term>delete(id("a"))).orThrow());
  }

  @Test
  void toDeleteAHandlerGivesWhatItsTerminateLeft() {
    add(id("a"));
    assertEquals("what a left", call(EventManager.<Term>delete(id("a"))).orThrow());
    assertEquals(List.of("a ends Deleted"), drained());
    assertInstanceOf(HandlerResult.Unknown.class, call(EventManager.<Term>delete(id("a"))));
  }

  @Test
  void aSwappedHandlerInheritsWhatTheOldOneLeft() {
    add(id("a"));
    call(EventManager.swap(id("a"), id("b"), noting("b"))).orThrow();
    assertEquals(List.of("a ends Deleted", "b inherits what a left"), drained());
    call(EventManager.swap(id("nobody"), id("c"), noting("c"))).orThrow();
    assertEquals(List.of("c", "b"), which());
    assertEquals(List.of(), drained());
  }

  @Test
  void oneHandlerIsAskedAndItsReplyIsTyped() {
    call(EventManager.add(asked("echo"), answering())).orThrow();
    HandlerResult<String> echo = call(EventManager.ask(asked("echo"), new Ask.Echo("hi")));
    assertEquals("hi", echo.orThrow());
    assertInstanceOf(
        HandlerResult.Unknown.class,
        call(EventManager.<Term, Ask, String, Ask.Echo>ask(asked("nobody"), new Ask.Echo("hi"))));
  }

  @Test
  void aHandlerThatFailsWhenAskedIsRemovedAndItsCallerTold() {
    call(EventManager.add(asked("echo"), answering())).orThrow();
    HandlerResult<String> crash = call(EventManager.ask(asked("echo"), new Ask.Crash()));
    assertInstanceOf(HandlerResult.Failed.class, crash);
    assertEquals(List.of(), which());
  }

  // --- supervised handlers
  // ------------------------------------------------------------------------

  private void addSupervised(Actor owner, String name) {
    owner.run(self ->
        self.call(
            manager,
            EventManager.<Term, Term, Object>addSupervised(
                self, id(name), noting(name), exit -> exit),
            LONG,
            result -> self.address().tell("added")));
    assertEquals("added", owner.next());
  }

  @Test
  void aSupervisedHandlerIsRemovedWhenItsOwnerEnds() throws InterruptedException {
    Actor owner = nodes.actor();
    addSupervised(owner, "a");
    nodes.node().exit(owner.pid(), ExitReason.SHUTDOWN);
    assertEquals("a ends OwnerEnded", next());
    assertEquals(List.of(), which());
  }

  @Test
  void theOwnerIsToldWhyItsHandlerIsGone() {
    Actor owner = nodes.actor();
    addSupervised(owner, "a");
    call(EventManager.<Term>delete(id("a")));
    assertEquals(new HandlerExit(id("a"), ExitReason.NORMAL), owner.next());
    addSupervised(owner, "a");
    sync("remove");
    assertEquals(new HandlerExit(id("a"), ExitReason.NORMAL), owner.next());
    addSupervised(owner, "a");
    sync("boom");
    HandlerExit failed = (HandlerExit) owner.next();
    assertTrue(failed.reason().toString().startsWith("{'EXIT',{"), failed::toString);
    addSupervised(owner, "a");
    nodes.node().exit(pidOf(manager), ExitReason.SHUTDOWN);
    assertEquals(new HandlerExit(id("a"), ExitReason.SHUTDOWN), owner.next());
  }

  @Test
  void aSwappedInHandlerHasTheSupervisorOfTheOldOne() {
    Actor owner = nodes.actor();
    addSupervised(owner, "a");
    call(EventManager.swap(id("a"), id("b"), noting("b"))).orThrow();
    HandlerExit swapped = (HandlerExit) owner.next();
    assertEquals(Tuple.of(Atom.of("swapped"), Atom.of("b"), owner.pid()), swapped.reason().term());
    call(EventManager.<Term>delete(id("b")));
    assertEquals(new HandlerExit(id("b"), ExitReason.NORMAL), owner.next());
  }

  @Test
  void toSwapInASupervisedHandlerChangesTheSupervisor() {
    Actor first = nodes.actor();
    Actor second = nodes.actor();
    addSupervised(first, "a");
    second.run(self ->
        self.call(
            manager,
            EventManager.<Term, Term, Object>swapSupervised(
                self, id("a"), id("b"), noting("b"), exit -> exit),
            LONG,
            result -> self.address().tell("swapped")));
    assertEquals(
        Tuple.of(Atom.of("swapped"), Atom.of("b"), second.pid()),
        ((HandlerExit) first.next()).reason().term());
    assertEquals("swapped", second.next());
    call(EventManager.<Term>delete(id("b")));
    assertEquals(new HandlerExit(id("b"), ExitReason.NORMAL), second.next());
    assertEquals(List.of(), first.drained());
  }

  @Test
  void aKilledManagerIsTheEndOfThoseWhoSuperviseItsHandlersByTheLink() {
    Actor owner = nodes.actor();
    addSupervised(owner, "a");
    nodes.node().exit(pidOf(manager), ExitReason.KILL);
    assertEquals(ExitReason.KILLED, owner.endsWith());
    assertEquals(List.of(), drained());
  }

  @Test
  void aSupervisorThatIsGoneAlreadyIsTheEndOfItsHandler() throws InterruptedException {
    Actor gone = nodes.actor();
    nodes.node().exit(gone.pid(), ExitReason.KILL);
    assertEquals(ExitReason.KILLED, gone.endsWith());
    var owner = new EventManager.Owner(gone.pid(), exit -> seen.add("told " + exit));
    assertEquals(true, call(new EventManager.Add<>(id("a"), noting("a"), owner)).orThrow());
    assertEquals("a ends OwnerEnded", next());
  }

  @Test
  void theExitOfALinkedProcessIsAlsoInformationForTheOtherHandlers() throws InterruptedException {
    add(id("a"));
    Actor owner = nodes.actor();
    addSupervised(owner, "b");
    nodes.node().exit(owner.pid(), ExitReason.SHUTDOWN);
    assertEquals("b ends OwnerEnded", next());
    String info = next();
    assertTrue(info.startsWith("a info {'EXIT',") && info.endsWith(",shutdown}"), info);
  }

  // --- a handler that swaps itself
  // --------------------------------------------------------------------

  /** Is swapped on {@code swap} for what {@code definition} says. */
  private EventManager.Definition<Term, Term> swapping(
      EventManager.Definition<Term, Term> definition) {
    return (on, self) -> {
      on.onEvent(event -> {
        if (event.equals(Atom.of("swap"))) {
          on.swap(id("new"), definition);
        }
      });
      on.onTerminate(end -> "its memories");
    };
  }

  @Test
  void aHandlerMayGiveItsPlaceToAnother() {
    add(id("a"));
    call(EventManager.add(id("old"), swapping(noting("new")))).orThrow();
    add(id("b"));
    sync("swap");
    assertEquals(List.of("b", "new", "a"), which());
    assertEquals(List.of("b swap", "new inherits its memories", "a swap"), drained());
  }

  @Test
  void ifTheOtherFailsBothAreGone() {
    call(EventManager.add(
            id("old"),
            swapping((on, self) -> {
              throw new IllegalStateException("no");
            })))
        .orThrow();
    sync("swap");
    assertEquals(List.of(), which());
  }

  // --- failing at the end, states
  // --------------------------------------------------------------------

  @Test
  void aFailureAtTheEndOfAHandlerIsTheResultOfItsDeletion() {
    call(EventManager.<Term, Term>add(
            id("a"),
            (on, self) ->
                on.onTerminate(end -> {
                  throw new IllegalStateException("at the end");
                })))
        .orThrow();
    assertInstanceOf(HandlerResult.Failed.class, call(EventManager.<Term>delete(id("a"))));
    assertEquals(List.of(), which());
  }

  @Test
  void terminateGetsWhatWasGivenToTheDeletion() {
    add(id("a"));
    call(EventManager.<Term>delete(id("a"), "arguments")).orThrow();
    assertEquals(List.of("a ends Deleted arguments"), drained());
  }

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

  // --- foreign callers
  // ----------------------------------------------------------------------------

  /** Asks as gen_event's own functions do: labelled with the pid of the caller. */
  private Term foreign(Term request) {
    return foreign(manager, request);
  }

  private Term foreign(Address<Message<Term>> to, Term request) {
    Actor client = nodes.actor();
    Term tag = Atom.of("tag");
    nodes
        .node()
        .address(pidOf(to))
        .tell(Tuple.of(client.pid(), Tuple.of(client.pid(), tag), request));
    Tuple reply = (Tuple) client.next();
    assertEquals(tag, reply.get(0));
    return reply.get(1);
  }

  @Test
  void rule21ForeignNodesNotifyAndCallAsTheyDoAGenEvent() throws InterruptedException {
    call(
        EventManager.<Term, Term>add(
            id("a"), (on, self) -> on.onEvent(event -> seen.add("a " + event))));
    nodes.node().address(pidOf(manager)).tell(Term.parse("{notify, hello}"));
    assertEquals("a hello", next());
    assertEquals("ok", foreign(Term.parse("{sync_notify, again}")).toString());
    assertEquals(List.of("a again"), drained());
    assertEquals("[a]", foreign(Atom.of("which_handlers")).toString());
    assertEquals("{error,bad_module}", foreign(Term.parse("{call, nobody, x}")).toString());
    assertEquals("ok", foreign(Term.parse("{delete_handler, a, []}")).toString());
    assertEquals(
        "{error,module_not_found}", foreign(Term.parse("{delete_handler, a, []}")).toString());
  }

  @Test
  void rule21AForeignCallIsAnsweredByTheHandlerThroughItsCodec() {
    call(EventManager.add(
            HandlerId.of("counter", Counter.class, Counter.Codec.INSTANCE),
            (on, self) -> on.call(Counter.Get.class, get -> 42L)))
        .orThrow();
    assertEquals("42", foreign(Term.parse("{call, counter, get}")).toString());
  }

  @Test
  void rule21HandlersThatTheDefinitionProvidesAreAddedByForeignNodes() {
    Address<Message<Term>> open =
        nodes
            .node()
            .start(
                EventManager.<Term>define(
                    "open",
                    TermCodec.identity(),
                    modules ->
                        modules.provide(
                            id("log"),
                            arguments -> {
                              if (!(arguments instanceof Atom name)) {
                                throw new TermMappingException("a name, not " + arguments);
                              }
                              return noting(name.name());
                            })));
    assertEquals("ok", foreign(open, "{add_handler, log, one}"));
    assertEquals("ok", foreign(open, "{add_handler, {log, 2}, two}"));
    assertEquals("[{log,2},log]", foreign(open, "which_handlers"));
    assertEquals("[log]", foreign(open, "get_modules"));
    assertEquals("ok", foreign(open, "{sync_notify, hello}"));
    assertEquals(List.of("two hello", "one hello"), drained());
    assertEquals("ok", foreign(open, "{swap_handler, log, bye, {log, 3}, three}"));
    assertEquals(List.of("one ends Deleted bye", "three inherits what one left"), drained());
    assertEquals(
        "{'EXIT',{function_clause,[{log,init,[[]],[]}]}}", foreign(open, "{add_handler, log, []}"));
    assertEquals(
        "{'EXIT',{undef,[{other,init,[x],[]}]}}", foreign(open, "{add_handler, {other, 1}, x}"));
    assertEquals(
        "{error,{'EXIT',{undef,[{other,init,[{x,<<\"what two left\">>}],[]}]}}}",
        foreign(open, "{swap_handler, {log, 2}, bye, other, x}"));
    assertEquals("[{log,3}]", foreign(open, "which_handlers"));
    assertEquals("ok", foreign(open, "stop"));
  }

  private String foreign(Address<Message<Term>> to, String request) {
    return foreign(to, Term.parse(request)).toString();
  }

  @Test
  void rule21AForeignSupervisorIsLinkedAndTold() {
    Address<Message<Term>> open =
        nodes
            .node()
            .start(
                EventManager.<Term>define(
                    "open",
                    TermCodec.identity(),
                    modules -> modules.provide(id("log"), arguments -> noting("log"))));
    Actor owner = nodes.trappingActor();
    Term request = Tuple.of(Atom.of("add_sup_handler"), Atom.of("log"), ListTerm.NIL, owner.pid());
    assertEquals("ok", foreign(open, request).toString());
    assertEquals("ok", foreign(open, "{sync_notify, remove}"));
    assertEquals(Term.parse("{gen_event_EXIT, log, normal}"), owner.next());
    nodes.node().exit(pidOf(open), ExitReason.KILL);
    assertEquals(new Info.Exit(pidOf(open), ExitReason.KILLED), owner.next());
  }

  @Test
  void rule21WhatIsNoRequestOfGenEventIsInformationForTheHandlers() throws InterruptedException {
    add(id("a"));
    Term message = Tuple.of(pidOf(manager), Term.parse("{x, y}"), Atom.of("what"));
    nodes.node().address(pidOf(manager)).tell(message);
    Actor client = nodes.actor();
    Term unknown = Tuple.of(client.pid(), Tuple.of(client.pid(), Atom.of("tag")), Atom.of("what"));
    nodes.node().address(pidOf(manager)).tell(unknown);
    assertEquals("a info " + message, next());
    assertEquals("a info " + unknown, next());
  }

  @Test
  void rule21AHandlerThatSpeaksTermsIsAskedInTerms() {
    call(EventManager.<Term, Term>add(
            id("echo"), (on, self) -> on.callTerm(request -> Tuple.of(Atom.OK, request))))
        .orThrow();
    assertEquals("{ok,hello}", foreign(Term.parse("{call, echo, hello}")).toString());
  }
}
