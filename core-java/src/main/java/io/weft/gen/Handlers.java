package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Request;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The handler table of one server: which code handles which message of the protocol {@code M}.
 *
 * <p>Filled once, while the server starts. A request that is sent rather than called is handled
 * too, and its reply is dropped, as gen_server's clients could send anything.
 */
public final class Handlers<M> extends LastWord {
  /** Code that may fail; a failure ends the process. */
  @FunctionalInterface
  public interface Handler<T> {
    void handle(T message) throws Exception;
  }

  /** Code that answers a request at once. */
  @FunctionalInterface
  public interface CallHandler<Q, R> {
    R handle(Q request) throws Exception;
  }

  /** Code that answers a request now or later. */
  @FunctionalInterface
  public interface DeferredHandler<Q, R> {
    void handle(Q request, Reply<R> reply) throws Exception;
  }

  /** Code that handles a message, and is told who waits for a reply. */
  @FunctionalInterface
  public interface CallerHandler<Q> {
    void handle(Q message, @Nullable From caller) throws Exception;
  }

  private final HandlerTable table;
  private Handler<ExitReason> onEnded = reason -> {};
  private Others others = Others.NONE;
  private boolean completeLater;
  private boolean complete;

  /** What few servers have; there may be millions of them. */
  private static final class Others {
    /** That of most; only to be read. */
    static final Others NONE = new Others();

    Handler<Info.Exit> onExit = exit -> {};
    Handler<Info.Down> onDown = down -> {};
    @Nullable Handler<Info.Unknown> onUnknown;
    Handler<ExitReason> onTerminate = reason -> {};
    @Nullable ServerState<?> state;
    Step onReplaced = () -> {};
  }

  @SuppressWarnings("ReferenceEquality") // there is one
  private Others others() {
    if (others == Others.NONE) {
      others = new Others();
    }
    return others;
  }

  Handlers(Class<M> protocol) {
    this.table = new HandlerTable(protocol);
  }

  /**
   * Handles messages of type {@code type} that nobody waits for.
   *
   * @throws IllegalArgumentException if it is a {@link Request}, whose callers would wait in vain
   */
  public <Q extends M> Handlers<M> cast(Class<Q> type, Handler<? super Q> handler) {
    return castAny(type, handler);
  }

  /**
   * As {@link #cast}, for a type that is known to be of the protocol only when the server starts.
   */
  public <Q> Handlers<M> castAny(Class<Q> type, Handler<? super Q> handler) {
    if (Request.class.isAssignableFrom(type)) {
      throw new IllegalArgumentException(
          type.getName() + " is a request: handle it with call or callDeferred, or nobody answers");
    }
    return add(type, (message, from) -> handler.handle(type.cast(message)));
  }

  /**
   * Handles requests of type {@code type}: the result is the reply. If the handler stopped the
   * server, {@link #onTerminate} runs before the reply is sent, and the server ends after it.
   */
  public <R, Q extends Request<R>> Handlers<M> call(
      Class<Q> type, CallHandler<? super Q, ? extends R> handler) {
    return add(
        type,
        (message, from) -> {
          R reply = handler.handle(type.cast(message));
          if (from != null) {
            say(() -> from.reply(reply));
          }
        });
  }

  /** Handles requests of type {@code type} whose reply may come later. */
  public <R, Q extends Request<R>> Handlers<M> callDeferred(
      Class<Q> type, DeferredHandler<? super Q, R> handler) {
    return add(
        type,
        (message, from) -> {
          Reply<R> reply = from == null ? ignored -> {} : value -> from.reply(value);
          handler.handle(type.cast(message), reply);
        });
  }

  /**
   * Handles messages of type {@code type}, with the caller, or null for a message that nobody waits
   * for: what other forms of handlers are made of. The caller is to be answered, now or later.
   */
  public <Q> Handlers<M> handle(Class<Q> type, CallerHandler<? super Q> handler) {
    return add(type, (message, from) -> handler.handle(type.cast(message), from));
  }

