package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.ProcessInfo;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Started;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.node.TermMappingException;
import io.weft.runtime.Timers;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One place of a pool: its process, and how much work it has.
 *
 * <p>Calls are counted until they are answered. Messages are counted until a look at the process
 * shows that they have left its mailbox; at most one look is under way, and while there is
 * something to count one follows the other after {@link #LOOK_EVERY}.
 */
final class PoolWorker<M> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);
  private static final Duration SHORT_LIFE = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Told what becomes of a worker. */
  interface Owner<M> {
    Self<M> self();

    /** Returns what workers are started from now. */
    Blueprint<M> blueprint();

    /** Whether a step may be taken now; if not, it is taken later. */
    boolean mayNow(Runnable step);

    /** The first start came to an end; null for well. */
    void started(PoolWorker<M> worker, @Nullable ExitReason failure);

    /** Some of its work is done. */
    void worked(PoolWorker<M> worker);
  }

  final int number;
  private final Owner<M> owner;
  private @Nullable Address<M> address;
  private @Nullable Blueprint<M> code;
  private @Nullable Pid pid;
  private Timers.@Nullable Timer restart;
  private boolean serving;
  private boolean everServed;
  private boolean looking;
  private long startedAt;
  private int failures;
  private int calls;
  private long sent;

  /** Which of the messages sent may still wait, by their number. */
  private final ArrayDeque<Long> messages = new ArrayDeque<>(2);

  PoolWorker(int number, Owner<M> owner) {
    this.number = number;
    this.owner = owner;
  }

  // --- life
  // ---------------------------------------------------------------------------------------

  void start() {
    if (!owner.mayNow(this::start)) {
      return;
    }
    restart = null;
    startedAt = now();
    code = owner.blueprint();
    Address<M> process = owner.self().startLink(code, this::onStarted);
    address = process;
    pid = process.target() instanceof Target.ByPid(Pid itsPid) ? itsPid : null;
  }

  private void onStarted(Started<M> outcome) {
    boolean first = !everServed;
    switch (outcome) {
      case Started.Ok<M> _ -> {
        serving = true;
        everServed = true;
        if (first) {
          owner.started(this, null);
        }
      }
      case Started.Ignored<M> _ -> {
        if (first) {
          owner.started(this, ExitReason.NORMAL);
        }
      }
      case Started.Failed<M> failed -> {
        if (first) {
          owner.started(this, failed.reason());
        }
      }
    }
  }

  /** Its process has ended, and is to be started again. */
  void restart() {
    boolean lived = serving && now() - startedAt >= SHORT_LIFE.toNanos();
    failures = lived ? 0 : failures + 1;
    gone();
    Duration pause = pause();
    if (pause.isZero()) {
      start();
    } else {
      restart = owner.self().after(pause, this::start);
    }
  }

  private Duration pause() {
    if (failures <= 1) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 2, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** Its process has ended. */
  void gone() {
    address = null;
    pid = null;
    serving = false;
    messages.clear(); // its calls fail one by one
  }

  boolean hasServed() {
    return everServed;
  }

  boolean is(Pid other) {
    return other.equals(pid);
  }

  @Nullable Address<M> address() {
    return address;
  }

  boolean hasOtherCode() {
    return code != owner.blueprint();
  }

  /** It has the code that workers are to have, if it is one of these. */
  void changedIfAmong(Set<Pid> changed) {
    if (pid != null && changed.contains(pid)) {
      code = owner.blueprint();
    }
  }

  @Nullable Pid pid() {
    return pid;
  }

  void cancelRestart() {
    if (restart != null) {
      restart.cancel();
      restart = null;
    }
  }

  private long now() {
    return owner.self().node().seams().clock().nanoTime();
  }

  // --- work
  // ---------------------------------------------------------------------------------------

  /** Tells whether there is a process to give work to: one that serves, or starts to. */
  boolean isPresent() {
    return address != null;
  }

  boolean isServing() {
    return serving;
  }

  int outstanding() {
    return calls + messages.size();
  }

  void tell(M message) {
    Address<M> to = address;
    if (to != null) {
      sent++;
      messages.add(sent);
      to.tell(message);
      look();
    }
  }

  void call(M request, From from) {
    Address<M> to = address;
    if (to == null) {
      from.fail(ExitReason.NOPROC);
      return;
    }
    switch (request) {
      case Request<?> asked -> {
        begin();
        owner.self().call(to(to), own(asked), null, result -> answered(from, result));
      }
      case Term term when pid != null -> {
        begin();
        owner.self().callTerm(owner.self().node().address(pid), term, null, r -> answered(from, r));
      }
      default -> from.refuse(request + " is not a request: send it, nobody answers it");
    }
  }

  private void begin() {
    calls++;
    sent++;
  }

  private void answered(From from, CallResult<?> result) {
    calls--;
    switch (result) {
      case CallResult.Ok<?>(Object value) -> reply(from, value);
      case CallResult.Failed<?> failed -> from.fail(failed.failure().reason());
    }
    owner.worked(this);
  }

  private static void reply(From from, Object value) {
    try {
      from.reply(value);
    } catch (TermMappingException unmapped) {
      from.refuse(String.valueOf(unmapped.getMessage()));
    }
  }

  /**
   * With {@link #to} the one place where the type of a reply is forgotten. Its caller knows it, and
   * it passes through here as the object it is.
   */
  @SuppressWarnings("unchecked")
  private static Request<Object> own(Request<?> request) {
    return (Request<Object>) request;
  }

  @SuppressWarnings("unchecked")
  private static Address<Request<Object>> to(Address<?> worker) {
    return (Address<Request<Object>>) worker;
  }

  private void look() {
    Address<M> at = address;
    if (looking || at == null) {
      return;
    }
    looking = true;
    long sentBefore = sent;
    var _ =
        Sys.info(at)
            .whenComplete((info, gone) -> owner.self().post(() -> looked(at, info, sentBefore)));
  }

  /** What waits are the last ones sent before the look. */
  private void looked(Address<M> at, @Nullable ProcessInfo info, long sentBefore) {
    looking = false;
    if (at.equals(address) && info != null) {
      long handled = sentBefore - info.mailbox();
      while (!messages.isEmpty() && messages.peek() <= handled) {
        messages.poll();
      }
      owner.worked(this);
    }
    if (!messages.isEmpty() && address != null) {
      looking = true;
      var _ =
          owner
              .self()
              .after(
                  LOOK_EVERY,
                  () -> {
                    looking = false;
                    look();
                  });
    }
  }
}
