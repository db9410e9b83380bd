package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where messages of a protocol can be sent: a process of this node, a pid, name or alias of any
 * node, or a supervised slot.
 *
 * <p>Callable from any thread. Messages from one process (or one thread outside of any process) to
 * one receiver arrive in the order in which they were sent. Sending never fails visibly: a message
 * to nobody is dropped, as in Erlang; call, or monitor, to learn of it. But what cannot be sent is
 * refused: with {@link MessageTooLargeException} if it is too large for another node, with {@link
 * MailboxFullException} if the receiver's {@link MailboxPolicy} says so.
 *
 * @param <M> the protocol; an {@code Address<Shape>} is asked for requests with {@link Weft#call}
 */
public abstract class Address<M> {
  final Node node;

  Address(Node node) {
    this.node = node;
  }

  /**
   * Sends a plain message. To a foreign node it goes as the term of its codec: {@code Receiver !
   * Message}.
   */
  public final void tell(M message) {
    node.router().tell(this, message);
  }

  /**
   * Sends a plain message unless that would take a new connection with another node: then it is
   * dropped. What {@code erlang:send} does with the option {@code noconnect}.
   */
  public final void tellIfConnected(M message) {
    node.router().tellIfConnected(this, message);
  }

  /**
   * Sends a cast. Inside this node the same as {@link #tell}; to a foreign node {@code
   * gen_server:cast}.
   */
  public final void cast(M message) {
    node.router().cast(this, message);
  }

  /**
   * Sends a plain message as soon as the mailbox takes it; completes when it was sent, which is at
   * once unless the receiver's {@link MailboxPolicy} suspends senders. Messages that wait keep
   * their order. When the receiver ends, those still waiting are dropped, as any message to the
   * dead.
   */
  public final CompletableFuture<@Nullable Void> tellWhenRoom(M message) {
    return node.router().tellWhenRoom(this, message);
  }

  /**
   * Returns whom the next message would be for; null while a slot's process is being restarted, and
   * for an alias, which does not tell.
   */
  public abstract @Nullable Target target();

  /**
   * Returns the term by which other nodes can send here: a pid, {@code {Name, Node}}, or the
   * reference of an alias; null while a slot's process is being restarted.
   */
  public final @Nullable Term item() {
    Target now = target();
    return now == null ? alias() : now.item();
  }

  /** Returns the process of {@link #target}; null if that is a name, or none. */
  public final @Nullable Pid pid() {
    return target() instanceof Target.ByPid(Pid pid) ? pid : null;
  }

  /** Returns how the protocol looks as terms. */
  public abstract TermCodec<M> codec();

  /** Returns the node this address sends from. */
  public final Node node() {
    return node;
  }

  /** Returns the alias that this is, if it is one. */
  @Nullable Reference alias() {
    return null;
  }

  /** Returns the process if it is known to live here: the short way past every table. */
  @Nullable Process<?> process() {
    return null;
  }

  @Override
  public String toString() {
    return String.valueOf(target());
  }
}
