package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.GenClient;
import io.weft.node.NameTakenException;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.node.StartException;
import io.weft.node.Started;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One child of a supervisor: its place, and which of its lives runs. */
class Child<M> {
  /** Told how a start ended: null for well, also when the child decided not to serve. */
  @FunctionalInterface
  interface StartOutcome {
    void ended(@Nullable ExitReason failure);
  }

  private enum State {
    STOPPED,
    STARTING,
    RUNNING,
    STOPPING,
    /** It did not start again, and is about to be tried once more. */
    RESTARTING
  }

  private static final Atom RESTARTING = Atom.of("restarting");

  private final Slot<M> slot;
  private ChildSpec<M> spec;
  private ChildTerms terms;

  /** What the process of the present life was started from, or went over to. */
  private @Nullable Blueprint<M> code;

  private State state = State.STOPPED;
  private @Nullable Pid pid;
  private @Nullable Object info;

  Child(ChildSpec<M> spec, ChildTerms terms, Slot<M> slot) {
    this.spec = spec;
    this.terms = terms;
    this.slot = slot;
  }

  void start(Self<?> self, StartOutcome then) {
    state = State.STARTING;
    code = spec.blueprint();
    try {
      Duration limit = spec.startWithin();
      Consumer<Started<M>> outcome = started -> onStarted(started, then);
      Address<M> address =
          limit == null
              ? self.startLink(spec.blueprint(), outcome)
              : GenClient.startLink(self, spec.blueprint(), limit, outcome);
      pid = address.pid();
    } catch (NameTakenException taken) {
      notStarted(self, StartException.alreadyStarted(taken.holder()), then);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError refused) {
      notStarted(self, ExitReason.raised(refused), then); // no behaviour, or the node is stopping
    }
  }

  private void notStarted(Self<?> self, ExitReason failure, StartOutcome then) {
    stopped();
    self.post(() -> then.ended(failure));
  }

  private void onStarted(Started<M> started, StartOutcome then) {
    switch (started) {
      case Started.Ok<M> ok -> {
        if (state == State.STARTING) {
          state = State.RUNNING;
          info = ok.info();
          slot.fill(ok.address());
        }
        then.ended(null);
      }
      case Started.Ignored<M> _ -> {
        stopped();
        then.ended(null);
      }
      case Started.Failed<M> failed -> {
        stopped();
        then.ended(failed.reason());
      }
    }
  }

  /** The supervisor is stopping it: nobody is to find it any more. */
  void stopping() {
    state = State.STOPPING;
    slot.empty();
  }

  /** It has ended, or did not start. */
  void stopped() {
    state = State.STOPPED;
    pid = null;
    slot.empty();
  }

  void restarting() {
    state = State.RESTARTING;
  }

  /** Specifies it anew; a process that runs stays as it is. */
  void spec(ChildSpec<M> spec, ChildTerms terms) {
    this.spec = spec;
    this.terms = terms;
  }

  /** Whether its present life, or the last one, has not the code of its specification. */
  boolean hasOtherCode() {
    return code != spec.blueprint();
  }

  /** Its process has the code of its specification now, if it is one of these. */
  void changedIfAmong(Set<Pid> changed) {
    if (pid != null && changed.contains(pid)) {
      code = spec.blueprint();
    }
  }

  ChildSpec<M> spec() {
    return spec;
  }

  ChildTerms terms() {
    return terms;
  }

  Slot<M> slot() {
    return slot;
  }

  /** Returns the process of the present life, also before it serves; null if there is none. */
  @Nullable Pid pid() {
    return pid;
  }

  boolean isRestarting() {
    return state == State.RESTARTING;
  }

  /** Whether it runs or is to run: what OTP counts as a child with a pid. */
  boolean isActive() {
    return pid != null || isRestarting();
  }

  boolean isTemporary() {
    return spec.restart() == Restart.TEMPORARY;
  }

  /** Returns its last name where its supervisor is known by others. */
  String nameInTree() {
    return spec.id();
  }

  /** Returns its pid, or what OTP has in place of it. */
  Term shown() {
    return isRestarting() ? RESTARTING : pid == null ? Atom.UNDEFINED : pid;
  }

  Supervisor.ChildInfo info() {
    return new Supervisor.ChildInfo(terms.id(), pid, isRestarting(), spec.type(), terms.modules());
  }

  /** What a request gets that started this child. To be asked once. */
  ChildStart<M> startedNow() {
    Pid present = pid;
    return present == null
        ? new ChildStart.Ignored<>(slot)
        : new ChildStart.Ok<>(slot, present, takeInfo());
  }

  /** What a request gets that started this child again. To be asked once. */
  ChildResult restartedNow() {
    return new ChildResult.Done(pid, takeInfo());
  }

  private @Nullable Object takeInfo() {
    Object told = info;
    info = null;
    return told;
  }

  @Override
  public String toString() {
    return terms.id() + (pid == null ? "" : " " + pid);
  }
}
