package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.runtime.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a state machine does after an event: which state comes next, and the actions on the way
 * there. Made by {@link Transitions}, returned by handlers, used once.
 *
 * <p>The order of actions matters only among replies, among inserted events, among timeouts, and
 * among changes of the callback module. Of several actions for one timeout only the last counts. A
 * machine that stops may only reply.
 *
 * <p>Methods that end in {@code At} take a time of the node's clock, {@link Clock#nanoTime}, in
 * place of a time from now: gen_statem's {@code {abs, true}}. What lies in the past elapses at
 * once.
 *
 * @param <S> the states
 * @param <M> the protocol
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html#t:action/0">OTP, gen_statem,
 *     action</a>
 */
public final class Next<S, M> {
  private final @Nullable S state;
  private final boolean repeat;
  private final @Nullable ExitReason stop;
  private final @Nullable Later<S, M> later;
  private final Actions<S, M> actions = new Actions<>();

  private Next(@Nullable S state, boolean repeat, @Nullable ExitReason stop) {
    this(state, repeat, stop, null);
  }

  private Next(
      @Nullable S state, boolean repeat, @Nullable ExitReason stop, @Nullable Later<S, M> later) {
    this.state = state;
    this.repeat = repeat;
    this.stop = stop;
    this.later = later;
  }

  static <S, M> Next<S, M> of(Later<S, M> later) {
    return new Next<>(null, false, null, later);
  }

  static <S, M> Next<S, M> to(S state) {
    return new Next<>(Objects.requireNonNull(state), false, null);
  }

  static <S, M> Next<S, M> keep() {
    return new Next<>(null, false, null);
  }

  static <S, M> Next<S, M> repeat() {
    return new Next<>(null, true, null);
  }

  static <S, M> Next<S, M> stop(ExitReason reason) {
    return new Next<>(null, false, reason);
  }

  // --- replies and events
  // ------------------------------------------------------------------------------------

  /** Answers a caller, of this event or of an earlier one. */
  public <R> Next<S, M> reply(Reply<R> to, R value) {
    actions.reply(to, value);
    return this;
  }

  /**
   * Puts the event off: it is handled again, in the order of arrival and before newer events, after
   * the state has changed.
   */
  public Next<S, M> postpone() {
    actions.postpone = true;
    return this;
  }

  /** Inserts an event of the machine's own, to be handled before all that wait. */
  public Next<S, M> internal(Object event) {
    return nextEvent(new StateEvent.Internal<>(event));
  }

  /** Inserts a message as if it had been cast, to be handled before all that wait. */
  public Next<S, M> event(M message) {
    return nextEvent(new StateEvent.Cast<>(message));
  }

  /**
   * Inserts an event of any kind, to be handled before all that wait: gen_statem's {@code
   * next_event}. A call is answered to its caller, a timeout is handled as if it had elapsed.
   */
  public Next<S, M> nextEvent(StateEvent<M> event) {
    actions.insert(event);
    return this;
  }

  /**
   * Hints that nothing will happen for a while: the machine lets go of memory it can do without.
   */
  public Next<S, M> hibernate() {
    actions.hibernate = true;
    return this;
  }

  // --- the state timeout
  // ------------------------------------------------------------------------------------

  /**
   * Starts the state timeout anew: it ends with a change of state. Zero elapses before any message
   * not received yet.
   */
  public Next<S, M> stateTimeout(Duration time) {
    return set(StateTimers.STATE, time, null);
  }

  /** Starts the state timeout anew, with something for its handler. */
  public Next<S, M> stateTimeout(Duration time, Object content) {
    return set(StateTimers.STATE, time, content);
  }

  /** Starts the state timeout anew, to elapse at a time of the node's clock. */
  public Next<S, M> stateTimeoutAt(long nanoTime) {
    return setAt(StateTimers.STATE, nanoTime, null);
  }

  /** Starts the state timeout anew, to elapse at a time of the node's clock. */
  public Next<S, M> stateTimeoutAt(long nanoTime, Object content) {
    return setAt(StateTimers.STATE, nanoTime, content);
  }

  /** Changes what the state timeout carries; one that does not run elapses at once. */
  public Next<S, M> updateStateTimeout(Object content) {
    return timeout(new TimeoutAction.Update(StateTimers.STATE, content));
  }

