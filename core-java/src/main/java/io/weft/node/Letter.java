package io.weft.node;

import io.weft.term.Reference;
import java.util.Objects;

/**
 * A message in the mailbox of a body that receives, and how the body sees it: opened once, however
 * often it is looked at.
 */
final class Letter<M> extends Message {
  private final Message message;
  private final Received<M> received;

  private Letter(Message message, Received<M> received) {
    this.message = message;
    this.received = received;
  }

  /** Opens a message that joins the mailbox; a plain one is open. */
  static <M> Message opened(Process<M> process, Message message) {
    return message instanceof Message.Plain
        ? message
        : new Letter<>(message, Contents.received(process, message));
  }

  /** Returns the message as it arrived. */
  static Message inside(Message inMailbox) {
    return inMailbox instanceof Letter<?> letter ? letter.message : inMailbox;
  }

  @SuppressWarnings("unchecked") // a process has addressed its letters to itself
  static <M> Received<M> received(Process<M> process, Message inMailbox) {
    return inMailbox instanceof Letter<?> letter
        ? (Received<M>) letter.received
        : Contents.received(process, inMailbox);
  }

  /** Returns what the body sees. */
  Object shown() {
    return switch (received) {
      case Received.Message<M>(M content) -> Objects.requireNonNull(content);
      case Received.Call<M> call -> Objects.requireNonNull(call.request());
      case Received.Report<M> report -> report.info();
    };
  }

  @Override
  <T> void handle(Process<T> process) {
    throw new IllegalStateException("a letter is received, not handled");
  }

  @Override
  boolean isReportOf(Reference monitor) {
    return message.isReportOf(monitor);
  }

  @Override
  Object content() {
    return message.content();
  }
}
