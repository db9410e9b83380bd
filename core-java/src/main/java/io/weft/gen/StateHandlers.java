package io.weft.gen;

import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Request;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The handler table of one state: which code handles which event while the machine is in it. Every
 * handler returns what comes next.
 *
 * @param <S> the states of the machine
 * @param <M> its protocol
 * @param <T> the states this table is for
 */
public final class StateHandlers<S, M, T extends S> {
  /** Code that handles an event. */
  @FunctionalInterface
  public interface Handler<Q, S, M> {
    Next<S, M> handle(Q event) throws Exception;
  }

  /** Code that handles a request: it replies in the transition it returns, or in a later one. */
  @FunctionalInterface
  public interface CallHandler<Q, R, S, M> {
    Next<S, M> handle(Q request, Reply<R> reply) throws Exception;
  }

  /** Code that handles a message, and is told who waits for a reply. */
  @FunctionalInterface
  public interface CallerHandler<Q, S, M> {
    Next<S, M> handle(Q message, @Nullable From caller) throws Exception;
  }

  /** Code that handles a timeout which carries nothing. */
  @FunctionalInterface
  public interface TimeoutHandler<S, M> {
    Next<S, M> elapsed() throws Exception;
  }

  @FunctionalInterface
  private interface Entry<S, M> {
    Next<S, M> handle(Object event, @Nullable From from) throws Exception;
  }

  private static final Object NOTHING = new Object();

  private final Transitions<S, M> on;
  private final Class<T> states;
  private final Class<M> protocol;
  private final Map<Class<?>, Entry<S, M>> messages = new HashMap<>();
  private final Map<Class<?>, Entry<S, M>> internals = new HashMap<>(2);
  private final Map<Class<?>, Entry<S, M>> infos = new HashMap<>(2);
  private final Map<Class<?>, Entry<S, M>> stateTimeouts = new HashMap<>(2);
  private final Map<Class<?>, Entry<S, M>> eventTimeouts = new HashMap<>(2);
  private final Map<Object, Entry<S, M>> timeouts = new HashMap<>(2);
  private Transitions.@Nullable Enter<? super S, S, M> onEnter;

  StateHandlers(Transitions<S, M> on, Class<T> states, Class<M> protocol) {
    this.on = on;
    this.states = states;
    this.protocol = protocol;
  }

  /** Returns the present state, in handlers of this table. */
  public T state() {
    return states.cast(on.state());
  }

  // --- messages
  // -----------------------------------------------------------------------------------

  /** Handles messages of type {@code type} that nobody waits for. */
  public <Q extends M> StateHandlers<S, M, T> cast(
      Class<Q> type, Handler<? super Q, S, M> handler) {
    return message(type, (message, from) -> handler.handle(type.cast(message)));
  }

  /** Handles requests of type {@code type}. */
  public <R, Q extends Request<R>> StateHandlers<S, M, T> call(
      Class<Q> type, CallHandler<? super Q, R, S, M> handler) {
    return message(
        type,
        (message, from) -> {
          Reply<R> reply = from == null ? ignored -> {} : new FromReply<>(from);
          return handler.handle(type.cast(message), reply);
        });
  }

  /** Handles requests of type {@code type} that change no state: the result is the reply. */
  public <R, Q extends Request<R>> StateHandlers<S, M, T> call(
      Class<Q> type, Handlers.CallHandler<? super Q, ? extends R> handler) {
    return message(
        type,
        (message, from) -> {
          R value = handler.handle(type.cast(message));
          Next<S, M> next = on.keep();
          return from == null ? next : next.reply(new FromReply<>(from), value);
        });
  }

  /** Puts messages of type {@code type} off until the state has changed. */
  public StateHandlers<S, M, T> postpone(Class<? extends M> type) {
    return message(type, (message, from) -> on.postpone());
  }

  /** Drops messages of type {@code type}; a caller is told. */
  public StateHandlers<S, M, T> ignore(Class<? extends M> type) {
    return message(
        type,
        (message, from) -> {
          if (from != null) {
            from.refuse(type.getSimpleName() + " means nothing in the state " + on.state());
          }
          return on.keep();
        });
  }

  /**
   * Handles messages of type {@code type}, with the caller, or null for a message that nobody waits
   * for: what other forms of handlers are made of. The caller is to be answered, now or later.
   */
  public <Q> StateHandlers<S, M, T> handle(Class<Q> type, CallerHandler<? super Q, S, M> handler) {
    return message(type, (message, from) -> handler.handle(type.cast(message), from));
  }

  private StateHandlers<S, M, T> message(Class<?> type, Entry<S, M> entry) {
    if (!protocol.isAssignableFrom(type)) {
      throw new IllegalArgumentException(
          type.getName() + " is no message of the protocol " + protocol.getName());
    }
    return put(messages, type, entry);
  }

