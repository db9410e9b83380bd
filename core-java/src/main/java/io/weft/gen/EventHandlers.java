package io.weft.gen;

import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.term.Term;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one handler of an {@link EventManager} does. Filled when the handler is added.
 *
 * @param <E> the events
 * @param <Q> the requests it answers
 */
public final class EventHandlers<E, Q> {
  /** Gives what a handler leaves to the one that is swapped in; null for nothing. */
  @FunctionalInterface
  public interface Terminate {
    @Nullable Object terminate(HandlerEnd end) throws Exception;
  }

  /** Answers a request. */
  @FunctionalInterface
  interface Answering {
    Object answer(Object request) throws Exception;
  }

  /** What a handler asked to be swapped for. */
  record Replacement<E, P>(HandlerId<P> id, EventManager.Definition<E, P> definition) {}

  private final Class<Q> protocol;
  private final Map<Class<?>, Answering> requests = new HashMap<>(2);
  private @Nullable Object inherited;
  private Handlers.Handler<? super E> onEvent = event -> {};
  private Handlers.Handler<Info> onInfo = info -> {};
  private Terminate onTerminate = end -> null;
  private @Nullable Answering onTerm;
  private @Nullable ServerState<?> state;
  private @Nullable Replacement<E, ?> replacement;
  private boolean removed;

  EventHandlers(Class<Q> protocol, @Nullable Object inherited) {
    this.protocol = protocol;
    this.inherited = inherited;
  }

  /** Handles every event: gen_event's handle_event. */
  public EventHandlers<E, Q> onEvent(Handlers.Handler<? super E> handler) {
    onEvent = handler;
    return this;
  }

  /** Handles requests to this handler: handle_call. The result is the reply. */
  public <R, A extends Request<R>> EventHandlers<E, Q> call(
      Class<A> type, Handlers.CallHandler<? super A, ? extends R> handler) {
    if (!protocol.isAssignableFrom(type)) {
      throw new IllegalArgumentException(
          type.getName() + " is no request of the protocol " + protocol.getName());
    }
    requests.put(type, request -> handler.handle(type.cast(request)));
    return this;
  }

  /**
   * Handles all other requests, for a protocol of terms: what foreign nodes ask. The result is the
   * reply.
   */
  public EventHandlers<E, Q> callTerm(Handlers.CallHandler<? super Q, ? extends Term> handler) {
    onTerm = request -> handler.handle(protocol.cast(request));
    return this;
  }

  /** Handles what reaches the manager and is neither event nor request: handle_info. */
  public EventHandlers<E, Q> onInfo(Handlers.Handler<Info> handler) {
    onInfo = handler;
    return this;
  }

  /** Runs when the handler leaves, however it does: terminate. */
  public EventHandlers<E, Q> onTerminate(Terminate terminate) {
    onTerminate = terminate;
    return this;
  }

  /** Shows the state of the handler to {@code sys}, and lets it be replaced. */
  public <S> EventHandlers<E, Q> state(
      Class<S> type, Supplier<? extends S> get, Consumer<? super S> replace) {
    state = new ServerState<>(type, get, replace);
    return this;
  }

  /** In a handler: leave the manager after it, {@code remove_handler}. */
  public void remove() {
    removed = true;
  }

  /**
   * In a handler: leave one's place in the manager to another handler after it, {@code
   * swap_handler}. That one has the same supervisor, and inherits what this one leaves.
   */
  public <P> void swap(HandlerId<P> id, EventManager.Definition<E, P> definition) {
    replacement = new Replacement<>(id, definition);
  }

  /**
   * In the definition: what the handler that this one is swapped for left, or null. When a foreign
   * node swaps handlers it is a term where the old one is of its making: {@code ok} for nothing,
   * and {@code error} if there was no old one.
   */
  public @Nullable Object inherited() {
    return inherited;
  }

  void inheritUnlessSomething(Object other) {
    if (inherited == null) {
      inherited = other;
    }
  }

  /** Returns what answers a request, or null. */
  @Nullable Answering answering(Object request) {
    Answering typed = requests.get(request.getClass());
    return typed == null && protocol.isInstance(request) ? onTerm : typed;
  }

  @Nullable ServerState<?> state() {
    return state;
  }

  @Nullable Replacement<E, ?> replacement() {
    return replacement;
  }

  Handlers.Handler<? super E> eventHandler() {
    return onEvent;
  }

  Handlers.Handler<Info> infoHandler() {
    return onInfo;
  }

  Terminate terminateHandler() {
    return onTerminate;
  }

  boolean isRemoved() {
    return removed;
  }
}
