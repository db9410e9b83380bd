package io.weft.node;

import io.weft.etf.Etf;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * What a node gives its messages to travel with: sequential trace tokens, and the contexts of its
 * {@link Observer}.
 *
 * <p>Off, as in a node without observers that no peer has sent a token, it costs those who send one
 * branch on {@link #on}. Those who handle messages pay nothing: a message that has something with
 * it is of a class of its own.
 */
final class Tracing {
  /** A process keeps a token until its next message; a peer must not have it keep much. */
  private static final int MAX_TOKEN_BYTES = 64 << 10;

  private final Node node;
  private final @Nullable Observer observer;

  /**
   * Whether there may be something to give. Set before the first token comes into an inbox, and
   * with that seen by whoever handles what came with it.
   */
  private boolean on;

  Tracing(Node node, @Nullable Observer observer) {
    this.node = node;
    this.observer = observer;
    this.on = observer != null;
  }

  boolean isOn() {
    return on;
  }

  // --- out ---------------------------------------------------------------------------------------

  /** Returns the message with what it is to have with it. */
  Message message(Observer.Kind kind, Object receiver, Object message) {
    Trail trail = local(sent(kind, receiver, message));
    if (message instanceof Term term) {
      return trail == null ? new Message.OfTerm(term) : new Message.TracedTerm(term, trail);
    }
    return trail == null ? new Message.Plain(message) : new Message.TracedPlain(message, trail);
  }

  /** The calling thread sends something. */
  @Nullable Object sent(Observer.Kind kind, Object receiver, Object message) {
    return observer == null
        ? null
        : observer.sent(new Observer.Sent(kind, sender(), receiver, message));
  }

  /** Returns what goes with a message inside the node. */
  @Nullable Trail local(@Nullable Object context) {
    Process<?> sender = sender();
    SequentialTrace trace = sender == null ? null : sender.trace();
    Tuple token = trace == null || sender == null ? null : trace.nextOfOthers(sender.pid());
    return token == null && context == null ? null : new Trail(token, context);
  }

  /** Returns the token of a signal to another node, or null. */
  @Nullable Tuple token(@Nullable Object context) {
    Term label = observer == null || context == null ? null : observer.label(context);
    Process<?> sender = sender();
    if (sender == null) {
      return label == null ? null : SequentialTrace.from(node.outside(), label);
    }
    SequentialTrace trace = sender.trace();
    if (trace == null && label == null) {
      return null;
    }
    return sender.traced().next(sender.pid(), label);
  }

  /** Returns the token of a signal to another node that is no message. */
  @Nullable Tuple token() {
    return on ? token(null) : null;
  }

  private @Nullable Process<?> sender() {
    Process<?> current = Node.current();
    return current != null && current.node() == node ? current : null;
  }

  // --- in ----------------------------------------------------------------------------------------

  /** Returns what came with a signal of another node; null if that is nothing, or too large. */
  @Nullable Trail arrived(Term token) {
    Tuple read = SequentialTrace.read(token);
    if (read == null || Etf.externalSize(read) > MAX_TOKEN_BYTES) {
      return null;
    }
    on = true;
    Object context = observer == null ? null : observer.context(SequentialTrace.labelOf(read));
    return new Trail(read, context);
  }
}
