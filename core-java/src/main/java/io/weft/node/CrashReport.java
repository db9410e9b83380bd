package io.weft.node;

import io.weft.runtime.LogLimiter;
import org.jspecify.annotations.Nullable;

/** The one log line of a process that crashed: who, whose child, over which message, and why. */
final class CrashReport {
  private static final int MAX_MESSAGE_CHARS = 1_000;

  private CrashReport() {}

  /**
   * Reports the end of a process that ended by itself, unless that was orderly: somebody must look
   * at it. Ends by signal are their sender's news.
   */
  static void log(Process<?> process, ExitReason reason, @Nullable Message message, int queued) {
    if (reason.isOrderly()) {
      return;
    }
    LogLimiter log = process.node().log().crashes;
    try {
      report(log, process, reason, message, queued);
    } catch (VirtualMachineError exhausted) {
      log.error("A process crashed, and there is too little memory to say more");
    }
  }

  private static void report(
      LogLimiter log,
      Process<?> process,
      ExitReason reason,
      @Nullable Message message,
      int queued) {
    log.error(
        "process {} crashed\n  ancestors: {}\n  last message: {}\n  queued messages: {}\n  reason: {}",
        process,
        process.parentAncestry() == null ? "none" : process.parentAncestry(),
        message == null ? "none" : new Brief(message.content(), MAX_MESSAGE_CHARS),
        queued,
        reason.brief(),
        reason.cause());
  }
}
