package io.weft.gen;

import io.weft.node.ExitReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which event of a state machine comes when.
 *
 * <h2>The order of events</h2>
 *
 * <ol>
 *   <li>Events that a transition inserts, in the order of its actions.
 *   <li>After a change of state: the events postponed before it, oldest first.
 *   <li>Events inserted or set free earlier.
 *   <li>Timeouts of time zero, in the order in which they were set.
 *   <li>Timeouts that elapsed, and one message after the other.
 * </ol>
 *
 * <h2>A transition</h2>
 *
 * The replies are sent; the event joins the postponed ones if the handler says so; a change of
 * state ends the state timeout; the new state is entered, whose actions count as if they had
 * followed those of the handler; inserted and postponed events are queued; then timeouts are set
 * and cancelled, in order, of several actions for one timeout only the last. Every event ends the
 * event timeout before it is handled. To enter a state is no event.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html#t:transition_option/0">OTP,
 *     gen_statem, transition_option</a>
 */
final class StateEngine<S, M> {
  /** After so many events without a message the machine lets other processes run. */
  private static final int EVENTS_AT_A_TIME = 256;

  /** What the engine drives, and what it needs of the process. */
  interface Host<S, M> extends StateTimers.Alarm {
    Next<S, M> handle(S state, StateEvent<M> event) throws Exception;

    /** Returns null if nothing is to be done on entering {@code state}. */
    @Nullable Next<S, M> enter(S state, S from) throws Exception;

    void stop(ExitReason reason);

    /** Calls {@link StateEngine#go} in a turn that comes soon, and holds messages until then. */
    void goOnLater();

    /** Calls {@link StateEngine#go} before the next message. */
    void goOn();
  }

  private final Host<S, M> host;
  private final StateTimers<M> timers;
  private final ArrayDeque<StateEvent<M>> queue = new ArrayDeque<>(4);
  private final ArrayDeque<StateEvent<M>> arrived = new ArrayDeque<>(2);
  private List<StateEvent<M>> postponed = new ArrayList<>(0);
  private S state;
  private boolean stopped;

  StateEngine(Host<S, M> host, S initial) {
    this.host = host;
    this.timers = new StateTimers<>(host, this::elapsed);
    this.state = initial;
  }

  S state() {
    return state;
  }

  /** Sets the state without a transition: nothing is entered, retried or cancelled. */
  void replaceState(S other) {
    state = other;
  }

  /** Enters the initial state. */
  void begin(Next<S, M> first) throws Exception {
    transition(null, first, true);
    go();
  }

  /** Handles an event from outside and all that follow from it. */
  void arrive(StateEvent<M> event) throws Exception {
    arrived.add(event);
    go();
  }

  private void elapsed(StateEvent<M> event) {
    arrived.add(event);
    host.goOn();
  }

  /** Handles what there is to handle. */
  void go() throws Exception {
    for (int i = 0; !stopped; i++) {
      if (i == EVENTS_AT_A_TIME) {
        host.goOnLater();
        return;
      }
      StateEvent<M> event = poll();
      if (event == null) {
        return;
      }
      timers.cancel(StateTimers.EVENT);
      transition(event, host.handle(state, event), false);
    }
  }

  private @Nullable StateEvent<M> poll() {
    StateEvent<M> event = queue.poll();
    if (event == null) {
      event = timers.pollDue();
    }
    return event == null ? arrived.poll() : event;
  }

  private void transition(@Nullable StateEvent<M> event, Next<S, M> next, boolean initial)
      throws Exception {
    next.sendReplies();
    if (stops(next)) {
      return;
    }
    S before = state;
    S after = next.stateAfter(before);
    boolean changed = !after.equals(before);
    if (event != null && next.isPostponed()) {
      postponed.add(event);
    }
    if (changed) {
      state = after;
      timers.cancel(StateTimers.STATE);
    }
    List<TimeoutAction> timeouts = next.timeouts();
    boolean hibernate = next.isHibernating();
    if (changed || initial || next.isRepeat()) {
      Next<S, M> entered = host.enter(state, before);
      while (entered != null) {
        requireStaying(entered);
        entered.sendReplies();
        if (stops(entered)) {
          return;
        }
        timeouts = concat(timeouts, entered.timeouts());
        hibernate |= entered.isHibernating();
        entered = entered.isRepeat() ? host.enter(state, before) : null;
      }
    }
    if (changed) {
      putFirst(postponed);
      postponed = new ArrayList<>(0);
    }
    putFirst(next.events());
    timers.applyAll(timeouts);
    if (hibernate) {
      timers.trim();
    }
  }

  private boolean stops(Next<S, M> next) {
    ExitReason reason = next.stopReason();
    if (reason != null) {
      stopped = true;
      timers.cancelAll();
      host.stop(reason);
    }
    return stopped;
  }

  private void requireStaying(Next<S, M> entered) {
    boolean moves = entered.changesState() && !entered.stateAfter(state).equals(state);
    if (moves || entered.isPostponed() || !entered.events().isEmpty()) {
      throw new IllegalStateException(
          "on entering "
              + state
              + " a machine may set timeouts, reply and stop, but neither change state, postpone nor"
              + " insert events");
    }
  }

  private void putFirst(List<StateEvent<M>> events) {
    events.reversed().forEach(((Deque<StateEvent<M>>) queue)::addFirst);
  }

  private static List<TimeoutAction> concat(List<TimeoutAction> one, List<TimeoutAction> other) {
    if (other.isEmpty()) {
      return one;
    }
    List<TimeoutAction> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  /** Ends all timeouts. */
  void end() {
    stopped = true;
    timers.cancelAll();
  }
}
