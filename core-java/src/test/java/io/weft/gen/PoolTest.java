package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.StartException;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final TestNode nodes = new TestNode().timersMayBeLeft();
  private final ConcurrentLinkedQueue<Reply<Pid>> owed = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  sealed interface Job {
    /** Answered at once with the worker. */
    record Who(int key) implements Job, Request<Pid> {}

    /** Answered by the test. */
    record Wait(int key) implements Job, Request<Pid> {}

    record Note(int key) implements Job {}

    record Crash() implements Job {}

    static int keyOf(Job job) {
      return switch (job) {
        case Who who -> who.key();
        case Wait wait -> wait.key();
        case Note note -> note.key();
        case Crash _ -> 0;
      };
    }
  }

  private Blueprint<Job> worker() {
    return GenServer.define(
        "worker",
        Job.class,
        (on, self) -> {
          on.call(Job.Who.class, who -> self.pid());
          on.callDeferred(Job.Wait.class, (wait, reply) -> owed.add(reply));
          on.cast(Job.Note.class, note -> {});
          on.cast(
              Job.Crash.class,
              crash -> {
                throw new IllegalStateException("asked to crash");
              });
        });
  }

  private Pool<Job> pool(int workers) {
    return Pool.of("pool", worker()).workers(workers);
  }

  private Address<Job> start(Pool<Job> pool) {
    return nodes.node().start(pool.blueprint());
  }

  private static Pid who(Address<Job> pool, int key) {
    return Weft.call(pool, new Job.Who(key), LONG);
  }

  private static Pool.Status status(Address<Job> pool) {
    return Weft.call(Pool.control(pool), new Pool.GetStatus(), LONG);
  }

  private static Pool.Status resize(Address<Job> pool, int workers) {
    return Weft.call(Pool.control(pool), new Pool.Resize(workers), LONG);
  }

  private static CompletableFuture<Pid> hold(Address<Job> pool, int key) {
    return Weft.callAsync(pool, new Job.Wait(key), LONG);
  }

  private static ExitReason failureOf(CompletableFuture<Pid> call) {
    var failure = assertThrows(CompletionException.class, call::join);
    return ((CallException) failure.getCause()).reason();
  }

  // --- routing
  // ------------------------------------------------------------------------------------

  @Test
  void roundRobinTakesOneWorkerAfterTheOther() {
    Address<Job> pool = start(pool(3));
    List<Pid> first = List.of(who(pool, 0), who(pool, 0), who(pool, 0));
    assertEquals(3, new HashSet<>(first).size());
    assertEquals(first, List.of(who(pool, 0), who(pool, 0), who(pool, 0)));
  }

  @Test
  void leastLoadedPassesOverWorkersThatHaveNotAnswered() {
    Address<Job> pool = start(pool(3).routing(Routing.leastLoaded()));
    hold(pool, 0);
    hold(pool, 0);
    Await.until(() -> owed.size() == 2);
    Pid free = who(pool, 0);
    for (int i = 0; i < 5; i++) {
      assertEquals(free, who(pool, 0));
    }
    owed.forEach(reply -> reply.send(free));
  }

  @Test
  void leastLoadedSeesTheMailboxOfAWorkerThatHandlesNothing() {
    Address<Job> pool = start(pool(2).routing(Routing.leastLoaded()));
    Address<Term> first = nodes.node().address(who(pool, 0));
    Sys.suspend(first).join();
    for (int i = 0; i < 10; i++) {
      pool.tell(new Job.Note(i)); // some of them to the one that is suspended
    }
    Await.until(() -> status(pool).outstanding() < 10);
    Pid other = who(pool, 0);
    assertNotEquals(pidOf(first), other);
    Await.until(() -> status(pool).outstanding() > 0 && other.equals(who(pool, 0)));
    Sys.resume(first).join();
    Await.until(() -> status(pool).outstanding() == 0);
  }

  @Test
  void oneKeyGoesToOneWorkerAndGrowthMovesOnlyKeysToTheNewOne() {
    Address<Job> pool = start(pool(4).routing(Routing.byKey(Job::keyOf)));
    Map<Integer, Pid> before = new HashMap<>();
    for (int key = 0; key < 400; key++) {
      before.put(key, who(pool, key));
    }
    assertEquals(4, new HashSet<>(before.values()).size());
    resize(pool, 5);
    int moved = 0;
    Set<Pid> movedTo = new HashSet<>();
    for (int key = 0; key < 400; key++) {
      Pid now = who(pool, key);
      if (!now.equals(before.get(key))) {
        moved++;
        movedTo.add(now);
      }
    }
    assertEquals(1, movedTo.size(), "keys move to the new worker only");
    assertTrue(moved > 40 && moved < 140, "about a fifth of 400 keys moves, not " + moved);
    resize(pool, 4);
    for (int key = 0; key < 400; key++) {
      assertEquals(before.get(key), who(pool, key));
    }
  }

  // --- growing and shrinking
  // ----------------------------------------------------------------------

  @Test
  void aWorkerTooManyFinishesItsCallsBeforeItEnds() {
    Address<Job> pool = start(pool(2));
    CompletableFuture<Pid> one = hold(pool, 0);
    CompletableFuture<Pid> two = hold(pool, 0);
    Await.until(() -> owed.size() == 2);
    Pool.Status shrunk = resize(pool, 1);
    assertEquals(1, shrunk.workers());
    assertEquals(1, shrunk.retiring());
    Pid left = who(pool, 0);
    assertEquals(left, who(pool, 0));
    owed.forEach(reply -> reply.send(left));
    assertEquals(left, one.join());
    assertEquals(left, two.join());
    Await.until(() -> status(pool).retiring() == 0);
    assertEquals(0, status(pool).restarts());
  }

  @Test
  void aPoolServesOnceAllWorkersDoAndNamesOneThatDoesNot() {
    var starts = new AtomicInteger();
    Blueprint<Job> moody =
        GenServer.define(
            "moody",
            Job.class,
            (on, self) -> {
              if (starts.incrementAndGet() == 2) {
                throw new IllegalStateException("not today");
              }
              on.castAny(Job.class, job -> {});
            });
    var failure =
        assertThrows(
            StartException.class,
            () -> nodes.node().start(Pool.of("pool", moody).workers(3).blueprint()));
    assertTrue(failure.getMessage().contains("failed_to_start_child"), failure.getMessage());
    Await.until(() -> nodes.node().processCount() == 0);
  }

  // --- workers end
  // --------------------------------------------------------------------------------

  @Test
  void aWorkerIsAlwaysStartedAgainAndItsCallersAreToldWhyItEnded() {
    Address<Job> pool = start(pool(1));
    for (ExitReason reason :
        List.of(ExitReason.KILLED, ExitReason.SHUTDOWN, ExitReason.of(Atom.of("boom")))) {
      Pid before = who(pool, 0);
      CompletableFuture<Pid> waiting = hold(pool, 0);
      Await.until(() -> !owed.isEmpty());
      owed.clear();
      nodes.node().exit(before, reason.equals(ExitReason.KILLED) ? ExitReason.KILL : reason);
      assertEquals(reason, failureOf(waiting));
      Await.until(() -> status(pool).serving() == 1);
      assertNotEquals(before, who(pool, 0));
    }
    assertEquals(3, status(pool).restarts());
  }

  @Test
  void aWorkerThatKeepsFailingDoesNotEndThePool() {
    Address<Job> pool = start(pool(1));
    for (int i = 0; i < 5; i++) {
      long restarts = i;
      Await.until(() -> status(pool).restarts() == restarts && status(pool).serving() == 1);
      pool.tell(new Job.Crash());
    }
    Await.until(() -> status(pool).restarts() == 5 && status(pool).serving() == 1);
    who(pool, 0);
  }

  // --- overload
  // -----------------------------------------------------------------------------------

  @Test
  void aCallBeyondTheLimitsFailsAtOnceWithOverload() {
    Address<Job> pool = start(pool(2).limitPerWorker(1));
    hold(pool, 0);
    hold(pool, 0);
    Await.until(() -> owed.size() == 2);
    assertEquals(Pool.OVERLOAD, failureOf(hold(pool, 0)));
    owed.poll().send(pidOf(pool));
    Await.until(() -> status(pool).outstanding() == 1);
    who(pool, 0);
    assertEquals(1, status(pool).overloads());
    owed.poll().send(pidOf(pool));
  }

  @Test
  void theLimitOfThePoolCountsAllWorkers() {
    Address<Job> pool = start(pool(3).limit(2));
    hold(pool, 0);
    hold(pool, 0);
    Await.until(() -> owed.size() == 2);
    assertEquals(Pool.OVERLOAD, failureOf(hold(pool, 0)));
    owed.forEach(reply -> reply.send(pidOf(pool)));
  }

  @Test
  void aMessageBeyondTheLimitIsGivenToTheHandler() {
    var refused = new ConcurrentLinkedQueue<Job>();
    Address<Job> pool = start(pool(1).limitPerWorker(3).onOverload(refused::add));
    Address<Term> worker = nodes.node().address(who(pool, 0));
    Sys.suspend(worker).join();
    for (int i = 0; i < 5; i++) {
      pool.tell(new Job.Note(i));
    }
    Await.until(() -> refused.size() == 2);
    assertEquals(List.of(new Job.Note(3), new Job.Note(4)), new ArrayList<>(refused));
    Sys.resume(worker).join();
    Await.until(() -> status(pool).outstanding() == 0);
    assertEquals(2, status(pool).overloads());
  }

  // --- the pool as a process
  // ----------------------------------------------------------------------

  @Test
  void aForeignCallerSpeaksWithThePoolAsWithAWorker() {
    Address<Counter> pool =
        nodes.node().start(Pool.of("counters", Counter.blueprint()).blueprint());
    Address<Term> asTerms = nodes.node().address(pidOf(pool));
    asTerms.tell(Tuple.of(Atom.of("$gen_cast"), Tuple.of(Atom.of("add"), IntTerm.of(5))));
    assertEquals(IntTerm.of(5), Weft.callTerm(asTerms, Atom.of("get"), LONG));
  }

  @Test
  void aCallWithWhatIsNoRequestIsRefusedAndThePoolGoesOn() {
    Address<Counter> pool =
        nodes.node().start(Pool.of("counters", Counter.blueprint()).blueprint());
    Address<Term> asTerms = nodes.node().address(pidOf(pool));
    Term add = Tuple.of(Atom.of("add"), IntTerm.of(5));
    var refused = assertThrows(CallException.class, () -> Weft.callTerm(asTerms, add, LONG));
    assertTrue(refused.getMessage().contains("is not a request"), refused.getMessage());
    assertEquals(0L, (long) Weft.call(pool, new Counter.Get(), LONG));
  }

  @Test
  void workersMaySpeakTerms() {
    Blueprint<Term> echo = Blueprint.<Term>of("echo", () -> new Echo()).codec(TermCodec.identity());
    Address<Term> pool = nodes.node().start(Pool.of("echoes", echo).workers(2).blueprint());
    assertEquals(Atom.of("hello"), Weft.callTerm(pool, Atom.of("hello"), LONG));
  }

  private static final class Echo implements Behavior<Term> {
    @Override
    public void message(Self<Term> self, Term message) {}

    @Override
    public void call(Self<Term> self, Term request, From from) {
      from.reply(request);
    }
  }

  @Test
  void aPoolIsAChildOfASupervisorAndStopsItsWorkers() {
    var slot = new CompletableFuture<Address<Job>>();
    var supervisor =
        nodes
            .node()
            .start(
                Supervisor.define(
                    "sup", sup -> slot.complete(sup.add(ChildSpec.of(pool(3).blueprint())))));
    Pid worker = who(slot.join(), 0);
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(worker)));
    nodes.node().exit(pidOf(supervisor), ExitReason.SHUTDOWN);
    assertEquals(ExitReason.SHUTDOWN, ((Info.Down) watcher.next()).reason());
    Await.until(() -> nodes.node().processCount() == 1); // the watcher
  }

  @Test
  void workersCannotShareAName() {
    assertThrows(IllegalArgumentException.class, () -> Pool.of("pool", worker().named("one")));
  }
}
