package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A node with supervisors whose children tell what becomes of them: {@code +a}, {@code -a}. */
final class Troupe implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Intensity MANY = new Intensity(1_000_000, Duration.ofSeconds(1));
  static final ExitReason BOOM = reason("boom");

  final TestNode nodes = new TestNode().timersMayBeLeft();
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

  @Override
  public void close() {
    nodes.close();
  }

  static ExitReason reason(String term) {
    return ExitReason.of(Term.parse(term));
  }

  // --- children

  /** A permanent child that ends with the reason it is told. */
  ChildSpec<String> child(String name) {
    return ChildSpec.of(blueprint(name));
  }

  ChildSpec<String> child(String name, Restart restart) {
    return child(name).restart(restart);
  }

  Blueprint<String> blueprint(String name) {
    return Blueprint.of(name, () -> new Tracked(name));
  }

  /** A child that ignores {@code shutdown}. */
  ChildSpec<String> stubborn(String name) {
    return ChildSpec.of(blueprint(name).trapExit());
  }

  ChildSpec<String> ignoring(String name) {
    return ChildSpec.of(
        Blueprint.<String>of(
            name,
            () ->
                new Tracked(name) {
                  @Override
                  public void start(Self<String> self) {
                    self.ignore();
                  }

                  @Override
                  public void ended(Self<String> self, ExitReason reason) {}
                }));
  }

  /** The next starts of a child fail with {@code refused}. */
  void failStarts(String name, int times) {
    failures.computeIfAbsent(name, _ -> new AtomicInteger()).set(times);
  }

  private class Tracked implements Behavior<String> {
    private final String name;

    Tracked(String name) {
      this.name = name;
    }

    @Override
    public void start(Self<String> self) {
      AtomicInteger left = failures.get(name);
      if (left != null && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new ExitException(reason("refused"));
      }
      events.add("+" + name);
    }

    @Override
    public void message(Self<String> self, String reason) {
      self.stop(reason(reason));
    }

    @Override
    public void info(Self<String> self, Info info) {}

    @Override
    public void ended(Self<String> self, ExitReason reason) {
      if (!reason.equals(reason("refused"))) {
        events.add("-" + name);
      }
    }
  }

  // --- supervisors

  @SafeVarargs
  final Address<Supervisor.Query> start(Strategy strategy, ChildSpec<String>... specs) {
    return start(strategy, MANY, AutoShutdown.NEVER, specs);
  }

  @SafeVarargs
  final Address<Supervisor.Query> start(
      Strategy strategy, Intensity intensity, AutoShutdown auto, ChildSpec<String>... specs) {
    Address<Supervisor.Query> supervisor =
        nodes
            .node()
            .start(
                Supervisor.define(
                    "sup",
                    intensity,
                    children -> {
                      children.strategy(strategy);
                      children.autoShutdown(auto);
                      Arrays.asList(specs).forEach(children::add);
                    }));
    return supervisor;
  }

  <R, Q extends Supervisor.Query & io.weft.node.Request<R>> R ask(
      Address<Supervisor.Query> supervisor, Q request) {
    return Weft.call(supervisor, request, LONG);
  }

  /** Asks as an Erlang client would. */
  Term askTerm(Address<?> supervisor, String request) {
    return askTerm(supervisor, Term.parse(request));
  }

  Term askTerm(Address<?> supervisor, Term request) {
    return Weft.callTerm(nodes.node().address(pidOf(supervisor)), request, LONG);
  }

  /** Sends {@code {system, From, Request}} as an OTP node does. */
  Term system(Address<?> process, String request) {
    var answer = new CompletableFuture<Term>();
    Blueprint<Term> client =
        Blueprint.<Term>of(
                "client",
                () ->
                    (self, message) -> {
                      answer.complete(((Tuple) message).get(1));
                      self.stop(ExitReason.NORMAL);
                    })
            .codec(TermCodec.identity());
    Term from = Tuple.of(pidOf(nodes.node().spawn(client)), Term.parse("tag"));
    nodes
        .node()
        .address(pidOf(process))
        .tell(Tuple.of(Atom.of("system"), from, Term.parse(request)));
    return answer.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
  }

  List<Supervisor.ChildInfo> which(Address<Supervisor.Query> supervisor) {
    return ask(supervisor, new Supervisor.WhichChildren());
  }

  /** Returns the ids of the children in start order, with a star at those that run. */
  List<String> order(Address<Supervisor.Query> supervisor) {
    return which(supervisor).reversed().stream()
        .map(child -> child.id() + (child.pid() == null ? "" : "*"))
        .toList();
  }

  @Nullable Pid pidOrNull(Address<Supervisor.Query> supervisor, String id) {
    return which(supervisor).stream()
        .filter(child -> child.id().equals(id))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  Pid pid(Address<Supervisor.Query> supervisor, String id) {
    Pid pid = pidOrNull(supervisor, id);
    assertNotNull(pid, id);
    return pid;
  }

  /** Ends a child, and returns when its supervisor must have heard of it. */
  void end(Address<Supervisor.Query> supervisor, String id, ExitReason reason) {
    end(pid(supervisor, id), reason);
  }

  void end(Pid pid, ExitReason reason) {
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pid)));
    nodes.node().exit(pid, reason);
    watcher.next(); // links are told before watchers
  }

  /** Watches a process; the result waits for its end. */
  Watch watch(Address<?> process) {
    return watch(pidOf(process));
  }

  Watch watch(Pid pid) {
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pid)));
    return () -> ((Info.Down) watcher.next()).reason();
  }

  interface Watch {
    ExitReason reason();
  }

  /** Stops a process as its parent, the node, would. */
  ExitReason stop(Address<?> process) {
    Watch watch = watch(process);
    nodes.node().exit(pidOf(process), ExitReason.SHUTDOWN);
    return watch.reason();
  }

  // --- waiting

  List<String> take(int count) {
    var taken = new ArrayList<String>();
    try {
      for (int i = 0; i < count; i++) {
        String event = events.poll(20, TimeUnit.SECONDS);
        assertTrue(event != null, "nothing more after " + taken);
        taken.add(event);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return taken;
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not within " + LONG + ": " + what);
      Thread.yield();
    }
  }

  static Pid awaitFilled(Slot<?> slot) {
    await("slot is filled", () -> slot.target() != null);
    return pidOf(slot);
  }
}
