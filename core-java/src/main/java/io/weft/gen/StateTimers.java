package io.weft.gen;

import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of one state machine: those that run, and those of time zero that wait for their
 * turn in the order in which they were set.
 */
final class StateTimers<M> {
  /** The name of the state timeout. */
  static final Object STATE = Name.STATE;

  /** The name of the event timeout. */
  static final Object EVENT = Name.EVENT;

  private enum Name {
    STATE,
    EVENT
  }

  /** Runs an action after a time; for the event timeout only if no message came meanwhile. */
  interface Alarm {
    Timers.@Nullable Timer start(Object name, Duration time, Runnable elapsed);

    /** Returns the time of the node's clock. */
    long nanoTime();
  }

  /** Told of a timeout that elapsed. */
  interface Elapsed<M> {
    void elapsed(StateEvent<M> event);
  }

  private static final class Running {
    @Nullable Object content;
    Timers.@Nullable Timer timer;

    Running(@Nullable Object content) {
      this.content = content;
    }

    void cancel() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  private final Alarm alarm;
  private final Elapsed<M> listener;
  private Map<Object, Running> running = new HashMap<>(2);
  private LinkedHashMap<Object, Running> due = new LinkedHashMap<>(2);

  StateTimers(Alarm alarm, Elapsed<M> listener) {
    this.alarm = alarm;
    this.listener = listener;
  }

  /** Of several actions for one timeout only the last counts, as in OTP: returns these. */
  static List<TimeoutAction> lastOfEach(List<TimeoutAction> actions) {
    List<TimeoutAction> last = new ArrayList<>(actions.size());
    for (int i = 0; i < actions.size(); i++) {
      Object name = actions.get(i).name();
      if (actions.subList(i + 1, actions.size()).stream().noneMatch(a -> a.name().equals(name))) {
        last.add(actions.get(i));
      }
    }
    return last;
  }

  void apply(TimeoutAction action) {
    switch (action) {
      case TimeoutAction.Set(Object name, @Nullable Object content, Duration time) -> {
        if (time.isPositive()) {
          start(name, content, time);
        } else {
          elapseInTurn(name, content);
        }
      }
      case TimeoutAction.SetAt(Object name, @Nullable Object content, long nanoTime) ->
          start(name, content, Duration.ofNanos(Math.max(0, nanoTime - alarm.nanoTime())));
      case TimeoutAction.Update(Object name, Object content) -> update(name, content);
      case TimeoutAction.Cancel(Object name) -> cancel(name);
    }
  }

  private void start(Object name, @Nullable Object content, Duration time) {
    cancel(name);
    var timeout = new Running(content);
    running.put(name, timeout);
    timeout.timer = alarm.start(name, time, () -> elapsed(name, timeout));
  }

  /** As one of time zero. */
  private void elapseInTurn(Object name, @Nullable Object content) {
    cancel(name);
    due.put(name, new Running(content));
  }

  private void update(Object name, Object content) {
    Running timeout = running.get(name);
    if (timeout == null) {
      timeout = due.get(name);
    }
    if (timeout == null) {
      elapseInTurn(name, content);
    } else {
      timeout.content = content;
    }
  }

  void cancel(Object name) {
    Running timeout = running.remove(name);
    if (timeout != null) {
      timeout.cancel();
    }
    due.remove(name);
  }

  /** A timeout that was cancelled or set again meanwhile means nothing. */
  private void elapsed(Object name, Running timeout) {
    if (running.remove(name, timeout)) {
      listener.elapsed(eventOf(name, timeout));
    }
  }

  /** Returns the oldest timeout of time zero that is due, which thereby elapsed; or null. */
  @Nullable StateEvent<M> pollDue() {
    Map.Entry<Object, Running> first = due.pollFirstEntry();
    return first == null ? null : eventOf(first.getKey(), first.getValue());
  }

  private StateEvent<M> eventOf(Object name, Running timeout) {
    return switch (name) {
      case Timeout<?> named -> new StateEvent.Elapsed<>(named, timeout.content);
      case Name.STATE -> new StateEvent.StateTimeout<>(timeout.content);
      default -> new StateEvent.EventTimeout<>(timeout.content);
    };
  }

  /** Returns the timeouts that run or are due, as the events they will be. */
  List<StateEvent<M>> pending() {
    List<StateEvent<M>> all = new ArrayList<>();
    running.forEach((name, timeout) -> all.add(eventOf(name, timeout)));
    due.forEach((name, timeout) -> all.add(eventOf(name, timeout)));
    return all;
  }

  void cancelAll() {
    running.values().forEach(Running::cancel);
    running.clear();
    due.clear();
  }

  /** Lets go of memory that past timeouts needed. */
  void trim() {
    running = new HashMap<>(running);
    due = new LinkedHashMap<>(due);
  }
}
