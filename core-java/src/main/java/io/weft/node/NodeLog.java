package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.runtime.LogLimiter;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that processes of a node write, or make it write. Most of them a peer can cause as
 * often as it likes, so their rate is limited, and what they show of others is cut.
 */
final class NodeLog {
  /** As OTP's logger: 500 events in a second, so that no crash of a busy day is left out. */
  private static final int CRASHES = 500;

  private static final Duration CRASH_INTERVAL = Duration.ofMillis(2);

  private final LogLimiter warnings;

  /** Processes that crashed. */
  final LogLimiter crashes;

  /** Mailboxes that are full. */
  final LogLimiter mailboxes;

  /** What was too large for other nodes. */
  final LogLimiter messages;

  NodeLog(Clock clock) {
    this(
        clock,
        LoggerFactory.getLogger("io.weft.process"),
        LoggerFactory.getLogger("io.weft.mailbox"));
  }

  NodeLog(Clock clock, Logger processLogger, Logger mailboxLogger) {
    warnings = new LogLimiter(processLogger, clock);
    crashes = new LogLimiter(processLogger, clock, CRASHES, CRASH_INTERVAL);
    mailboxes = new LogLimiter(mailboxLogger, clock);
    messages = new LogLimiter(processLogger, clock);
  }

  /** Writes what a process warns of; lines with one format are of one kind. */
  void warn(Object process, String format, Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = process;
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = Brief.of(arguments[i]);
    }
    warnings.warn("{} " + format, all);
  }
}
