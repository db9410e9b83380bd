package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process with handlers that come and go, all of which get every event: OTP's gen_event.
 *
 * <pre>{@code
 * var alarms = node.start(EventManager.<Alarm>define("alarms"));
 * Weft.call(alarms, EventManager.add(COUNT, (on, self) -> {
 *   var count = new AtomicInteger();
 *   on.onEvent(alarm -> count.incrementAndGet());
 *   on.call(Count.Total.class, total -> count.get());
 * }), timeout);
 * alarms.tell(new EventManager.Notify<>(new Alarm("fire")));
 * int total = Weft.call(alarms, EventManager.ask(COUNT, new Count.Total()), timeout).orThrow();
 * }</pre>
 *
 * <p>Handlers run in the process of the manager, the one added last first. One that fails is
 * removed and reported, and the manager goes on. An event is sent with {@link Notify}, or called
 * with {@link SyncNotify}, which is answered when all handlers have handled it.
 *
 * <p>Foreign nodes speak with it as with a gen_event: notify, sync_notify, call, delete_handler and
 * which_handlers; handlers are code, so a foreign node cannot add any and is told {@code {'EXIT',
 * undef}}. To a manager on another node only {@link Notify} can be sent.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_event.html">OTP, module gen_event</a>
 */
public final class EventManager {
  private EventManager() {}

  /** Fills the table of a handler when it is added. */
  @FunctionalInterface
  public interface Definition<E, Q> {
    void define(EventHandlers<E, Q> on, Self<?> self) throws Exception;
  }

  /**
   * What a manager understands.
   *
   * @param <E> the events
   */
  public sealed interface Message<E>
      permits Notify, SyncNotify, Add, Delete, Swap, Ask, WhichHandlers, Foreign {}

  /** An event for all handlers. */
  public record Notify<E>(E event) implements Message<E> {}

  /** An event for all handlers; answered when they have handled it. */
  public record SyncNotify<E>(E event) implements Message<E>, Request<Boolean> {}

  /** Adds a handler; made by {@link #add} and {@link #addSupervised}. */
  public record Add<E, Q>(HandlerId<Q> id, Definition<E, Q> definition, @Nullable Owner owner)
      implements Message<E>, Request<HandlerResult<Boolean>> {}

  /** Takes a handler away; the value is what its terminate left, or {@code true} for nothing. */
  public record Delete<E>(HandlerId<?> id) implements Message<E>, Request<HandlerResult<Object>> {}

  /** Puts a handler in the place of another, which leaves it something; made by {@link #swap}. */
  public record Swap<E, Q>(HandlerId<?> old, HandlerId<Q> id, Definition<E, Q> definition)
      implements Message<E>, Request<HandlerResult<Boolean>> {}

  /** Asks one handler; made by {@link #ask}. */
  public record Ask<E, Q, R>(HandlerId<Q> id, Request<R> request)
      implements Message<E>, Request<HandlerResult<R>> {}

  /** Asks which handlers there are, the one added last first. */
  public record WhichHandlers<E>() implements Message<E>, Request<List<HandlerId<?>>> {}

  /** A request as gen_event's clients send it. */
  record Foreign<E>(Pid client, Term tag, Term request) implements Message<E> {}

  /** Who supervises a handler, and what tells it of its end. */
  public record Owner(Pid pid, Consumer<HandlerExit> told) {}

  /** Returns a blueprint of a manager whose events stay in the node. */
  public static <E> Blueprint<Message<E>> define(String label) {
    return define(label, TermCodec.localOnly(label));
  }

  /** Returns a blueprint of a manager that also takes events from other nodes. */
  public static <E> Blueprint<Message<E>> define(String label, TermCodec<E> events) {
    return Blueprint.<Message<E>>of(label, () -> new EventManagerBody<>(events))
        .codec(codec(events))
        .trapExit();
  }

  /** Returns how to notify a manager of another node, also one written in Erlang. */
  public static <E> TermCodec<Message<E>> codec(TermCodec<E> events) {
    return new EventManagerCodec<>(events);
  }

  /** Returns the request to add a handler: {@code add_handler}. */
  public static <E, Q> Add<E, Q> add(HandlerId<Q> id, Definition<E, Q> definition) {
    return new Add<>(id, definition, null);
  }

  /**
   * Returns the request to add a handler that is removed when the process of {@code self} ends, and
   * whose removal for any other reason comes as a message of that process: {@code add_sup_handler}.
   */
  public static <E, Q, M> Add<E, Q> addSupervised(
      Self<M> self,
      HandlerId<Q> id,
      Definition<E, Q> definition,
      Function<HandlerExit, ? extends M> asMessage) {
    Address<M> owner = self.address();
    return new Add<>(
        id, definition, new Owner(self.pid(), exit -> owner.tell(asMessage.apply(exit))));
  }

  /** Returns the request to take a handler away: {@code delete_handler}. */
  public static <E> Delete<E> delete(HandlerId<?> id) {
    return new Delete<>(id);
  }

  /**
   * Returns the request to put a handler in the place of another: {@code swap_handler}. Without the
   * other it is only added. Whoever supervised the old one supervises the new one.
   */
  public static <E, Q> Swap<E, Q> swap(
      HandlerId<?> old, HandlerId<Q> id, Definition<E, Q> definition) {
    return new Swap<>(old, id, definition);
  }

  /** Returns the request to ask one handler: gen_event's {@code call}. */
  public static <E, Q, R, A extends Request<R>> Ask<E, Q, R> ask(HandlerId<Q> id, A request) {
    return new Ask<>(id, request);
  }
}
