package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.NameTakenException;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.node.StartException;
import io.weft.node.Started;
import io.weft.node.Target;
import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts children, starts them again when they fail, and stops them in reverse order: OTP's
 * supervisor, strategy one_for_one.
 *
 * <pre>{@code
 * Blueprint<Supervisor.Query> shop = Supervisor.define("shop", Intensity.DEFAULT, children -> {
 *   Slot<Counter> counter = children.add(ChildSpec.of(counterBlueprint));
 *   children.add(ChildSpec.of(reporter(counter)));
 * });
 * }</pre>
 *
 * <p>The start is done when all children serve. A child that does not start ends the supervisor
 * with {@code {shutdown, {failed_to_start_child, Id, Reason}}}, after it stopped the others. When
 * restarts exceed the {@link Intensity} it stops all children and ends with {@code shutdown}. The
 * exit of its parent does the same with the parent's reason.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/supervisor.html">OTP, module supervisor</a>
 */
public final class Supervisor implements Behavior<Supervisor.Query> {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /** What a supervisor can be asked, by the terms of OTP's supervisor too. */
  public sealed interface Query {}

  /** Asks for all children, the last started first. */
  public record WhichChildren() implements Query, Request<List<ChildInfo>> {}

  /** One child; {@code pid} is null while it does not run. */
  public record ChildInfo(String id, @Nullable Pid pid, boolean restarting) {}

  /** Adds children to a supervisor, in start order. */
  public interface Children {
    /** Replaces the intensity the supervisor was defined with. */
    void intensity(Intensity intensity);

    /** Adds a child and returns its place, which stays the same through all restarts. */
    <M> Slot<M> add(ChildSpec<M> spec);
  }

  /** Lists the children of one life of a supervisor. */
  @FunctionalInterface
  public interface Definition {
    void define(Children children) throws Exception;
  }

  private final Definition definition;
  private Intensity.Counter restarts;
  private final List<Child<?>> children = new ArrayList<>();
  private @Nullable Stop stop;

  private Supervisor(Definition definition, Intensity intensity) {
    this.definition = definition;
    this.restarts = intensity.new Counter();
  }

  /** Returns a blueprint of a supervisor; the definition runs at each of its starts. */
  public static Blueprint<Query> define(String label, Intensity intensity, Definition definition) {
    return Blueprint.<Query>of(label, () -> new Supervisor(definition, intensity))
        .codec(SupervisorCodec.INSTANCE)
        .trapExit();
  }

  // --- start
  // -------------------------------------------------------------------------------------------------------

  @Override
  public void start(Self<Query> self) throws Exception {
    definition.define(
        new Children() {
          @Override
          public void intensity(Intensity intensity) {
            restarts = intensity.new Counter();
          }

          @Override
          public <M> Slot<M> add(ChildSpec<M> spec) {
            return addChild(self, spec);
          }
        });
    self.holdStart(); // until the last child serves
    startFrom(self, 0);
  }

  private <M> Slot<M> addChild(Self<Query> self, ChildSpec<M> spec) {
    for (Child<?> child : children) {
      if (child.spec.id().equals(spec.id())) {
        throw new IllegalArgumentException(
            self.label() + " has two children with the id " + spec.id());
      }
    }
    var child = new Child<>(spec, new Slot<>(self.node(), spec.blueprint().codec()));
    children.add(child);
    return child.slot;
  }

  private void startFrom(Self<Query> self, int index) {
    if (index == children.size()) {
      self.releaseStart();
      return;
    }
    Child<?> child = children.get(index);
    child.start(
        self,
        failure -> {
          if (failure == null) {
            startFrom(self, index + 1);
          } else {
            stopChildren(self, failedToStart(child, failure));
          }
        });
  }

  private static ExitReason failedToStart(Child<?> child, ExitReason reason) {
    return ExitReason.of(
        Tuple.of(
            ExitReason.SHUTDOWN.term(),
            Tuple.of(
                Atom.of("failed_to_start_child"), Terms.binary(child.spec.id()), reason.term())));
  }

  // --- children end
  // ------------------------------------------------------------------------------------------------

