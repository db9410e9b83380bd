package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.node.NameTakenException;
import io.weft.node.Request;
import io.weft.node.StartException;
import io.weft.node.Target;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenServerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void castsAreHandledInOrderBeforeALaterCall() {
    Address<Counter> counter = nodes.node().start(Counter.blueprint());
    for (int i = 1; i <= 1_000; i++) {
      counter.cast(new Counter.Add(i));
    }
    long total = Weft.call(counter, new Counter.Get(), LONG);
    assertEquals(500_500, total);
  }

  @Test
  void aTermIsACallOfTheProtocolAndItsReplyATerm() {
    Address<Term> counter = nodes.node().address(pidOf(nodes.node().start(Counter.blueprint())));
    counter.tell(Tuple.of(Atom.of("add"), new IntTerm(5)));
    counter.tell(Tuple.of(Atom.of("$gen_cast"), Tuple.of(Atom.of("add"), new IntTerm(2))));
    assertEquals(new IntTerm(7), Weft.callTerm(counter, Atom.of("get"), LONG));
  }

  @Test
  void aTermThatIsNoRequestIsRefusedAndTheServerGoesOn() {
    Address<Counter> counter = nodes.node().start(Counter.blueprint());
    Address<Term> asTerms = nodes.node().address(pidOf(counter));
    CallException refused =
        assertThrows(CallException.class, () -> Weft.callTerm(asTerms, Atom.of("nonsense"), LONG));
    assertTrue(refused.getMessage().contains("nonsense"), refused.getMessage());
    assertEquals(0L, (long) Weft.call(counter, new Counter.Get(), LONG));
  }

  @Test
  void aCallToNobodySaysNoprocAtOnce() {
    Address<Counter> nobody =
        nodes.node().address("nobody", nodes.node().name().name(), Counter.Codec.INSTANCE);
    var failure =
        assertThrows(CallException.class, () -> Weft.call(nobody, new Counter.Get(), LONG));
    assertEquals(ExitReason.NOPROC, failure.reason());
  }

  @Test
  void aCallToAnUnreachableNodeSaysNodedown() {
    Address<Counter> far = nodes.node().address("counter", "far@away", Counter.Codec.INSTANCE);
    var failure = assertThrows(CallException.class, () -> Weft.call(far, new Counter.Get(), LONG));
    assertEquals(
        ExitReason.of(Tuple.of(Atom.of("nodedown"), Atom.of("far@away"))), failure.reason());
  }

  @Test
  void aServerThatCrashesEndsItsCallersWithItsReason() {
    Address<Counter> counter = nodes.node().start(Counter.blueprint());
    var failure =
        assertThrows(CallException.class, () -> Weft.call(counter, new Counter.Divide(0), LONG));
    assertTrue(
        failure.reason().term() instanceof Tuple reason && reason.arity() == 2,
        failure.getMessage());
  }

  @Test
  void aCallThatIsNotAnsweredInTimeSaysSoAndALateReplyIsDropped() {
    var owed = new AtomicReference<Reply<Long>>();
    Address<Counter> slow =
        nodes
            .node()
            .start(
                GenServer.define(
                    "slow",
                    Counter.class,
                    (on, self) -> {
                      on.cast(Counter.Add.class, add -> owed.get().send(1L));
                      on.callDeferred(Counter.Get.class, (get, reply) -> owed.set(reply));
                      on.call(Counter.Divide.class, divide -> 0L);
                    }));
    var caller = nodes.actor();
    var result = new CompletableFuture<CallResult<Long>>();
    caller.run(self -> self.call(slow, new Counter.Get(), SHORT, result::complete));
    assertEquals(Atom.of("timeout"), failureOf(result).reason().term());
    slow.tell(new Counter.Add(1));
    assertEquals(0L, (long) Weft.call(slow, new Counter.Divide(1), LONG));
    assertTrue(caller.drained().isEmpty());
  }

  @Test
  void callingItselfFailsInsteadOfHanging() {
    var caller = nodes.actor();
    var result = new CompletableFuture<CallResult<Term>>();
    caller.run(self ->
        self.callTerm(nodes.node().address(self.pid()), Atom.of("hello"), null, result::complete));
    assertEquals(Atom.of("calling_self"), failureOf(result).reason().term());
  }

  @Test
  void blockingInsideAProcessIsRefused() {
    Address<Counter> counter = nodes.node().start(Counter.blueprint());
    var actor = nodes.actor();
    assertThrows(
        IllegalStateException.class,
        () -> actor.run(self -> Weft.call(counter, new Counter.Get(), LONG)));
  }

  @Test
  void aMissingHandlerOfASealedProtocolFailsTheStartAndIsNamed() {
    Blueprint<Counter> incomplete =
        GenServer.define(
            "incomplete", Counter.class, (on, self) -> on.call(Counter.Get.class, get -> 0L));
    var failure = assertThrows(StartException.class, () -> nodes.node().start(incomplete));
    assertTrue(failure.getMessage().contains("no handler for Add, Divide"), failure.getMessage());
  }

  @Test
  void aRequestThatNobodyWouldAnswerFailsTheStart() {
    Blueprint<Counter> mute =
        GenServer.define(
            "mute", Counter.class, (on, self) -> on.cast(Counter.Get.class, get -> {}));
    var failure = assertThrows(StartException.class, () -> nodes.node().start(mute));
    assertTrue(
        failure.getMessage().contains("handle it with call or callDeferred"), failure.getMessage());
  }

  @Test
  void aTakenNameFailsTheStart() {
    Blueprint<Counter> named = Counter.blueprint().named("counter");
    nodes.node().start(named);
    assertThrows(NameTakenException.class, () -> nodes.node().spawn(named));
    var failure = assertThrows(StartException.class, () -> nodes.node().start(named));
    assertTrue(failure.reason().toString().startsWith("{already_started"), failure.getMessage());
  }

  @Test
  void terminateRunsWhenTheServerStopsButNotWhenASignalEndsIt() {
    var terminated = new CompletableFuture<ExitReason>();
    Blueprint<Counter> stopping =
        GenServer.define(
            "stopping",
            Counter.class,
            (on, self) -> {
              on.cast(Counter.Add.class, add -> self.stop(ExitReason.SHUTDOWN));
              on.call(Counter.Get.class, get -> 0L);
              on.call(Counter.Divide.class, divide -> 0L);
              on.onTerminate(terminated::complete);
            });
    Address<Counter> killed = nodes.node().start(stopping);
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(killed))));
    nodes.node().exit(pidOf(killed), ExitReason.SHUTDOWN);
    watcher.next();
    assertFalse(terminated.isDone());
    nodes.node().start(stopping).tell(new Counter.Add(1));
    assertEquals(ExitReason.SHUTDOWN, terminated.join());
  }

  @Test
  void aRequestOfAnotherProtocolIsRefusedAtTheStart() {
    record Stranger() implements Request<Long> {}
    Blueprint<Counter> wrong =
        GenServer.define("wrong", Counter.class, (on, self) -> on.call(Stranger.class, s -> 0L));
    var failure = assertThrows(StartException.class, () -> nodes.node().start(wrong));
    assertTrue(
        failure.getMessage().contains("is no message of the protocol"), failure.getMessage());
  }

  private static CallException failureOf(CompletableFuture<? extends CallResult<?>> result) {
    return assertThrows(CallException.class, () -> result.join().orThrow());
  }

  static Pid pidOf(Address<?> address) {
    return Objects.requireNonNull(address.pid());
  }
}
