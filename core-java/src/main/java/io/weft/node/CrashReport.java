package io.weft.node;

import io.weft.term.Term;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The one log line of a process that crashed: who, whose child, over which message, and why. */
final class CrashReport {
  private static final int MAX_MESSAGE_CHARS = 1_000;

  private CrashReport() {}

  /**
   * Reports an end that somebody must look at: a failure of this node's code. Ends by signal are
   * their sender's news.
   */
  static void log(
      Logger log, Process<?> process, ExitReason reason, @Nullable Message message, int queued) {
    if (reason.cause() == null || reason.isOrderly()) {
      return;
    }
    try {
      report(log, process, reason, message, queued);
    } catch (VirtualMachineError exhausted) {
      log.error("A process crashed, and there is too little memory to say more");
    }
  }

  private static void report(
      Logger log, Process<?> process, ExitReason reason, @Nullable Message message, int queued) {
    log.error(
        "process {} crashed\n  ancestors: {}\n  last message: {}\n  queued messages: {}\n  reason: {}",
        process,
        process.parentAncestry() == null ? "none" : process.parentAncestry(),
        message == null ? "none" : cut(message.content()),
        queued,
        reason.brief(),
        reason.cause());
  }

  private static String cut(Object message) {
    if (message instanceof Term term) {
      return term.abbreviate(MAX_MESSAGE_CHARS);
    }
    String text = String.valueOf(message);
    return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS) + "...";
  }
}
