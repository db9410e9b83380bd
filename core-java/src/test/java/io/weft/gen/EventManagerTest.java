package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.EventManager.Message;
import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.TestNode;
import io.weft.node.TestNode.Actor;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
    return new HandlerId<>(name, Term.class, TermCodec.identity());
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
        seen.add(name + " ends " + end.getClass().getSimpleName());
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
    assertEquals(true, call(EventManager.add(id, noting(id.name()))).orThrow());
  }

  private <R, Q extends Message<Term> & Request<R>> R call(Q request) {
    return Weft.<R, Q>call(manager, request, LONG);
  }

  private void sync(String event) {
    call(new EventManager.SyncNotify<>((Term) Atom.of(event)));
  }

  private List<String> which() {
    return call(new EventManager.WhichHandlers<Term>()).stream().map(HandlerId::name).toList();
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
  void anIdIsTakenOnce() {
    add(id("a"));
    assertEquals(new HandlerResult.Exists<Boolean>(), call(EventManager.add(id("a"), noting("a"))));
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
    assertEquals(
        Tuple.of(Atom.of("swapped"), Atom.of("b"), pidOf(manager)), swapped.reason().term());
    call(EventManager.<Term>delete(id("b")));
    assertEquals(new HandlerExit(id("b"), ExitReason.NORMAL), owner.next());
  }

  // --- foreign callers
  // ----------------------------------------------------------------------------

  /** Asks as gen_event's own functions do: labelled with the pid of the caller. */
  private Term foreign(Term request) {
    Actor client = nodes.actor();
    Term tag = Atom.of("tag");
    nodes
        .node()
        .address(pidOf(manager))
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
    assertEquals(
        "{'EXIT',undef}", foreign(Term.parse("{add_handler, some_module, []}")).toString());
    assertEquals("ok", foreign(Term.parse("{delete_handler, a, []}")).toString());
    assertEquals(
        "{error,module_not_found}", foreign(Term.parse("{delete_handler, a, []}")).toString());
  }

  @Test
  void rule21AForeignCallIsAnsweredByTheHandlerThroughItsCodec() {
    call(EventManager.add(
            new HandlerId<>("counter", Counter.class, Counter.Codec.INSTANCE),
            (on, self) -> on.call(Counter.Get.class, get -> 42L)))
        .orThrow();
    assertEquals("42", foreign(Term.parse("{call, counter, get}")).toString());
  }
}
