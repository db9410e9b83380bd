package io.weft.gen;

import io.weft.gen.EventManager.Message;
import io.weft.gen.EventManager.Owner;
import io.weft.node.Behavior;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of an {@link EventManager}: its handlers, the one added last first. */
final class EventManagerBody<E> implements Behavior<Message<E>> {
  private static final Atom OK = Atom.of("ok");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom UNDEF = Atom.of("undef");

  /** A handler, and who supervises it. */
  private record Installed<E, Q>(
      HandlerId<Q> id,
      EventHandlers<E, Q> on,
      @Nullable Owner owner,
      @Nullable Reference ownerMonitor) {}

  private interface Step<E> {
    void run(Installed<E, ?> handler) throws Exception;
  }

  private final TermCodec<E> events;
  private final List<Installed<E, ?>> handlers = new ArrayList<>();

  EventManagerBody(TermCodec<E> events) {
    this.events = events;
  }

  // --- what comes
  // ---------------------------------------------------------------------------------

  @Override
  public void message(Self<Message<E>> self, Message<E> message) {
    switch (message) {
      case EventManager.Notify<E>(E event) -> notifyAll(self, event);
      case EventManager.Foreign<E> foreign -> foreign(self, foreign);
      default -> {
        Object _ = answer(self, message); // asked by one who does not wait
      }
    }
  }

  @Override
  public void call(Self<Message<E>> self, Message<E> request, From from) {
    from.reply(answer(self, request));
  }

  private Object answer(Self<Message<E>> self, Message<E> request) {
    return switch (request) {
      case EventManager.Notify<E>(E event) -> notifyAll(self, event);
      case EventManager.SyncNotify<E>(E event) -> notifyAll(self, event);
      case EventManager.Add<E, ?> add -> add(self, add);
      case EventManager.Delete<E>(HandlerId<?> id) -> delete(self, id);
      case EventManager.Swap<E, ?> swap -> swap(self, swap);
      case EventManager.Ask<E, ?, ?> ask -> ask(self, ask.id(), ask.request());
      case EventManager.WhichHandlers<E> _ ->
          handlers.stream().<HandlerId<?>>map(Installed::id).toList();
      case EventManager.Foreign<E> _ -> false;
    };
  }

  @Override
  public void info(Self<Message<E>> self, Info info) {
    if (info instanceof Info.Exit exit && exit.from().equals(self.parent())) {
      self.stop(exit.reason());
      return;
    }
    if (info instanceof Info.Down down) {
      for (Installed<E, ?> handler : handlers) {
        Reference monitor = handler.ownerMonitor();
        if (monitor != null && monitor.equals(down.monitor())) {
          remove(self, handler, new HandlerEnd.OwnerEnded(down.reason()), ExitReason.NORMAL);
          return;
        }
      }
    }
    forEach(self, handler -> handler.on().infoHandler().handle(info));
  }

  private boolean notifyAll(Self<Message<E>> self, E event) {
    forEach(self, handler -> handler.on().eventHandler().handle(event));
    return true;
  }

  private void forEach(Self<Message<E>> self, Step<E> step) {
    for (Installed<E, ?> handler : List.copyOf(handlers)) {
      ExitReason failure = attempt(() -> step.run(handler));
      settle(self, handler, failure);
    }
  }

  // --- one handler
  // --------------------------------------------------------------------------------

  private interface Attempt {
    void run() throws Exception;
  }

  /** Returns how it failed, or null. */
  private static @Nullable ExitReason attempt(Attempt step) {
    try {
      step.run();
      return null;
    } catch (ExitException exit) {
      return exit.reason();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      return ExitReason.crash(failure);
    }
  }

  private void settle(
      Self<Message<E>> self, Installed<E, ?> handler, @Nullable ExitReason failure) {
    if (failure != null) {
      self.warn("removes its handler {}, which failed: {}", handler.id().name(), failure.brief());
      ExitReason told = ExitReason.of(Tuple.of(EXIT, failure.term()));
      remove(self, handler, new HandlerEnd.Failed(failure), told);
    } else if (handler.on().isRemoved()) {
      remove(self, handler, new HandlerEnd.Removed(), ExitReason.NORMAL);
    }
  }

  /** Returns what the handler left. */
  private @Nullable Object remove(
      Self<Message<E>> self, Installed<E, ?> handler, HandlerEnd end, ExitReason told) {
    if (!handlers.remove(handler)) {
      return null;
    }
    Object left = terminate(self, handler, end);
    if (handler.ownerMonitor() != null) {
      self.demonitor(handler.ownerMonitor(), true);
    }
    if (handler.owner() != null && !(end instanceof HandlerEnd.OwnerEnded)) {
      handler.owner().told().accept(new HandlerExit(handler.id(), told));
    }
    return left;
  }

  private @Nullable Object terminate(
      Self<Message<E>> self, Installed<E, ?> handler, HandlerEnd end) {
    @Nullable Object[] left = new @Nullable Object[1];
    ExitReason failure = attempt(() -> left[0] = handler.on().terminateHandler().terminate(end));
    if (failure != null) {
      self.warn("handler {} failed at its end: {}", handler.id().name(), failure.brief());
    }
    return left[0];
  }

  private @Nullable Installed<E, ?> find(String name) {
    for (Installed<E, ?> handler : handlers) {
      if (handler.id().name().equals(name)) {
        return handler;
      }
    }
    return null;
  }

  // --- requests
  // -----------------------------------------------------------------------------------

  private <Q> HandlerResult<Boolean> add(Self<Message<E>> self, EventManager.Add<E, Q> add) {
    return install(self, add.id(), add.definition(), add.owner(), null);
  }

