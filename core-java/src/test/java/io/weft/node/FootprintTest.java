package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What a process costs that does nothing: the growth of the heap by many of them, divided. It
 * covers all that is reachable because of the process: itself, its pid, its place in the table. The
 * behaviour is one object for all. Raise a number here only with a reason. The first two must never
 * pass 200; a process that was called once keeps its extras, and does.
 */
final class FootprintTest {
  private static final int MANY = 200_000;
  private static final int WEIGHINGS = 3;

  /** What the collector leaves behind, and chunks of the table that are not full. */
  private static final double NOISE = 3;

  record Ask() implements Request<String> {}

  private static final Behavior<Object> ANSWERING =
      new Behavior<>() {
        @Override
        public void message(Self<Object> self, Object message) {}

        @Override
        public void call(Self<Object> self, Object request, From from) {
          from.reply("answer");
        }
      };

  private static final Blueprint<Object> IDLE = Blueprint.of("idle", () -> ANSWERING);

  @Test
  void aProcessThatWaits() throws Exception {
    check("an idle process", 121, (Address<Object> _) -> {});
  }

  @Test
  void aProcessThatWaitsAfterAMessage() throws Exception {
    check("an idle process that got a message", 121, process -> process.tell("message"));
  }

  @Test
  void aProcessThatWaitsAfterACall() throws Exception {
    check("an idle process that was called", 264, FootprintTest::call);
  }

  private static void call(Address<Object> process) {
    Weft.callAsync(process, new Ask(), Duration.ofSeconds(60)).join();
  }

  /** What else goes on in this JVM mostly adds; so one of a few weighings has to fit. */
  private static void check(String what, double bytes, Consumer<Address<Object>> use)
      throws Exception {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < WEIGHINGS && least > bytes + NOISE; i++) {
      least = Math.min(least, weigh(use));
    }
    double each = least;
    assertTrue(
        each <= bytes + NOISE,
        () -> what + " takes " + each + " bytes, and must not take more than " + bytes);
  }

  private static double weigh(Consumer<Address<Object>> use) throws Exception {
    try (Node node = Node.start(NodeOptions.local())) {
      spawn(node, 1_000, use); // loads the classes
      long before = used();
      spawn(node, MANY, use);
      return (double) (used() - before) / MANY;
    }
  }

  private static void spawn(Node node, int count, Consumer<Address<Object>> use) throws Exception {
    for (int i = 0; i < count; i++) {
      use.accept(node.spawn(IDLE));
    }
    Await.until(
        "all wait",
        () -> {
          boolean[] all = {true};
          node.processes().forEach(process -> all[0] &= process.isParked());
          return all[0];
        });
  }

  private static long used() {
    var memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
