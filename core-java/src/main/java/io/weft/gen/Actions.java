package io.weft.gen;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The actions of one transition, by kind; within a kind in the order in which they were added. A
 * kind takes no memory until it is used.
 */
final class Actions<S, M> {
  /** One reply. */
  record Answer<R>(Reply<R> to, R value) {
    void send() {
      to.send(value);
    }
  }

  private @Nullable List<Answer<?>> answers;
  private @Nullable List<StateEvent<M>> events;
  private @Nullable List<TimeoutAction> timeouts;
  private @Nullable List<ModuleAction<S, M>> modules;
  boolean postpone;
  boolean hibernate;

  <R> void reply(Reply<R> to, R value) {
    answers = added(answers, new Answer<>(to, value));
  }

  void insert(StateEvent<M> event) {
    events = added(events, event);
  }

  void timeout(TimeoutAction action) {
    timeouts = added(timeouts, action);
  }

  void module(ModuleAction<S, M> action) {
    modules = added(modules, action);
  }

  private static <T> List<T> added(@Nullable List<T> list, T element) {
    List<T> some = list == null ? new ArrayList<>(2) : list;
    some.add(element);
    return some;
  }

  List<Answer<?>> answers() {
    return orEmpty(answers);
  }

  List<StateEvent<M>> events() {
    return orEmpty(events);
  }

  List<TimeoutAction> timeouts() {
    return orEmpty(timeouts);
  }

  List<ModuleAction<S, M>> modules() {
    return orEmpty(modules);
  }

  /** Whether there is more than replies, timeouts and the hint to hibernate. */
  boolean areMoreThanEnteringMay() {
    return postpone || events != null || modules != null;
  }

  boolean areMoreThanReplies() {
    return areMoreThanEnteringMay() || timeouts != null || hibernate;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