  private <Q> HandlerResult<Boolean> install(
      Self<Message<E>> self,
      HandlerId<Q> id,
      EventManager.Definition<E, Q> definition,
      @Nullable Owner owner,
      @Nullable Object inherited) {
    if (find(id.name()) != null) {
      return new HandlerResult.Exists<>();
    }
    var on = new EventHandlers<E, Q>(id.protocol(), inherited);
    ExitReason failure = attempt(() -> definition.define(on, self));
    if (failure != null) {
      return new HandlerResult.Failed<>(failure);
    }
    Reference monitor = owner == null ? null : self.monitor(new Target.ByPid(owner.pid()));
    handlers.addFirst(new Installed<>(id, on, owner, monitor));
    return new HandlerResult.Ok<>(true);
  }

  private HandlerResult<Object> delete(Self<Message<E>> self, HandlerId<?> id) {
    Installed<E, ?> handler = find(id.name());
    if (handler == null) {
      return new HandlerResult.Unknown<>();
    }
    Object left = remove(self, handler, new HandlerEnd.Deleted(), ExitReason.NORMAL);
    return new HandlerResult.Ok<>(left == null ? true : left);
  }

  private <Q> HandlerResult<Boolean> swap(Self<Message<E>> self, EventManager.Swap<E, Q> swap) {
    Installed<E, ?> old = find(swap.old().name());
    if (old == null) {
      return install(self, swap.id(), swap.definition(), null, null);
    }
    ExitReason told =
        ExitReason.of(Tuple.of(Atom.of("swapped"), Atom.of(swap.id().name()), self.pid()));
    Object left = remove(self, old, new HandlerEnd.Deleted(), told);
    return install(self, swap.id(), swap.definition(), old.owner(), left);
  }

  private HandlerResult<Object> ask(Self<Message<E>> self, HandlerId<?> id, Object request) {
    Installed<E, ?> handler = find(id.name());
    EventHandlers.Answering answering = handler == null ? null : handler.on().answering(request);
    if (handler == null || answering == null) {
      return new HandlerResult.Unknown<>();
    }
    Object[] reply = new Object[1];
    ExitReason failure = attempt(() -> reply[0] = answering.answer(request));
    settle(self, handler, failure);
    return failure != null ? new HandlerResult.Failed<>(failure) : new HandlerResult.Ok<>(reply[0]);
  }

  // --- foreign callers
  // ----------------------------------------------------------------------------

  private void foreign(Self<Message<E>> self, EventManager.Foreign<E> foreign) {
    From from = From.foreign(self.node(), self.pid(), foreign.client(), foreign.tag());
    from.reply(answerForeign(self, foreign.request()));
  }

  private Term answerForeign(Self<Message<E>> self, Term request) {
    if (request.equals(Atom.of("which_handlers"))) {
      return new ListTerm(
          handlers.stream().<Term>map(handler -> Atom.of(handler.id().name())).toList());
    }
    if (!(request instanceof Tuple tuple) || !(tuple.get(0) instanceof Atom what)) {
      return error(Atom.of("unknown_request"));
    }
    return switch (what.name()) {
      case "sync_notify" -> syncNotify(self, tuple.get(1));
      case "call" -> callForeign(self, tuple.get(1), tuple.get(2));
      case "delete_handler" -> deleteForeign(self, tuple.get(1));
      default -> Tuple.of(EXIT, UNDEF); // a handler is code, which does not travel
    };
  }

  private Term syncNotify(Self<Message<E>> self, Term event) {
    try {
      boolean _ = notifyAll(self, events.decode(event));
    } catch (TermMappingException unknown) {
      self.warn("dropped {}: {}", event, String.valueOf(unknown.getMessage()));
    }
    return OK;
  }

  private Term callForeign(Self<Message<E>> self, Term name, Term request) {
    Installed<E, ?> handler = name instanceof Atom atom ? find(atom.name()) : null;
    return handler == null
        ? error(Atom.of("bad_module"))
        : callForeign(self, handler.id(), request);
  }

  private <Q> Term callForeign(Self<Message<E>> self, HandlerId<Q> id, Term request) {
    try {
      Q decoded = id.codec().decode(request);
      return switch (ask(self, id, decoded)) {
        case HandlerResult.Ok<Object>(Object value) -> id.codec().encodeReply(decoded, value);
        case HandlerResult.Failed<Object>(ExitReason reason) ->
            error(Tuple.of(EXIT, reason.term()));
        case HandlerResult.Unknown<Object> _, HandlerResult.Exists<Object> _ ->
            error(Atom.of("bad_module"));
      };
    } catch (TermMappingException unknown) {
      return error(Terms.binary(String.valueOf(unknown.getMessage())));
    }
  }

  private Term deleteForeign(Self<Message<E>> self, Term name) {
    Installed<E, ?> handler = name instanceof Atom atom ? find(atom.name()) : null;
    if (handler == null) {
      return error(Atom.of("module_not_found"));
    }
    Object left = remove(self, handler, new HandlerEnd.Deleted(), ExitReason.NORMAL);
    return left instanceof Term term ? term : OK;
  }

  private static Term error(Term reason) {
    return Tuple.of(Atom.ERROR, reason);
  }

  // --- the end
  // ------------------------------------------------------------------------------------

  @Override
  public void ended(Self<Message<E>> self, ExitReason reason) {
    for (Installed<E, ?> handler : List.copyOf(handlers)) {
      remove(self, handler, new HandlerEnd.Stopped(), ExitReason.SHUTDOWN);
    }
  }
}
