package io.weft.node;

import io.weft.etf.Etf;
import io.weft.runtime.LogLimiter;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.concurrent.atomic.LongAdder;

/**
 * How large what goes to other nodes may be, and what becomes of more.
 *
 * <p>A sender is told at once, where it sends: then nothing of the message has touched the
 * connection, and those before and after it arrive in order. What nobody is there to be told of is
 * counted, told in the log at a limited rate, and replaced by something that says so: the reply to
 * a foreign caller, and the exit reason that links and monitors on other nodes get.
 */
final class MessageLimit {
  private final int maxBytes;
  private final LogLimiter log;
  private final LongAdder exceeded = new LongAdder();

  MessageLimit(int maxBytes, LogLimiter log) {
    this.maxBytes = maxBytes;
    this.log = log;
  }

  /** Refuses a message that is too large; returns the size of others, in bytes. */
  long check(Object receiver, Term message) {
    long size = Etf.externalSize(message);
    if (size > maxBytes) {
      exceeded.increment();
      throw new MessageTooLargeException(receiver, size, maxBytes);
    }
    return size;
  }

  /** Returns the reason that links and monitors on another node get. */
  Term reason(Object ended, ExitReason reason) {
    long size = reason.externalSize();
    if (size <= maxBytes) {
      return reason.term();
    }
    exceeded.increment();
    log.warn(
        "the exit reason of {} takes {} bytes, more than NodeOptions.maxMessageBytes ({}) allows:"
            + " other nodes get another one",
        ended,
        size,
        maxBytes);
    Term instead = MessageTooLargeException.term(size, maxBytes);
    return reason.isOrderly() ? Tuple.of(ExitReason.SHUTDOWN.term(), instead) : instead;
  }

  /** A reply was refused; its caller is told so instead. */
  void replyRefused(Pid server, MessageTooLargeException tooLarge) {
    log.warn(
        "a reply of {} is not sent, and its caller told so: {}", server, tooLarge.getMessage());
  }

  /** Returns how many messages, replies and exit reasons were too large so far. */
  long exceeded() {
    return exceeded.sum();
  }
}
