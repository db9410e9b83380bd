package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.ExitReason;
import io.weft.node.TestNode.Actor;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import org.junit.jupiter.api.Test;

/** gen_event. What OTP 25 does in each case was read off a run of it. */
class EventManagerTest extends EventManagerTesting {
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
}
