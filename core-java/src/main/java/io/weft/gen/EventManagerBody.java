package io.weft.gen;

import io.weft.gen.EventManager.Message;
import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.NotedEvents;
import io.weft.node.Self;
import io.weft.node.SystemStatus;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One life of an {@link EventManager}. */
final class EventManagerBody<E> implements Behavior<Message<E>> {
  private final TermCodec<E> events;
  private final HandlerModules<E> modules;
  private @Nullable InstalledHandlers<E> installed;

  EventManagerBody(TermCodec<E> events, HandlerModules<E> modules) {
    this.events = events;
    this.modules = modules;
  }

  @Override
  public void start(Self<Message<E>> self) {
    installed = new InstalledHandlers<>(self);
  }

  private InstalledHandlers<E> handlers() {
    return Objects.requireNonNull(installed);
  }

  // --- what comes
  // ---------------------------------------------------------------------------------

  @Override
  public void message(Self<Message<E>> self, Message<E> message) {
    switch (message) {
      case EventManager.Notify<E>(E event) -> notifyAll(event);
      case EventManager.Foreign<E> foreign ->
          new EventManagerTerms<>(self, handlers(), modules, events).handle(foreign);
      default -> {
        Object _ = answer(message); // asked by one who does not wait
      }
    }
  }

  @Override
  public void call(Self<Message<E>> self, Message<E> request, From from) {
    from.reply(answer(request));
  }

  private Object answer(Message<E> request) {
    return switch (request) {
      case EventManager.Notify<E>(E event) -> notifyAll(event);
      case EventManager.SyncNotify<E>(E event) -> notifyAll(event);
      case EventManager.Add<E, ?> add -> add(add);
      case EventManager.Delete<E>(HandlerId<?> id, @Nullable Object arguments) ->
          handlers().delete(id, arguments);
      case EventManager.Swap<E, ?> swap -> handlers().swap(swap);
      case EventManager.Ask<E, ?, ?> ask -> handlers().ask(ask.id(), ask.request());
      case EventManager.WhichHandlers<E> _ -> handlers().<HandlerId<?>>map(InstalledHandler::id);
      case EventManager.Foreign<E> _ -> false;
    };
  }

  private <Q> HandlerResult<Boolean> add(EventManager.Add<E, Q> add) {
    return handlers().add(add.id(), add.definition(), add.owner());
  }

  private boolean notifyAll(E event) {
    handlers().each(event, on -> on.eventHandler().handle(event));
    return true;
  }

  /** An exit may be that of a supervisor of handlers; the others hear of it too, as in OTP. */
  @Override
  public void info(Self<Message<E>> self, Info info) {
    if (info instanceof Info.Exit exit) {
      if (exit.from().equals(self.parent())) {
        self.stop(exit.reason());
        return;
      }
      handlers().ownerEnded(exit.from(), exit.reason());
    }
    handlers().each(info, on -> on.infoHandler().handle(info));
  }

  /** Not when it is killed: then whoever supervises a handler hears of it by the link. */
  @Override
  public void terminate(Self<Message<E>> self, ExitReason reason) {
    handlers().stopAll();
  }

  @Override
  public NotedEvents notedEvents() {
    return NotedEvents.IN;
  }

  // --- looking inside, and replacing
  // ------------------------------------------------------------------------------------------------

  @Override
  public List<HandlerState> state(Self<Message<E>> self) {
    return handlers().map(InstalledHandler::state);
  }

  @Override
  public void replaceState(Self<Message<E>> self, Object state) {
    if (!(state instanceof List<?> states)) {
      throw new IllegalArgumentException("the state of an event manager is a list, not " + state);
    }
    handlers().replaceStates(states);
  }

  @Override
  public SystemStatus status(Self<Message<E>> self, SystemStatus.Facts facts) {
    Term items = Terms.list(handlers().map(InstalledHandler::term));
    return SystemStatus.of(
        "gen_event",
        SystemStatus.header("Status for event handler " + facts.name()),
        SystemStatus.data(
            SystemStatus.item("Status", facts.state()),
            SystemStatus.item("Logged Events", facts.loggedEvents()),
            SystemStatus.item("Parent", facts.parent())),
        Tuple.of(Atom.of("items"), SystemStatus.item("Installed handlers", items)));
  }

  @Override
  public InstalledHandlers<E> handOver(Self<Message<E>> self) {
    return handlers();
  }

  @Override
  public void codeChange(Self<Message<E>> self, @Nullable Object former, @Nullable Object extra) {
    if (!(former instanceof InstalledHandlers<?> handed)) {
      throw new IllegalArgumentException("only an event manager can become one, not " + former);
    }
    installed = own(handed);
  }

  /** The one place where handlers become those of newer code; they handle the same events. */
  @SuppressWarnings("unchecked")
  private static <E> InstalledHandlers<E> own(InstalledHandlers<?> handed) {
    return (InstalledHandlers<E>) handed;
  }
}
