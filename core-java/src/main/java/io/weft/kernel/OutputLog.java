package io.weft.kernel;

import io.weft.runtime.Clock;
import io.weft.runtime.LogLimiter;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * What processes print, as lines of the log {@code io.weft.user}. A line is written when it ends,
 * or is long; their rate is limited, since peers print too. Used by one process.
 */
final class OutputLog implements Consumer<String> {
  private static final int MAX_LINE = 2_000;
  private static final int BURST = 500;
  private static final Duration INTERVAL = Duration.ofMillis(2);

  private final LogLimiter log;
  private final StringBuilder line = new StringBuilder();

  OutputLog(Clock clock) {
    log = new LogLimiter(LoggerFactory.getLogger("io.weft.user"), clock, BURST, INTERVAL);
  }

  @Override
  public void accept(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        write();
      } else {
        line.append(c);
        if (line.length() == MAX_LINE) {
          write();
        }
      }
    }
  }

  private void write() {
    boolean _ = log.info("{}", line.toString());
    line.setLength(0);
  }
}
