package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.SystemEvent;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
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
 * The replies are sent; the callback module changes; the event joins the postponed ones if the
 * handler says so; a change of state ends the state timeout; the new state is entered, whose
 * actions count as if they had followed those of the handler; inserted and postponed events are
 * queued; then timeouts are set and cancelled, in order, of several actions for one timeout only
 * the last. Every event ends the event timeout before it is handled. To enter a state is no event.
 *
 * <p>In a code change the engine goes on as it is, with all that waits and runs, under another
 * host.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html#t:transition_option/0">OTP,
 *     gen_statem, transition_option</a>
 */
final class StateEngine<S, M> {
  /** After so many events without a message the machine lets other processes run. */
  private static final int EVENTS_AT_A_TIME = 256;

  /** What the engine needs of the process. */
  interface Host<S, M> extends StateTimers.Alarm {
    /** Tells that no handler is for an event; returns what comes next. */
    Next<S, M> unhandled(S state, StateEvent<M> event) throws Exception;

    void stop(ExitReason reason);

    /** Tells {@code sys} of something, if it looks on. */
    void tell(Function<MachineWords<S, M>, SystemEvent> event);

    /** Calls {@code go} in a turn that comes soon, and holds messages until then. */
    void goOnLater(Step go);

    /** Calls {@code go} before the next message. */
    void goOn(Step go);
  }

  /** Something that may fail. */
  interface Step {
    void run() throws Exception;
  }

  private final StateTimers<M> timers;
  private final ArrayDeque<StateEvent<M>> queue = new ArrayDeque<>(4);
  private final ArrayDeque<StateEvent<M>> arrived = new ArrayDeque<>(2);
  private Host<S, M> host;
  private ModuleStack<S, M> modules;
  private List<StateEvent<M>> postponed = new ArrayList<>(0);
  private S state;
  private boolean stopped;

  /** Whether a handler goes on, and no event is handled until it is done. */
  private boolean awaited;

  StateEngine(Host<S, M> host, CallbackModule<S, M> first, S initial) {
    this.host = host;
    this.modules = new ModuleStack<>(first);
    this.timers = new StateTimers<>(new HostsAlarm(), this::elapsed);
    this.state = initial;
  }

  /** The alarm of whatever host there is. */
  private final class HostsAlarm implements StateTimers.Alarm {
    @Override
    public Timers.@Nullable Timer start(Object name, Duration time, Runnable elapsed) {
      return host.start(name, time, elapsed);
    }

    @Override
    public long nanoTime() {
      return host.nanoTime();
    }
  }

  // --- looking inside, and replacing
  // ------------------------------------------------------------------------------------------------

  S state() {
    return state;
  }

  ModuleStack<S, M> modules() {
    return modules;
  }

  /** Returns the events that wait for a change of state, the last one first, as gen_statem does. */
  List<StateEvent<M>> postponed() {
    return postponed.reversed();
  }

  /** Returns the timeouts that run. */
  List<StateEvent<M>> timeouts() {
    return timers.pending();
  }

  /** Sets the state without a transition: nothing is entered, retried or cancelled. */
  void replaceState(S other) {
    state = other;
  }

  /** Goes on as it is, but for the code. */
  void goOnUnder(Host<S, M> newHost, ModuleStack<S, M> newModules, S newState) {
    host = newHost;
    modules = newModules;
    state = newState;
  }

