package io.weft.gen;

import io.weft.gen.EventManager.Definition;
import io.weft.gen.EventManager.Owner;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of one event manager, the one added last first: how they come and go, and who is
 * told.
 *
 * <p>What a handler fails in is its own end only. A request that names a handler is about the first
 * of that name.
 */
final class InstalledHandlers<E> {
  private static final ExitReason CRASH = ExitReason.of(Atom.of("crash"));

  /** What all handlers do. */
  interface Step<E> {
    void run(EventHandlers<E, ?> on) throws Exception;
  }

  private final Self<?> manager;
  private final List<InstalledHandler<E, ?>> handlers = new ArrayList<>();

  InstalledHandlers(Self<?> manager) {
    this.manager = manager;
  }

  <T> List<T> map(Function<InstalledHandler<E, ?>, T> of) {
    List<T> all = new ArrayList<>(handlers.size());
    handlers.forEach(handler -> all.add(of.apply(handler)));
    return all;
  }

  private @Nullable InstalledHandler<E, ?> find(HandlerId<?> id) {
    for (InstalledHandler<E, ?> handler : handlers) {
      if (handler.id().isSameAs(id)) {
        return handler;
      }
    }
    return null;
  }

  /** Returns the id of a handler {@code Module} or {@code {Module, Id}}; null for no such. */
  @Nullable HandlerId<?> find(Term handler) {
    for (InstalledHandler<E, ?> installed : handlers) {
      if (installed.id().term().equals(handler)) {
        return installed.id();
      }
    }
    return null;
  }

  // --- they come and go
  // ------------------------------------------------------------------------------------------------

  <Q> HandlerResult<Boolean> add(
      HandlerId<Q> id, Definition<E, Q> definition, @Nullable Owner owner) {
    return addFirst(made(id, definition, owner, null));
  }

  private HandlerResult<Boolean> addFirst(HandlerResult<? extends InstalledHandler<E, ?>> made) {
    return switch (made) {
      case HandlerResult.Ok<? extends InstalledHandler<E, ?>> ok -> {
        handlers.addFirst(ok.value());
        yield new HandlerResult.Ok<>(true);
      }
      case HandlerResult.Failed<?> failed -> new HandlerResult.Failed<>(failed.reason());
      case HandlerResult.Unknown<?> _ -> new HandlerResult.Unknown<>();
    };
  }

  private <Q> HandlerResult<InstalledHandler<E, Q>> made(
      HandlerId<Q> id, Definition<E, Q> definition, @Nullable Owner owner, @Nullable Object left) {
    if (owner != null) {
      manager.link(owner.pid()); // stays, also if the handler does not come to be: as in OTP
    }
    var on = new EventHandlers<E, Q>(id.protocol(), left);
    ExitReason failure = InstalledHandler.attempt(() -> definition.define(on, manager));
    return failure == null
        ? new HandlerResult.Ok<>(new InstalledHandler<>(id, on, owner))
        : new HandlerResult.Failed<>(failure);
  }

  HandlerResult<Object> delete(HandlerId<?> id, @Nullable Object arguments) {
    InstalledHandler<E, ?> handler = find(id);
    if (handler == null) {
      return new HandlerResult.Unknown<>();
    }
    handlers.remove(handler);
    Left left = end(handler, new HandlerEnd.Deleted(arguments), ExitReason.NORMAL);
    if (left.failure() != null) {
      return new HandlerResult.Failed<>(left.failure());
    }
    return new HandlerResult.Ok<>(left.value() == null ? true : left.value());
  }

  <Q> HandlerResult<Boolean> swap(EventManager.Swap<E, Q> swap) {
    InstalledHandler<E, ?> old = find(swap.old());
    Owner owner = swap.owner() == null && old != null ? old.owner() : swap.owner();
    Object left = null;
    if (old != null) {
      handlers.remove(old);
      left =
          end(old, new HandlerEnd.Deleted(swap.arguments()), swapped(swap.id(), owner)).inherited();
    }
    return addFirst(made(swap.id(), swap.definition(), owner, left));
  }

  private static ExitReason swapped(HandlerId<?> by, @Nullable Owner owner) {
    Term supervisor = owner == null ? Atom.of(false) : owner.pid();
    return ExitReason.of(Tuple.of(Atom.of("swapped"), by.term(), supervisor));
  }

  /** What a handler left at its end, or how it failed there. */
  private record Left(@Nullable Object value, @Nullable ExitReason failure) {
    /** Returns what the one that is swapped in gets. */
    @Nullable Object inherited() {
      return failure == null ? value : failed(failure);
    }
  }

  /** Ends a handler, which is in the list no more; returns what it left. */
  private Left end(InstalledHandler<E, ?> handler, HandlerEnd end, ExitReason told) {
    @Nullable Object[] left = new @Nullable Object[1];
    ExitReason failure =
        InstalledHandler.attempt(() -> left[0] = handler.on().terminateHandler().terminate(end));
    if (failure != null) {
      manager.warn("handler {} failed at its end: {}", handler.id(), failure.brief());
    }
    tell(handler.owner(), new HandlerExit(handler.id(), told));
    return new Left(left[0], failure);
  }

