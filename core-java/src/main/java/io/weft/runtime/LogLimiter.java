package io.weft.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes the lines that others can cause, such as a peer that sends nonsense, and keeps a flood of
 * them from filling a disk.
 *
 * <p>Lines with one format are of one kind. Of each kind a burst passes at once, and one line each
 * interval after that; the next one that passes tells how many were left out before it. A line that
 * is left out is never put together. Any thread; never blocks.
 */
public final class LogLimiter {
  /** How many lines of a kind pass at once by default. */
  public static final int BURST = 100;

  /** How long it takes by default until one more line of a kind may pass. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Formats are constants of the code; should somebody make them up, the rest is one kind. */
  private static final int MAX_KINDS = 256;

  private static final String OTHERS = "";

  private final Logger log;
  private final Clock clock;
  private final long intervalNanos;
  private final long burstNanos;
  private final ConcurrentHashMap<String, Kind> kinds = new ConcurrentHashMap<>();

  /** Limits each kind to {@link #BURST} lines at once and one each {@link #INTERVAL}. */
  public LogLimiter(Logger log, Clock clock) {
    this(log, clock, BURST, INTERVAL);
  }

  /** Limits each kind to {@code burst} lines at once and one each {@code interval}. */
  public LogLimiter(Logger log, Clock clock, int burst, Duration interval) {
    this.log = log;
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
    this.burstNanos = (burst - 1) * intervalNanos;
  }

  /** Writes a line as {@link Logger#info(String, Object...)} does; false if it was left out. */
  public boolean info(String format, @Nullable Object... arguments) {
    return write(Level.INFO, format, arguments);
  }

  /** Writes a line as {@link Logger#warn(String, Object...)} does; false if it was left out. */
  public boolean warn(String format, @Nullable Object... arguments) {
    return write(Level.WARN, format, arguments);
  }

  /** Writes a line as {@link Logger#error(String, Object...)} does; false if it was left out. */
  public boolean error(String format, @Nullable Object... arguments) {
    return write(Level.ERROR, format, arguments);
  }

  private boolean write(Level level, String format, @Nullable Object[] arguments) {
    Kind kind = kindOf(format);
    if (!kind.admits()) {
      return false;
    }
    long leftOut = kind.leftOut.getAndSet(0);
    String line =
        leftOut == 0 ? format : format + " (" + leftOut + " such lines before were left out)";
    LoggingEventBuilder event = log.atLevel(level);
    int last = arguments.length - 1;
    if (last >= 0 && arguments[last] instanceof Throwable cause && placesIn(format) <= last) {
      event.setCause(cause).log(line, Arrays.copyOf(arguments, last)); // not all find it themselves
    } else {
      event.log(line, arguments);
    }
    return true;
  }

  private static int placesIn(String format) {
    int places = 0;
    for (int at = format.indexOf("{}"); at >= 0; at = format.indexOf("{}", at + 2)) {
      places++;
    }
    return places;
  }

  private Kind kindOf(String format) {
    Kind present = kinds.get(format);
    if (present != null) {
      return present;
    }
    String key = kinds.size() < MAX_KINDS ? format : OTHERS;
    return kinds.computeIfAbsent(key, _ -> new Kind());
  }

  /** The lines of one format: a bucket that drains by one line each interval. */
  private final class Kind {
    /** When the bucket will be empty. */
    private final AtomicLong empty = new AtomicLong(clock.nanoTime());

    private final AtomicLong leftOut = new AtomicLong();

    boolean admits() {
      while (true) {
        long now = clock.nanoTime();
        long before = empty.get();
        long from = before - now > 0 ? before : now;
        if (from - now > burstNanos) {
          leftOut.incrementAndGet();
          return false;
        }
        if (empty.compareAndSet(before, from + intervalNanos)) {
          return true;
        }
      }
    }
  }
}
