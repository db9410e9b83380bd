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
 * message of a sealed protocol without a handler, the start fails and names it. The exit of the
 * server's parent ends it, also when it traps exits.
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
    return Blueprint.of(label, () -> new GenServer<>(protocol, definition));
  }

  @Override
  public void start(Self<M> self) throws Exception {
    definition.define(handlers, self);
    if (!handlers.isCompletedLater()) {
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
    Handlers.Entry entry = handlers.entryFor(message);
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

  @Override
  public void terminate(Self<M> self, ExitReason reason) throws Exception {
    handlers.terminateHandler().handle(reason);
  }

  @Override
  public void ended(Self<M> self, ExitReason reason) throws Exception {
    handlers.endedHandler().handle(reason);
  }
}