  // --- other events
  // -------------------------------------------------------------------------------

  /** Handles events that the machine made for itself: {@link Next#internal}. */
  public <E> StateHandlers<S, M, T> internal(Class<E> type, Handler<? super E, S, M> handler) {
    return put(internals, type, (event, from) -> handler.handle(type.cast(event)));
  }

  /**
   * Handles exit signals, reports of monitors, or unknown terms. By default the first two are
   * ignored and the last are logged and dropped.
   */
  public <I extends Info> StateHandlers<S, M, T> info(
      Class<I> type, Handler<? super I, S, M> handler) {
    return put(infos, type, (info, from) -> handler.handle(type.cast(info)));
  }

  /** Handles the state timeout, whatever it carries. */
  public StateHandlers<S, M, T> stateTimeout(TimeoutHandler<S, M> handler) {
    return stateTimeout(Object.class, content -> handler.elapsed());
  }

  /** Handles the state timeout that carries a {@code C}. */
  public <C> StateHandlers<S, M, T> stateTimeout(Class<C> type, Handler<? super C, S, M> handler) {
    return put(stateTimeouts, type, (content, from) -> handler.handle(type.cast(content)));
  }

  /** Handles the event timeout, whatever it carries. */
  public StateHandlers<S, M, T> eventTimeout(TimeoutHandler<S, M> handler) {
    return eventTimeout(Object.class, content -> handler.elapsed());
  }

  /** Handles the event timeout that carries a {@code C}. */
  public <C> StateHandlers<S, M, T> eventTimeout(Class<C> type, Handler<? super C, S, M> handler) {
    return put(eventTimeouts, type, (content, from) -> handler.handle(type.cast(content)));
  }

  /** Handles a named timeout. */
  public StateHandlers<S, M, T> timeout(Timeout<Void> name, TimeoutHandler<S, M> handler) {
    return put(timeouts, name, (none, from) -> handler.elapsed());
  }

  /** Handles a named timeout, given what it carries. */
  public <C> StateHandlers<S, M, T> timeout(Timeout<C> name, Handler<? super C, S, M> handler) {
    return put(timeouts, name, (content, from) -> handler.handle(name.content().cast(content)));
  }

  /**
   * Runs when the machine enters the state, also as its first: gen_statem's state enter call. It
   * may set timeouts, reply and stop, and is given the state before.
   */
  public StateHandlers<S, M, T> enter(Transitions.Enter<? super S, S, M> enter) {
    onEnter = enter;
    return this;
  }

  private <K> StateHandlers<S, M, T> put(Map<K, Entry<S, M>> table, K key, Entry<S, M> entry) {
    if (table.putIfAbsent(key, entry) != null) {
      throw new IllegalArgumentException(key + " has two handlers in one state");
    }
    return this;
  }

  // --- look-up
  // ------------------------------------------------------------------------------------

  @Nullable Next<S, M> message(Object message, @Nullable From from) throws Exception {
    return handle(messages, message, from);
  }

  @Nullable Next<S, M> internal(Object event) throws Exception {
    return handle(internals, event, null);
  }

  @Nullable Next<S, M> info(Info info) throws Exception {
    return handle(infos, info, null);
  }

  @Nullable Next<S, M> stateTimeout(@Nullable Object content) throws Exception {
    return handle(stateTimeouts, content == null ? NOTHING : content, null);
  }

  @Nullable Next<S, M> eventTimeout(@Nullable Object content) throws Exception {
    return handle(eventTimeouts, content == null ? NOTHING : content, null);
  }

  @Nullable Next<S, M> elapsed(Object name, @Nullable Object content) throws Exception {
    Entry<S, M> entry = timeouts.get(name);
    return entry == null ? null : entry.handle(content == null ? NOTHING : content, null);
  }

  Transitions.@Nullable Enter<? super S, S, M> enterHandler() {
    return onEnter;
  }

  boolean handles(Class<?> type) {
    return entryFor(messages, type) != null;
  }

  private @Nullable Next<S, M> handle(
      Map<Class<?>, Entry<S, M>> table, Object event, @Nullable From from) throws Exception {
    Entry<S, M> entry = table.isEmpty() ? null : entryFor(table, event.getClass());
    return entry == null ? null : entry.handle(event, from);
  }

  private static <E> @Nullable E entryFor(Map<Class<?>, E> table, Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      E entry = entryOfInterface(table, at);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private static <E> @Nullable E entryOfInterface(Map<Class<?>, E> table, Class<?> type) {
    E entry = table.get(type);
    for (Class<?> above : type.getInterfaces()) {
      if (entry != null) {
        return entry;
      }
      entry = entryOfInterface(table, above);
    }
    return entry;
  }
}