  // --- events
  // ------------------------------------------------------------------------------------------------

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
    host.goOn(this::go);
  }

  /** Handles what there is to handle. */
  private void go() throws Exception {
    for (int i = 0; !stopped && !awaited; i++) {
      if (i == EVENTS_AT_A_TIME) {
        host.goOnLater(this::go);
        return;
      }
      StateEvent<M> event = poll();
      if (event == null) {
        return;
      }
      timers.cancel(StateTimers.EVENT);
      Next<S, M> next = modules.current().handle(state, event);
      transition(event, next == null ? host.unhandled(state, event) : next, false);
    }
  }

  private @Nullable StateEvent<M> poll() {
    StateEvent<M> event = queue.poll();
    if (event != null) {
      return event; // told of when it was inserted, or came first
    }
    StateEvent<M> due = timers.pollDue();
    StateEvent<M> next = due == null ? arrived.poll() : due;
    if (next != null) {
      host.tell(words -> words.in(next, state));
    }
    return next;
  }

  // --- transitions
  // ------------------------------------------------------------------------------------------------

  /** A transition that is under way. */
  private final class Transition {
    final @Nullable StateEvent<M> event;
    final Actions<S, M> actions;
    final S before;
    final S after;
    final List<TimeoutAction> timeouts;
    boolean hibernate;

    Transition(@Nullable StateEvent<M> event, Next<S, M> next) {
      this.event = event;
      this.actions = next.actions();
      this.before = state;
      this.after = next.stateAfter(before);
      this.timeouts = new ArrayList<>(actions.timeouts());
      this.hibernate = actions.hibernate;
    }

    boolean isPostponing() {
      return event != null && actions.postpone;
    }

    boolean isChange() {
      return !after.equals(before);
    }
  }

  private void transition(@Nullable StateEvent<M> event, Next<S, M> next, boolean initial)
      throws Exception {
    if (next.later() != null) {
      await(next.later(), known -> transition(event, known, initial));
      return;
    }
    sendReplies(next.actions());
    if (stops(next)) {
      return;
    }
    next.actions().modules().forEach(this::change);
    var step = new Transition(event, next);
    if (event != null && step.isPostponing()) {
      postponed.add(event);
    }
    if (step.isChange()) {
      state = step.after;
      timers.cancel(StateTimers.STATE);
    }
    step.actions.events().forEach(inserted -> host.tell(words -> words.in(inserted, step.after)));
    if (step.isChange() || initial || next.isRepeat()) {
      enter(step, initial);
    } else {
      finish(step);
    }
  }

  /** Goes on with what a handler will tell. */
  private void await(Later<S, M> later, Later.Then<S, M> then) throws Exception {
    awaited = true;
    later.then(known -> {
      awaited = false;
      then.go(known);
      go();
    });
  }

  /** Enters the present state; its timeouts are added to those of the transition. */
  private void enter(Transition step, boolean initial) throws Exception {
    Next<S, M> entered = modules.current().enter(state, step.before);
    if (initial && entered != null) {
      host.tell(words -> words.entered(modules.current().name(), state));
    }
    entered(step, entered);
  }

  private void entered(Transition step, @Nullable Next<S, M> entering) throws Exception {
    Next<S, M> entered = entering;
    while (entered != null) {
      if (entered.later() != null) {
        await(entered.later(), known -> entered(step, known));
        return;
      }
      requireStaying(entered);
      sendReplies(entered.actions());
      if (stops(entered)) {
        return;
      }
      step.timeouts.addAll(entered.actions().timeouts());
      step.hibernate |= entered.actions().hibernate;
      entered = entered.isRepeat() ? modules.current().enter(state, step.before) : null;
    }
    finish(step);
  }

  private void finish(Transition step) {
    if (step.isChange()) {
      putFirst(postponed);
      postponed = new ArrayList<>(0);
    }
    putFirst(step.actions.events());
    host.tell(words -> words.done(step.event, step.isPostponing(), step.before, step.after));
    apply(StateTimers.lastOfEach(step.timeouts));
    if (step.hibernate) {
      timers.trim();
    }
  }

  private void sendReplies(Actions<S, M> actions) {
    for (Actions.Answer<?> answer : actions.answers()) {
      host.tell(words -> words.out(answer.to(), answer.value()));
      answer.send();
    }
  }

  private void change(ModuleAction<S, M> action) {
    modules.apply(action);
    host.tell(words -> words.module(modules.current().name(), state));
  }

  private void apply(List<TimeoutAction> timeouts) {
    for (TimeoutAction action : timeouts.reversed()) { // gen_statem's order
      if (action instanceof TimeoutAction.Set || action instanceof TimeoutAction.SetAt) {
        host.tell(words -> words.timer(action, state));
      }
    }
    timeouts.forEach(timers::apply);
  }

  /** Tells that the machine ends. */
  void tellEnd(ExitReason reason) {
    host.tell(words -> words.terminated(reason, state));
  }

  private boolean stops(Next<S, M> next) {
    ExitReason reason = next.stopReason();
    if (reason == null) {
      return false;
    }
    if (next.actions().areMoreThanReplies()) {
      throw new IllegalStateException("a machine that stops may reply, but nothing more");
    }
    end();
    host.stop(reason);
    return true;
  }

  private void requireStaying(Next<S, M> entered) {
    if (!entered.stateAfter(state).equals(state) || entered.actions().areMoreThanEnteringMay()) {
      throw new IllegalStateException(
          "on entering "
              + state
              + " a machine may set timeouts, reply and stop, but neither change state or callback"
              + " module, postpone nor insert events");
    }
  }

  private void putFirst(List<StateEvent<M>> events) {
    events.reversed().forEach(((Deque<StateEvent<M>>) queue)::addFirst);
  }

  /** Ends all timeouts; no event is handled any more. */
  void end() {
    stopped = true;
    timers.cancelAll();
  }
}
