package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What most processes never need, kept apart so that an idle one stays small. Made when the first
 * of it is needed; used in the turns of its process only.
 */
final class Extras<M> {
  final Ties ties;
  final Calls calls;

  /** How the reports of some monitors look as messages of the protocol. */
  private @Nullable Map<Reference, Function<Info.Down, ? extends M>> reports;

  /** What is to be told of the start; null once it is told. */
  private @Nullable StartNews<M> start;

  /** Why the process stops or ends, once it does. */
  @Nullable ExitReason reason;

  /** What runs before the next message. */
  private @Nullable ArrayDeque<Runnable> continuations;

  private @Nullable IdleTimeout idle;
  private @Nullable Abroad abroad;

  private long lastReference;
  private @Nullable Map<Term, Term> dictionary;
  @Nullable Pid groupLeader;
  @Nullable Ancestry ancestry;
  @Nullable SystemDebug debug;

  /** What keeps the process from serving; null if nothing ever did. */
  private @Nullable Standstill standstill;

  /** When the mailbox was empty last, as far as it is known not to be; 0 if it is. */
  long backlogSince;

  Extras(Process<M> process) {
    ties = new Ties(process);
    calls = new Calls(process);
  }

  // --- the start
  // -----------------------------------------------------------------------------------

  /** What is known of a start, and who waits for it. */
  static final class StartNews<M> {
    @Nullable Consumer<Started<M>> waiting;
    boolean held;
    boolean ignored;
    @Nullable Object info;
  }

  StartNews<M> start() {
    StartNews<M> news = start;
    if (news == null) {
      news = new StartNews<>();
      start = news;
    }
    return news;
  }

  /** Returns what is told when the process serves now; null if nobody waits, or is to wait on. */
  @Nullable StartNews<M> takeStart() {
    StartNews<M> news = start;
    if (news == null || news.held || news.waiting == null) {
      return null;
    }
    start = null;
    return news;
  }

  /** Returns whom to tell that the process has ended before it served; null if nobody. */
  @Nullable StartNews<M> takeFailedStart() {
    StartNews<M> news = start;
    start = null;
    return news;
  }

  // --- references and reports
  // ----------------------------------------------------------------------

  Reference nextReference(Pid self) {
    lastReference++;
    return References.next(self, lastReference);
  }

  Map<Reference, Function<Info.Down, ? extends M>> reports() {
    Map<Reference, Function<Info.Down, ? extends M>> map = reports;
    if (map == null) {
      map = new HashMap<>(4);
      reports = map;
    }
    return map;
  }

  @Nullable Function<Info.Down, ? extends M> takeReport(Reference monitor) {
    return reports == null ? null : reports.remove(monitor);
  }

  Map<Term, Term> dictionary() {
    Map<Term, Term> map = dictionary;
    if (map == null) {
      map = new HashMap<>();
      dictionary = map;
    }
    return map;
  }

  // --- other nodes -------------------------------------------------------------------------------

  Abroad abroad() {
    Abroad present = abroad;
    if (present == null) {
      present = new Abroad();
      abroad = present;
    }
    return present;
  }

  /** Whether a trace token has come to the process once. */
  boolean isTraced() {
    return abroad != null && abroad.trace != null;
  }

  /** Enters what was current where the process was started, once. */
  Observer.Scope enterBirth() {
    Observer.Capture birth = abroad == null ? null : abroad.birth;
    if (abroad == null || birth == null) {
      return Observer.Scope.NONE;
    }
    abroad.birth = null;
    return birth.enter();
  }

  /** The same, only to be read. */
  Abroad seenAbroad() {
    return abroad == null ? Abroad.NOTHING : abroad;
  }

  // --- while it must not serve -------------------------------------------------------------------

  Standstill standstill() {
    Standstill present = standstill;
    if (present == null) {
      present = new Standstill();
      standstill = present;
    }
    return present;
  }

  /** Whether it may go on: it is neither suspended, nor ahead of a connection. */
  boolean mayServe() {
    return standstill == null || standstill.mayServe();
  }

  boolean isSuspended() {
    return standstill != null && standstill.isSuspended();
  }

  /** Whether the step waits, because the process must not serve. */
  boolean putOff(Life.Step step) {
    return standstill != null && standstill.putOff(step);
  }

  // --- before the next message -------------------------------------------------------------------

  void next(Runnable action) {
    ArrayDeque<Runnable> queue = continuations;
    if (queue == null) {
      queue = new ArrayDeque<>(2);
      continuations = queue;
    }
    queue.add(action);
  }

  /** Whether something must run before the next message. */
  boolean hasContinuation(boolean nothingWaits) {
    return continuations != null && !continuations.isEmpty()
        || idle != null && idle.due && nothingWaits;
  }

  /** Takes what must run before the next message; only if there is something. */
  @Nullable Runnable nextContinuation() {
    if (continuations != null && !continuations.isEmpty()) {
      return continuations.poll();
    }
    IdleTimeout timeout = idle;
    idle = null;
    return timeout == null ? null : timeout.action;
  }

  void whenIdle(IdleTimeout timeout) {
    notIdle();
    idle = timeout;
  }

  /** A message is handled. */
  void notIdle() {
    if (idle != null) {
      if (idle.timer != null) {
        idle.timer.cancel();
      }
      idle = null;
    }
  }

  @Nullable IdleTimeout idle() {
    return idle;
  }

  /** Waits for a time without messages. */
  static final class IdleTimeout {
    final Duration delay;
    final Runnable action;
    boolean due;
    Timers.@Nullable Timer timer;

    IdleTimeout(Duration delay, Runnable action) {
      this.delay = delay;
      this.action = action;
    }
  }
}