  /** Ends the state timeout. */
  public Next<S, M> cancelStateTimeout() {
    return timeout(new TimeoutAction.Cancel(StateTimers.STATE));
  }

  // --- the event timeout
  // ------------------------------------------------------------------------------------

  /** Starts the event timeout: any event ends it. Zero elapses if no event waits. */
  public Next<S, M> eventTimeout(Duration time) {
    return set(StateTimers.EVENT, time, null);
  }

  /** Starts the event timeout, with something for its handler. */
  public Next<S, M> eventTimeout(Duration time, Object content) {
    return set(StateTimers.EVENT, time, content);
  }

  /** Starts the event timeout, to elapse at a time of the node's clock. */
  public Next<S, M> eventTimeoutAt(long nanoTime) {
    return setAt(StateTimers.EVENT, nanoTime, null);
  }

  /** Starts the event timeout, to elapse at a time of the node's clock. */
  public Next<S, M> eventTimeoutAt(long nanoTime, Object content) {
    return setAt(StateTimers.EVENT, nanoTime, content);
  }

  /**
   * Lets the event timeout elapse at once with this content: gen_statem's {@code {timeout, update,
   * Content}}, where none can run, for the event being handled has ended it.
   */
  public Next<S, M> updateEventTimeout(Object content) {
    return timeout(new TimeoutAction.Update(StateTimers.EVENT, content));
  }

  /** Undoes an earlier action of this transition for the event timeout. */
  public Next<S, M> cancelEventTimeout() {
    return timeout(new TimeoutAction.Cancel(StateTimers.EVENT));
  }

  // --- named timeouts
  // ------------------------------------------------------------------------------------

  /** Starts a named timeout anew: it goes on through changes of state. */
  public Next<S, M> timeout(Timeout<Void> name, Duration time) {
    return set(name, time, null);
  }

  /** Starts a named timeout anew: it goes on through changes of state. */
  public <T> Next<S, M> timeout(Timeout<T> name, Duration time, T content) {
    return set(name, time, content);
  }

  /** Starts a named timeout anew, to elapse at a time of the node's clock. */
  public Next<S, M> timeoutAt(Timeout<Void> name, long nanoTime) {
    return setAt(name, nanoTime, null);
  }

  /** Starts a named timeout anew, to elapse at a time of the node's clock. */
  public <T> Next<S, M> timeoutAt(Timeout<T> name, long nanoTime, T content) {
    return setAt(name, nanoTime, content);
  }

  /** Changes what a running timeout carries; one that does not run elapses at once. */
  public <T> Next<S, M> update(Timeout<T> name, T content) {
    return timeout(new TimeoutAction.Update(name, content));
  }

  /** Ends a named timeout; nothing if it does not run. */
  public Next<S, M> cancel(Timeout<?> name) {
    return timeout(new TimeoutAction.Cancel(name));
  }

  private Next<S, M> set(Object name, Duration time, @Nullable Object content) {
    return timeout(new TimeoutAction.Set(name, content, time));
  }

  private Next<S, M> setAt(Object name, long nanoTime, @Nullable Object content) {
    return timeout(new TimeoutAction.SetAt(name, content, nanoTime));
  }

  private Next<S, M> timeout(TimeoutAction action) {
    actions.timeout(action);
    return this;
  }

  // --- callback modules
  // ------------------------------------------------------------------------------------

  /** Puts a callback module in the place of the present one: see {@link CallbackModule}. */
  public Next<S, M> changeModule(CallbackModule<S, M> module) {
    actions.module(new ModuleAction.Change<>(module));
    return this;
  }

  /** Goes on with another callback module until {@link #popModule} goes back to the present one. */
  public Next<S, M> pushModule(CallbackModule<S, M> module) {
    actions.module(new ModuleAction.Push<>(module));
    return this;
  }

  /** Goes back to the callback module before the last push; without one the machine fails. */
  public Next<S, M> popModule() {
    actions.module(new ModuleAction.Pop<>());
    return this;
  }

  // --- for the engine
  // -----------------------------------------------------------------------------

  S stateAfter(S present) {
    return state == null ? present : state;
  }

  /** Returns what tells the real one, if this stands for it. */
  @Nullable Later<S, M> later() {
    return later;
  }

  boolean isRepeat() {
    return repeat;
  }

  @Nullable ExitReason stopReason() {
    return stop;
  }

  Actions<S, M> actions() {
    return actions;
  }
}
