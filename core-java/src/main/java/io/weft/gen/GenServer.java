package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import org.jspecify.annotations.Nullable;

/**
 * A server written as a table of handlers: OTP's gen_server.
 *
 * <pre>{@code
 * Blueprint<Counter> counter = GenServer.define("counter", Counter.class, (on, self) -> {
 *   var total = new AtomicLong();
 *   on.cast(Counter.Add.class, add -> total.addAndGet(add.n()));
 *   on.call(Counter.Get.class, get -> total.get());
 * });
 * }</pre>
 *
 * <p>The definition runs at each start, so its variables are the server's state. When it leaves a
 * message of a sealed protocol without a handler, the start fails and names it. It may decide not
 * to serve ({@link Self#ignore}), fail for a reason ({@link io.weft.node.ExitException}, {@link
 * Self#stop}), and go on before the first message ({@link Self#next}). The exit of the server's
 * parent ends it, also when it traps exits.
 *
 * <p>Newer code takes over with its own definition, which runs again, and the state that {@link
 * Handlers#state} says; a server that shows none begins anew. What the former code still waits for
 * (timers, results of calls) goes on in that code, as a fun does in Erlang; to be handled by the
 * new one it must be a message, as that of {@link Self#startTimer}.
 *
 * <p>A handler ends the server with {@link Self#stop}, runs something before the next message with
 * {@link Self#next}, and after a time without messages with {@link Self#whenIdle}. OTP's {@code
 * hibernate} has no counterpart: an idle process keeps no stack, and its memory is the JVM's.
 *
 * @param <M> the protocol
 */
public final class GenServer<M> implements Behavior<M> {
  /** Fills the handler table of one life of a server. */
  @FunctionalInterface
  public interface Definition<M> {
    void define(Handlers<M> on, Self<M> self) throws Exception;
  }

  private final Handlers<M> handlers;
  private final Definition<M> definition;
  private boolean serves;

  private GenServer(Class<M> protocol, Definition<M> definition) {
    this.handlers = new Handlers<>(protocol);
    this.definition = definition;
  }

  /**
   * Returns a blueprint of a server.
   *
   * @param label what reports and logs call it
   * @param protocol the type of its messages
   */
  public static <M> Blueprint<M> define(String label, Class<M> protocol, Definition<M> definition) {
    return Blueprint.of(label, () -> of(protocol, definition)).protocol(protocol);
  }

  static <M> GenServer<M> of(Class<M> protocol, Definition<M> definition) {
    return new GenServer<>(protocol, definition);
  }

  @Override
  public void start(Self<M> self) throws Exception {
    define(self);
    serves = !self.isStopping();
  }

  private void define(Self<M> self) throws Exception {
    handlers.begin(self);
    definition.define(handlers, self);
    if (!handlers.isAwaited() && !self.isStopping()) {
      handlers.requireComplete();
    }
  }

  @Override
  public void message(Self<M> self, M message) throws Exception {
    handle(self, message, null);
  }

  @Override
  public void call(Self<M> self, M request, From from) throws Exception {
    handle(self, request, from);
  }

  private void handle(Self<M> self, Object message, @Nullable From from) throws Exception {
    HandlerTable.Entry entry = handlers.entryFor(message);
    if (entry != null) {
      entry.handle(message, from);
      return;
    }
    self.warn("has no handler for {}", message);
    if (from != null) {
      from.refuse(self.label() + " has no handler for " + message.getClass().getName());
    }
  }

  @Override
  public void info(Self<M> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit -> {
        if (exit.from().equals(self.parent())) {
          self.stop(exit.reason());
        } else {
          handlers.exitHandler().handle(exit);
        }
      }
      case Info.Down down -> handlers.downHandler().handle(down);
      case Info.Unknown unknown -> {
        Handlers.Handler<Info.Unknown> handler = handlers.unknownHandler();
        if (handler == null) {
          Behavior.super.info(self, unknown);
        } else {
          handler.handle(unknown);
        }
      }
    }
  }

  /** Not for a server that never came to serve; and what it still owes is answered in any case. */
  @Override
  public void terminate(Self<M> self, ExitReason reason) throws Exception {
    try {
      if (serves) {
        handlers.terminateHandler().handle(reason);
      }
    } finally {
      handlers.sayUnsaid();
    }
  }

  // --- looking inside, and replacing
  // ------------------------------------------------------------------------------------------------

  @Override
  public @Nullable Object state(Self<M> self) {
    ServerState<?> state = handlers.state();
    return state == null ? null : state.read();
  }

  @Override
  public void replaceState(Self<M> self, Object state) throws Exception {
    ServerState<?> present = handlers.state();
    if (present == null) {
      Behavior.super.replaceState(self, state);
    } else {
      present.replaceBy(state);
    }
  }

  @Override
  public void codeChange(Self<M> self, @Nullable Object former, @Nullable Object extra)
      throws Exception {
    define(self);
    if (handlers.isAwaited()) {
      throw new IllegalStateException(
          self.label() + " waits in its definition, which a server that takes over must not");
    }
    serves = true;
    ServerState<?> state = handlers.state();
    if (state != null) {
      state.beginWith(former, extra);
    }
  }

  @Override
  public void replaced(Self<M> self) throws Exception {
    handlers.replacedStep().run();
  }

  @Override
  public void ended(Self<M> self, ExitReason reason) throws Exception {
    handlers.endedHandler().handle(reason);
  }
}
