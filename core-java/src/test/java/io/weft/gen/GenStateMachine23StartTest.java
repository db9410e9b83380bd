package io.weft.gen;

import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Started;
import io.weft.node.Sys;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.3: how the start of a state machine ends, as that of a server. */
class GenStateMachine23StartTest extends MachineTesting {
  private Started<Msg> outcome(Blueprint<Msg> blueprint) {
    return nodes.node().startAsync(blueprint).join();
  }

  @Test
  void ignoreIsIgnoredAndEndsNormal() {
    Blueprint<Msg> ignoring = machine((on, self) -> self.ignore()).named("door");
    assertInstanceOf(Started.Ignored.class, outcome(ignoring));
    assertNull(nodes.node().whereis(Atom.of("door")));
  }

  @Test
  void stopAndExitAreErrorsWithTheirReasons() {
    assertEquals(
        new Started.Failed<Msg>(reason("why")),
        outcome(machine((on, self) -> self.stop(reason("why")))));
    assertEquals(
        new Started.Failed<Msg>(reason("{why, us}")),
        outcome(
            machine((on, self) -> {
              throw new ExitException(reason("{why, us}"));
            })));
  }

  @Test
  void anExceptionIsAnErrorWithReasonAndStack() {
    var failed =
        (Started.Failed<Msg>)
            outcome(
                machine((on, self) -> {
                  throw new IllegalStateException("boom");
                }));
    String reason = failed.reason().toString();
    assertTrue(reason.startsWith("{{'java.lang.IllegalStateException'"), reason);
  }

  @Test
  void aTakenNameIsAlreadyStarted() {
    Address<Msg> first = nodes.node().start(machine((on, self) -> {}).named("door"));
    var failed = (Started.Failed<Msg>) outcome(machine((on, self) -> {}).named("door"));
    assertEquals(
        "{already_started," + GenServerTest.pidOf(first) + "}", failed.reason().toString());
  }

  @Test
  void aTrappingParentGetsTheExitOfAFailedStart() {
    var parent = nodes.trappingActor();
    parent.run(self ->
        self.startLink(
            machine((on, me) -> me.stop(reason("why"))), outcome -> self.address().tell(outcome)));
    Object one = parent.next();
    Object other = parent.next();
    Info.Exit exit = (Info.Exit) (one instanceof Info.Exit ? one : other);
    assertEquals(reason("why"), exit.reason());
    assertTrue(one instanceof Started.Failed || other instanceof Started.Failed);
  }

  @Test
  void whoWaitsForTheStartLearnsOfItBeforeTheFirstStateIsEntered() throws Exception {
    var learned = new CountDownLatch(1);
    Address<Msg> machine =
        start((on, self) ->
            on.onEnter(from -> {
              learned.await(); // would wait for ever else
              return note(on, "entered");
            }));
    learned.countDown();
    assertEquals("A:entered", next());
    assertEquals("A:", sync(machine));
  }

  @Test
  void theDictionaryNamesTheInitialCallAndTheAncestors() {
    var parent = nodes.actor();
    Address<Msg> machine = parent.does(self -> self.spawnLink(machine((on, me) -> {})));
    sync(machine);
    var dictionary = Sys.info(machine).join().dictionary();
    assertEquals(Term.parse("{machine, init, 1}"), dictionary.get(Atom.of("$initial_call")));
    assertEquals(Terms.list(parent.pid()), dictionary.get(Atom.of("$ancestors")));
    nodes.node().exit(parent.pid(), ExitReason.SHUTDOWN);
  }
}