  /**
   * Handles exit signals as messages of the protocol, by the handlers of these; the server must
   * trap exits to get any.
   */
  public Handlers<M> onExitAs(Function<? super Info.Exit, ? extends M> message) {
    return onExit(exit -> {
      M made = message.apply(exit);
      HandlerTable.Entry entry = entryFor(made);
      if (entry == null) {
        throw new IllegalStateException("no handler for " + made + ", made of " + exit);
      }
      entry.handle(made, null);
    });
  }

  /** Handles exit signals; the server must trap exits to get any. By default they are ignored. */
  public Handlers<M> onExit(Handler<Info.Exit> handler) {
    others().onExit = handler;
    return this;
  }

  /** Handles the reports of monitors. By default they are ignored. */
  public Handlers<M> onDown(Handler<Info.Down> handler) {
    others().onDown = handler;
    return this;
  }

  /** Handles terms that are no message of the protocol. By default they are logged and dropped. */
  public Handlers<M> onUnknown(Handler<Info.Unknown> handler) {
    others().onUnknown = handler;
    return this;
  }

  /**
   * Runs when the server stops or crashes, but not when an exit signal ends it, nor when it never
   * came to serve.
   */
  public Handlers<M> onTerminate(Handler<ExitReason> handler) {
    others().onTerminate = handler;
    return this;
  }

  /** Runs last, however the server ends: see {@link Behavior#ended}. */
  public Handlers<M> onEnded(Handler<ExitReason> handler) {
    onEnded = handler;
    return this;
  }

  /** Something to do that may fail. */
  @FunctionalInterface
  public interface Step {
    void run() throws Exception;
  }

  /** Runs when newer code has taken over from this server: see {@link Behavior#replaced}. */
  public Handlers<M> onReplaced(Step step) {
    others().onReplaced = step;
    return this;
  }

  /**
   * Shows the server's state to {@code sys}, and lets it be replaced. A server that takes over from
   * another one (a code change) begins with the state of that one.
   *
   * @param type the type of the state; another one is refused
   */
  public <S> Handlers<M> state(
      Class<S> type, Supplier<? extends S> get, Consumer<? super S> replace) {
    others().state = new ServerState<>(type, get, replace);
    return this;
  }

  /**
   * As {@link #state(Class, Supplier, Consumer)}, for a server that may take over from one with
   * another state, or is told something along.
   *
   * @param migrate begins with the state of the server before, and what came along
   */
  public <S> Handlers<M> state(
      Class<S> type, Supplier<? extends S> get, Consumer<? super S> replace, Migration migrate) {
    others().state = new ServerState<>(type, get, replace, migrate);
    return this;
  }

  /** Makes something of the state of a former server. */
  @FunctionalInterface
  public interface Migration {
    void begin(@Nullable Object former, @Nullable Object extra) throws Exception;
  }

  /**
   * Sends a reply as the last thing a handler does: if it stopped the server, after {@link
   * #onTerminate}. For handlers whose end is not the return of a method.
   */
  public <R> void replyLast(Reply<R> reply, R value) {
    say(() -> reply.send(value));
  }

  private Handlers<M> add(Class<?> type, HandlerTable.Entry entry) {
    table.add(type, entry);
    return this;
  }

  /**
   * Puts off the check that every message has a handler: the definition goes on after it returned,
   * and calls {@link #requireComplete} at its end. Until then its process must be held.
   */
  public void completeLater() {
    completeLater = true;
  }

  /** Whether the definition goes on still. */
  boolean isAwaited() {
    return completeLater && !complete;
  }

  /**
   * Checks that every message of a sealed protocol has a handler.
   *
   * @throws IllegalStateException naming those that have none
   */
  public void requireComplete() {
    table.requireComplete();
    complete = true;
  }

  HandlerTable.@Nullable Entry entryFor(Object message) {
    return table.entryFor(message);
  }

  @Nullable ServerState<?> state() {
    return others.state;
  }

  Handler<Info.Exit> exitHandler() {
    return others.onExit;
  }

  Handler<Info.Down> downHandler() {
    return others.onDown;
  }

  @Nullable Handler<Info.Unknown> unknownHandler() {
    return others.onUnknown;
  }

  Handler<ExitReason> terminateHandler() {
    return others.onTerminate;
  }

  Handler<ExitReason> endedHandler() {
    return onEnded;
  }

  Step replacedStep() {
    return others.onReplaced;
  }
}
