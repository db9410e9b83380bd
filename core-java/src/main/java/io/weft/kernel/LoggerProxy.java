package io.weft.kernel;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.node.TermText;
import io.weft.runtime.Clock;
import io.weft.runtime.LogLimiter;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process {@code logger_proxy}: takes what processes of other nodes log whose group leader is
 * here, and writes it to the log {@code io.weft.remote}, at a limited rate.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/logger_chapter.html">OTP, Logging</a>
 */
final class LoggerProxy implements Behavior<Term> {
  private static final Atom LOG = Atom.of("log");
  private static final int MAX_CHARS = 4_000;
  private static final Duration INTERVAL = Duration.ofMillis(10);

  private final Logger logger;
  private final LogLimiter log;

  private LoggerProxy(Clock clock) {
    logger = LoggerFactory.getLogger("io.weft.remote");
    log = new LogLimiter(logger, clock, LogLimiter.BURST, INTERVAL);
  }

  static Blueprint<Term> blueprint(Clock clock) {
    return Blueprint.<Term>of("logger_proxy", () -> new LoggerProxy(clock))
        .named("logger_proxy")
        .codec(TermCodec.identity())
        .trapExit();
  }

  @Override
  public void info(Self<Term> self, Info info) throws Exception {
    if (!ServiceKeeper.isExit(self, info)) {
      Behavior.super.info(self, info);
    }
  }

  @Override
  public void message(Self<Term> self, Term message) {
    if (!(message instanceof Tuple event) || !(event.arity() > 3 && event.get(0).equals(LOG))) {
      return;
    }
    Atom here = self.node().name();
    switch (event.arity()) {
      case 4 -> write(event.get(1), report(event.get(2), here), event.get(3));
      case 5 -> write(event.get(1), text(event.get(2), event.get(3), here), event.get(4));
      default -> {}
    }
  }

  private static String report(Term report, Atom here) {
    String text = report instanceof ListTerm ? TermText.of(report) : null;
    return text != null ? text : TermWriter.write(report, here, true, true, -1);
  }

  private static String text(Term format, Term arguments, Atom here) {
    try {
      return IoFormat.format(format, arguments, here);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      return report(format, here) + " " + TermWriter.write(arguments, here, true, true, -1);
    }
  }

  private void write(Term level, String text, Term metadata) {
    String from = whoIs(metadata);
    String cut = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "..." : text;
    String line = cut.strip();
    boolean _ =
        switch (level instanceof Atom(String name) ? name : "") {
          case "emergency", "alert", "critical", "error" -> log.error("{} {}", from, line);
          case "warning" -> log.warn("{} {}", from, line);
          case "debug" -> debug(from, line);
          default -> log.info("{} {}", from, line);
        };
  }

  private boolean debug(String from, String line) {
    logger.debug("{} {}", from, line);
    return true;
  }

  private static String whoIs(Term metadata) {
    return metadata instanceof MapTerm map && map.get(Atom.of("pid")) instanceof Pid pid
        ? pid.node().name() + " " + pid
        : "a node";
  }
}
