package io.weft.gen;

import io.weft.gen.Applications.Terminated;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens when an application ends whose end is that of its node. Once in the node's life. */
final class EndOfNode {
  private static final Logger log = LoggerFactory.getLogger(Applications.class);

  /** The exit code of a JVM that an application ended, as that of an OTP node. */
  private static final int FAILURE = 1;

  private final Node node;
  private final AtomicReference<@Nullable Terminated> terminated = new AtomicReference<>();
  private volatile Consumer<Terminated> handler;

  EndOfNode(Node node) {
    this.node = node;
    this.handler =
        _ -> {
          var _ = node.stop();
        };
  }

  /** Does something else than to close the node. */
  void handledBy(Consumer<Terminated> other) {
    handler = other;
  }

  /** Closes the node, and then ends the JVM. */
  void isThatOfTheJvm() {
    handledBy(_ -> {
      var _ = node.seams().strands().start("end of the JVM of " + node, this::exit);
    });
  }

  private void exit() {
    node.close();
    Runtime.getRuntime().exit(FAILURE);
  }

  Optional<Terminated> terminated() {
    return Optional.ofNullable(terminated.get());
  }

  void applicationTerminated(String application, ExitReason reason) {
    var end = new Terminated(application, reason);
    if (terminated.compareAndSet(null, end)) {
      log.error("{} ends: {application_terminated, {}, {}}", node, application, reason.brief());
      handler.accept(end);
    }
  }
}