  @Override
  public void info(Self<Query> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit when exit.from().equals(self.parent()) ->
          stopChildren(self, exit.reason());
      case Info.Exit exit -> childEnded(self, exit);
      case Info.Down down -> {
        if (stop != null && stop.awaits(down.monitor())) {
          stopNext(self, stop, down.reason());
        }
      }
      case Info.Unknown unknown -> Behavior.super.info(self, unknown);
    }
  }

  private void childEnded(Self<Query> self, Info.Exit exit) {
    Child<?> child = serving(exit.from());
    if (child == null) {
      return;
    }
    child.slot.empty();
    child.pid = null;
    if (stop != null) {
      return;
    }
    if (child.spec.restart().appliesTo(exit.reason())) {
      report(self, child, "child_terminated", exit.reason());
      restart(self, child);
    } else if (child.spec.restart() == Restart.TEMPORARY) {
      children.remove(child);
    }
  }

  private @Nullable Child<?> serving(Pid pid) {
    for (Child<?> child : children) {
      if (pid.equals(child.pid) && !child.starting) {
        return child;
      }
    }
    return null;
  }

  private void restart(Self<Query> self, Child<?> child) {
    if (stop != null) {
      return;
    }
    if (!restarts.allows(self.node().seams().clock().nanoTime())) {
      log.error(
          "{} gives up: reached its maximum restart intensity over the child {}",
          self,
          child.spec.id());
      stopChildren(self, ExitReason.SHUTDOWN);
      return;
    }
    child.start(
        self,
        failure -> {
          if (failure != null) {
            report(self, child, "start_error", failure);
            self.post(() -> restart(self, child)); // others are served in between
          }
        });
  }

  private static void report(Self<Query> self, Child<?> child, String context, ExitReason reason) {
    log.warn("{}: {} {}: {}", self, context, child.spec.id(), reason.brief());
  }

  // --- stop
  // --------------------------------------------------------------------------------------------------------

  /** The children being stopped one by one, from the last; {@code next} is the one to come. */
  private static final class Stop {
    final ExitReason reason;
    int next;
    @Nullable Reference awaited;
    @Nullable Child<?> child;
    Timers.@Nullable Timer timer;

    Stop(ExitReason reason, int last) {
      this.reason = reason;
      this.next = last;
    }

    boolean awaits(Reference monitor) {
      return awaited != null && awaited.equals(monitor);
    }
  }

  private void stopChildren(Self<Query> self, ExitReason reason) {
    if (stop == null) {
      stop = new Stop(reason, children.size() - 1);
      stopNext(self, stop, null);
    }
  }

  private void stopNext(Self<Query> self, Stop stop, @Nullable ExitReason endOfFormer) {
    if (stop.timer != null) {
      stop.timer.cancel();
      stop.timer = null;
    }
    if (stop.child != null && endOfFormer != null) {
      reportUnlessExpected(self, stop.child, endOfFormer);
    }
    while (stop.next >= 0) {
      Child<?> child = children.get(stop.next);
      stop.next--;
      Pid pid = child.pid;
      if (pid != null) {
        stop.child = child;
        stopChild(self, stop, child, pid);
        return;
      }
    }
    self.stop(stop.reason);
  }

  private static void stopChild(Self<Query> self, Stop stop, Child<?> child, Pid pid) {
    stop.awaited = self.monitor(new Target.ByPid(pid));
    self.unlink(pid);
    child.slot.empty();
    switch (child.spec.shutdown()) {
      case Shutdown.BrutalKill _ -> self.exit(pid, ExitReason.KILL);
      case Shutdown.Infinity _ -> self.exit(pid, ExitReason.SHUTDOWN);
      case Shutdown.Within within -> {
        self.exit(pid, ExitReason.SHUTDOWN);
        stop.timer = self.after(within.time(), () -> self.exit(pid, ExitReason.KILL));
      }
    }
  }

  private static void reportUnlessExpected(Self<Query> self, Child<?> child, ExitReason end) {
    boolean killedOnPurpose =
        child.spec.shutdown() instanceof Shutdown.BrutalKill && end.equals(ExitReason.KILLED);
    if (!end.isOrderly() && !killedOnPurpose && !end.equals(ExitReason.NOPROC)) {
      report(self, child, "shutdown_error", end);
    }
  }

  // --- queries
  // -----------------------------------------------------------------------------------------------------

  @Override
  public void message(Self<Query> self, Query message) {
    self.warn("was sent {}, which can only be called", message);
  }

  @Override
  public void call(Self<Query> self, Query request, From from) {
    switch (request) {
      case WhichChildren _ -> from.reply(whichChildren());
    }
  }

  private List<ChildInfo> whichChildren() {
    List<ChildInfo> infos = new ArrayList<>(children.size());
    for (Child<?> child : children.reversed()) {
      infos.add(new ChildInfo(child.spec.id(), child.starting ? null : child.pid, child.starting));
    }
    return infos;
  }

  // --- one child
  // ---------------------------------------------------------------------------------------------------

  /** Told how a start ended: null for well. */
  @FunctionalInterface
  private interface StartOutcome {
    void ended(@Nullable ExitReason failure);
  }

  private static final class Child<M> {
    final ChildSpec<M> spec;
    final Slot<M> slot;
    @Nullable Pid pid;
    boolean starting;

    Child(ChildSpec<M> spec, Slot<M> slot) {
      this.spec = spec;
      this.slot = slot;
    }

    void start(Self<Query> self, StartOutcome then) {
      starting = true;
      try {
        Address<M> address = self.startLink(spec.blueprint(), started -> onStarted(started, then));
        pid = address.target() instanceof Target.ByPid(Pid itsPid) ? itsPid : null;
      } catch (NameTakenException taken) {
        starting = false;
        self.post(() -> then.ended(StartException.alreadyStarted(taken.holder())));
      }
    }

    private void onStarted(Started<M> started, StartOutcome then) {
      starting = false;
      switch (started) {
        case Started.Ok<M> ok -> {
          slot.fill(ok.address());
          then.ended(null);
        }
        case Started.Ignored<M> _ -> {
          pid = null;
          then.ended(null);
        }
        case Started.Failed<M> failed -> {
          pid = null;
          then.ended(failed.reason());
        }
      }
    }
  }
}