  /** Tells whoever supervises a handler; to fail in that is not the end of the manager. */
  private void tell(@Nullable Owner owner, HandlerExit exit) {
    if (owner != null) {
      ExitReason failure = InstalledHandler.attempt(() -> owner.told().accept(exit));
      if (failure != null) {
        manager.warn("cannot tell {} of {}: {}", owner.pid(), exit, failure.brief());
      }
    }
  }

  private static Term failed(ExitReason failure) {
    return Tuple.of(Atom.of("EXIT"), failure.term());
  }

  /** The process that supervised some of them has ended. */
  void ownerEnded(Pid owner, ExitReason reason) {
    for (InstalledHandler<E, ?> handler : List.copyOf(handlers)) {
      if (handler.owner() != null && handler.owner().pid().equals(owner)) {
        handlers.remove(handler);
        Left _ = end(handler, new HandlerEnd.OwnerEnded(reason), ExitReason.SHUTDOWN);
      }
    }
  }

  /** The manager ends; its end is not that of those who supervise handlers. */
  void stopAll() {
    for (InstalledHandler<E, ?> handler : List.copyOf(handlers)) {
      handlers.remove(handler);
      Left _ = end(handler, new HandlerEnd.Stopped(), ExitReason.SHUTDOWN);
      if (handler.owner() != null) {
        manager.unlink(handler.owner().pid());
      }
    }
  }

  // --- what they do
  // ------------------------------------------------------------------------------------------------

  /**
   * Lets each handler do something.
   *
   * @param event what it is about, for reports
   */
  void each(Object event, Step<E> step) {
    for (InstalledHandler<E, ?> handler : List.copyOf(handlers)) {
      settle(handler, event, InstalledHandler.attempt(() -> step.run(handler.on())));
    }
  }

  HandlerResult<Object> ask(HandlerId<?> id, Object request) {
    InstalledHandler<E, ?> handler = find(id);
    EventHandlers.Answering answering = handler == null ? null : handler.on().answering(request);
    if (handler == null || answering == null) {
      return new HandlerResult.Unknown<>();
    }
    Object[] reply = new Object[1];
    ExitReason failure = InstalledHandler.attempt(() -> reply[0] = answering.answer(request));
    settle(handler, request, failure);
    return failure != null ? new HandlerResult.Failed<>(failure) : new HandlerResult.Ok<>(reply[0]);
  }

  /** A handler has done something: failed perhaps, or asked to be removed or swapped. */
  private void settle(InstalledHandler<E, ?> handler, Object event, @Nullable ExitReason failure) {
    if (failure != null) {
      report(handler, event, failure);
      handlers.remove(handler);
      Left _ = end(handler, new HandlerEnd.Failed(failure), ExitReason.of(failed(failure)));
    } else if (handler.on().isRemoved()) {
      handlers.remove(handler);
      Left _ = end(handler, new HandlerEnd.Removed(), ExitReason.NORMAL);
    } else if (handler.on().replacement() != null) {
      replace(handler, handler.on().replacement());
    }
  }

  private void report(InstalledHandler<E, ?> handler, Object event, ExitReason failure) {
    manager.warn(
        "removes its handler {}, which failed: {}; last event: {}; state: {}",
        handler.id(),
        failure.brief(),
        event,
        stateOf(handler));
  }

  private static String stateOf(InstalledHandler<?, ?> handler) {
    String[] text = new String[1];
    ExitReason failure =
        InstalledHandler.attempt(() -> text[0] = String.valueOf(handler.state().state()));
    return failure == null ? text[0] : failure.brief();
  }

  private <P> void replace(
      InstalledHandler<E, ?> handler, EventHandlers.Replacement<E, P> replacement) {
    HandlerId<P> id = replacement.id();
    Owner owner = handler.owner();
    Object left = end(handler, new HandlerEnd.Deleted(null), swapped(id, owner)).inherited();
    int at = handlers.indexOf(handler);
    switch (made(id, replacement.definition(), owner, left)) {
      case HandlerResult.Ok<InstalledHandler<E, P>> ok -> handlers.set(at, ok.value());
      case HandlerResult.Failed<InstalledHandler<E, P>> failed -> {
        manager.warn("handler {} failed when it was swapped in: {}", id, failed.reason().brief());
        handlers.remove(at);
        tell(owner, new HandlerExit(id, CRASH)); // gen_event's very word
      }
      case HandlerResult.Unknown<InstalledHandler<E, P>> _ -> handlers.remove(at);
    }
  }

  // --- their states
  // ------------------------------------------------------------------------------------------------

  /** Replaces the states of all handlers, or of none. */
  void replaceStates(List<?> states) {
    if (states.size() != handlers.size()) {
      throw new IllegalArgumentException(
          "there are " + handlers.size() + " handlers, not " + states.size());
    }
    List<HandlerState> replacements = new ArrayList<>();
    for (Object state : states) {
      if (!(state instanceof HandlerState replacement)) {
        throw new IllegalArgumentException("no state of a handler: " + state);
      }
      handlers.get(replacements.size()).require(replacement);
      replacements.add(replacement);
    }
    for (int i = 0; i < replacements.size(); i++) {
      handlers.get(i).replaceState(replacements.get(i));
    }
  }
}
