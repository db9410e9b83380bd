package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code sys} notes of one process: a trace, a log of the last events, counts. In its turns
 * only.
 */
final class SystemDebug {
  private static final Logger trace = LoggerFactory.getLogger("io.weft.sys.trace");

  private static final int MAX_EVENT_CHARS = 1_000;

  private final Clock clock;
  private final ArrayDeque<String> log = new ArrayDeque<>();
  private boolean tracing;
  private int logSize;
  private boolean counting;
  private long countingSince;
  private long messagesIn;

  SystemDebug(Clock clock) {
    this.clock = clock;
  }

  void received(Process<?> process, Message message) {
    if (counting) {
      messagesIn++;
    }
    if (!tracing && logSize == 0) {
      return;
    }
    String event = process + " got " + new Brief(message.content(), MAX_EVENT_CHARS);
    if (tracing) {
      trace.info("{}", event);
    }
    if (logSize > 0) {
      log.add(event);
      trim();
    }
  }

  void tracing(boolean on) {
    tracing = on;
  }

  /** Keeps the last {@code size} events; 0 keeps none. */
  void logSize(int size) {
    logSize = size;
    trim();
  }

  private void trim() {
    while (log.size() > logSize) {
      log.remove();
    }
  }

  List<String> log() {
    return List.copyOf(log);
  }

  List<Term> loggedTerms() {
    return log.stream().<Term>map(Terms::binary).toList();
  }

  void counting(boolean on) {
    counting = on;
    countingSince = clock.nanoTime();
    messagesIn = 0;
  }

  boolean isCounting() {
    return counting;
  }

  long messagesIn() {
    return messagesIn;
  }

  long countingMillis() {
    return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - countingSince);
  }

  void off() {
    tracing = false;
    counting = false;
    logSize(0);
  }
}
