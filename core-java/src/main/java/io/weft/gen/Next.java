package io.weft.gen;

import io.weft.node.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a state machine does after an event: which state comes next, and the actions on the way
 * there. Made by {@link Transitions}, returned by handlers, used once.
 *
 * <p>The order of actions matters only among replies, among inserted events, and among timeouts.
 *
 * @param <S> the states
 * @param <M> the protocol
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html#t:action/0">OTP, gen_statem,
 *     action</a>
 */
public final class Next<S, M> {
  /** One reply, sent when the transition begins. */
  private record Answer<R>(Reply<R> to, R value) {
    void send() {
      to.send(value);
    }
  }

  private final @Nullable S state;
  private final boolean repeat;
  private final @Nullable ExitReason stop;
  private @Nullable List<Answer<?>> answers;
  private @Nullable List<StateEvent<M>> events;
  private @Nullable List<TimeoutAction> timeouts;
  private boolean postpone;
  private boolean hibernate;

  private Next(@Nullable S state, boolean repeat, @Nullable ExitReason stop) {
    this.state = state;
    this.repeat = repeat;
    this.stop = stop;
  }

  static <S, M> Next<S, M> to(S state) {
    return new Next<>(state, false, null);
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

  // --- actions
  // ------------------------------------------------------------------------------------

  /** Answers a caller, of this event or of an earlier one. */
  public <R> Next<S, M> reply(Reply<R> to, R value) {
    List<Answer<?>> list = answers;
    if (list == null) {
      list = new ArrayList<>(2);
      answers = list;
    }
    list.add(new Answer<>(to, value));
    return this;
  }

  /**
   * Puts the event off: it is handled again, in the order of arrival and before newer events, after
   * the state has changed.
   */
  public Next<S, M> postpone() {
    postpone = true;
    return this;
  }

  /** Inserts an event of the machine's own, to be handled before all that wait. */
  public Next<S, M> internal(Object event) {
    return insert(new StateEvent.Internal<>(event));
  }

  /** Inserts a message as if it had been cast, to be handled before all that wait. */
  public Next<S, M> event(M message) {
    return insert(new StateEvent.Cast<>(message));
  }

  private Next<S, M> insert(StateEvent<M> event) {
    List<StateEvent<M>> list = events;
    if (list == null) {
      list = new ArrayList<>(2);
      events = list;
    }
    list.add(event);
    return this;
  }

  /**
   * Starts the state timeout anew: it ends with a change of state. Zero elapses before any message
   * not received yet.
   */
  public Next<S, M> stateTimeout(Duration time) {
    return timeout(new TimeoutAction.Set(StateTimers.STATE, null, time));
  }

  /** Ends the state timeout. */
  public Next<S, M> cancelStateTimeout() {
    return timeout(new TimeoutAction.Cancel(StateTimers.STATE));
  }

  /** Starts the event timeout: any event ends it. Zero elapses if no event waits. */
  public Next<S, M> eventTimeout(Duration time) {
    return timeout(new TimeoutAction.Set(StateTimers.EVENT, null, time));
  }

  /** Starts a named timeout anew: it goes on through changes of state. */
  public Next<S, M> timeout(Timeout<Void> name, Duration time) {
    return timeout(new TimeoutAction.Set(name, null, time));
  }

  /** Starts a named timeout anew: it goes on through changes of state. */
  public <T> Next<S, M> timeout(Timeout<T> name, Duration time, T content) {
    return timeout(new TimeoutAction.Set(name, content, time));
  }

  /** Changes what a running timeout carries; one that does not run elapses at once. */
  public <T> Next<S, M> update(Timeout<T> name, T content) {
    return timeout(new TimeoutAction.Update(name, content));
  }

  /** Ends a named timeout; nothing if it does not run. */
  public Next<S, M> cancel(Timeout<?> name) {
    return timeout(new TimeoutAction.Cancel(name));
  }

  private Next<S, M> timeout(TimeoutAction action) {
    List<TimeoutAction> list = timeouts;
    if (list == null) {
      list = new ArrayList<>(2);
      timeouts = list;
    }
    list.add(action);
    return this;
  }

  /**
   * Hints that nothing will happen for a while: the machine lets go of memory it can do without.
   */
  public Next<S, M> hibernate() {
    hibernate = true;
    return this;
  }

  // --- for the engine
  // -----------------------------------------------------------------------------

  S stateAfter(S present) {
    return state == null ? present : state;
  }

  boolean changesState() {
    return state != null;
  }

  boolean isRepeat() {
    return repeat;
  }

  @Nullable ExitReason stopReason() {
    return stop;
  }

  boolean isPostponed() {
    return postpone;
  }

  boolean isHibernating() {
    return hibernate;
  }

  void sendReplies() {
    if (answers != null) {
      answers.forEach(Answer::send);
    }
  }

  List<StateEvent<M>> events() {
    return events == null ? List.of() : events;
  }

  List<TimeoutAction> timeouts() {
    return timeouts == null ? List.of() : timeouts;
  }
}
