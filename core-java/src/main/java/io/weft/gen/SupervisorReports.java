package io.weft.gen;

import io.weft.node.Node;
import io.weft.runtime.LogLimiter;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/** Where the supervisors of a node report what becomes of children, at a limited rate. */
record SupervisorReports(LogLimiter log) {
  /** As OTP's logger: 500 in a second. */
  private static final int BURST = 500;

  private static final Duration INTERVAL = Duration.ofMillis(2);

  static LogLimiter of(Node node) {
    return node.service(SupervisorReports.class, SupervisorReports::forNode).log;
  }

  private static SupervisorReports forNode(Node node) {
    var logger = LoggerFactory.getLogger(Supervisor.class);
    return new SupervisorReports(new LogLimiter(logger, node.seams().clock(), BURST, INTERVAL));
  }
}
