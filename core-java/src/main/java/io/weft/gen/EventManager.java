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
 * <p>Foreign nodes speak with it as with a gen_event, by all of gen_event's functions. Handlers are
 * code, which does not travel: those that a foreign node may add are {@linkplain Modules#provide
 * provided} by the definition, by the names of their modules; any other is a module that does not
 * exist. To a manager on another node only {@link Notify} can be sent.
 *
 * <p>In a code change the handlers stay as they are; {@link #swap} replaces them.
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

  /**
   * Takes a handler away; the value is what its terminate left, or {@code true} for nothing. Made
   * by {@link #delete}.
   */
  public record Delete<E>(HandlerId<?> id, @Nullable Object arguments)
      implements Message<E>, Request<HandlerResult<Object>> {}

  /**
   * Puts a handler in the place of another, which leaves it something; made by {@link #swap} and
   * {@link #swapSupervised}.
   */
  public record Swap<E, Q>(
      HandlerId<?> old,
      @Nullable Object arguments,
      HandlerId<Q> id,
      Definition<E, Q> definition,
      @Nullable Owner owner)
      implements Message<E>, Request<HandlerResult<Boolean>> {}

  /** Asks one handler; made by {@link #ask}. */
  public record Ask<E, Q, R>(HandlerId<Q> id, Request<R> request)
      implements Message<E>, Request<HandlerResult<R>> {}

  /** Asks which handlers there are, the one added last first. */
  public record WhichHandlers<E>() implements Message<E>, Request<List<HandlerId<?>>> {}

  /** A request as gen_event's clients send it: {@code {Label, {Client, Tag}, Request}}. */
  record Foreign<E>(Pid client, Term tag, Term request, Term message) implements Message<E> {}

  /** Who supervises a handler, and what tells it of its end. */
  public record Owner(Pid pid, Consumer<HandlerExit> told) {}

  /** Returns a blueprint of a manager whose events stay in the node. */
  public static <E> Blueprint<Message<E>> define(String label) {
    return define(label, TermCodec.localOnly(label));
  }

  /** Returns a blueprint of a manager that also takes events from other nodes. */
  public static <E> Blueprint<Message<E>> define(String label, TermCodec<E> events) {
    return define(label, events, modules -> {});
  }

  /** Returns a blueprint of a manager to which foreign nodes may add the handlers it provides. */
  public static <E> Blueprint<Message<E>> define(
      String label, TermCodec<E> events, Consumer<Modules<E>> modules) {
    return Blueprint.<Message<E>>of(
            label,
            () -> {
              var provided = new HandlerModules<E>();
              modules.accept(provided);
              return new EventManagerBody<>(events, provided);
            })
        .codec(codec(events))
        .trapExit();
  }

  /** The handlers that foreign nodes may add. */
  public sealed interface Modules<E> permits HandlerModules {
    /**
     * Lets foreign nodes add handlers of a module, with or without an id, by {@code add_handler},
     * {@code swap_handler} and their supervised forms.
     */
    <Q> void provide(HandlerId<Q> module, Init<E, Q> init);
  }

  /** Makes a handler of what a foreign node gave along: gen_event's init. */
  @FunctionalInterface
  public interface Init<E, Q> {
    /**
     * Returns what to add. What the handler inherits in a swap is in {@link
     * EventHandlers#inherited}.
     *
     * @throws io.weft.node.TermMappingException if the arguments are none it takes: {@code
     *     function_clause} to the foreign node
     */
    Definition<E, Q> init(Term arguments) throws Exception;
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
   * As in OTP the two processes are linked, and stay so when the handler is gone.
   */
  public static <E, Q, M> Add<E, Q> addSupervised(
      Self<M> self,
      HandlerId<Q> id,
      Definition<E, Q> definition,
      Function<HandlerExit, ? extends M> asMessage) {
    return new Add<>(id, definition, owner(self, asMessage));
  }

  private static <M> Owner owner(Self<M> self, Function<HandlerExit, ? extends M> asMessage) {
    Address<M> owner = self.address();
    return new Owner(self.pid(), exit -> owner.tell(asMessage.apply(exit)));
  }

  /** Returns the request to take a handler away: {@code delete_handler}. */
  public static <E> Delete<E> delete(HandlerId<?> id) {
    return new Delete<>(id, null);
  }

  /** Returns the request to take a handler away, whose terminate gets the arguments. */
  public static <E> Delete<E> delete(HandlerId<?> id, Object arguments) {
    return new Delete<>(id, arguments);
  }

  /**
   * Returns the request to put a handler in the place of another: {@code swap_handler}. Without the
   * other it is only added. Whoever supervised the old one supervises the new one.
   */
  public static <E, Q> Swap<E, Q> swap(
      HandlerId<?> old, HandlerId<Q> id, Definition<E, Q> definition) {
    return new Swap<>(old, null, id, definition, null);
  }

  /**
   * Returns the request to put a handler in the place of another, to be supervised by the process
   * of {@code self} whoever supervised the old one: {@code swap_sup_handler}.
   */
  public static <E, Q, M> Swap<E, Q> swapSupervised(
      Self<M> self,
      HandlerId<?> old,
      HandlerId<Q> id,
      Definition<E, Q> definition,
      Function<HandlerExit, ? extends M> asMessage) {
    return new Swap<>(old, null, id, definition, owner(self, asMessage));
  }

  /** Returns the request to ask one handler: gen_event's {@code call}. */
  public static <E, Q, R, A extends Request<R>> Ask<E, Q, R> ask(HandlerId<Q> id, A request) {
    return new Ask<>(id, request);
  }
}
