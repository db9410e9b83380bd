package io.weft.gen;

import io.weft.node.Self;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a handler that stopped its server: it goes out after terminate has run, as that of
 * gen_server's {@code {stop, Reason, Reply, State}}. All other replies go out at once. A part of
 * the {@link Handlers} of a server, and no object of its own, for there may be millions of servers.
 */
class LastWord {
  private @Nullable Self<?> self;
  private @Nullable Runnable unsaid;

  final void begin(Self<?> self) {
    this.self = self;
  }

  final void say(Runnable reply) {
    if (self != null && self.isStopping()) {
      unsaid = reply;
    } else {
      reply.run();
    }
  }

  /** Terminate has run. */
  final void sayUnsaid() {
    Runnable reply = unsaid;
    unsaid = null;
    if (reply != null) {
      reply.run();
    }
  }
}
