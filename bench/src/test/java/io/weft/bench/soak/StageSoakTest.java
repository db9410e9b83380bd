package io.weft.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code ./weft soak stage}. */
@Timeout(180)
class StageSoakTest {
  private final StringWriter out = new StringWriter();

  @Test
  void someSecondsOfKillsAndCutsLoseNothingInSilence() {
    var run = new StageRun(7, new PrintWriter(out));
    assertEquals(List.of(), run.run(Duration.ofSeconds(5)), out::toString);
    assertTrue(out.toString().contains("dropped and told"), out::toString);
  }

  @Test
  void aMessageThatIsLostIsFound() {
    var messages = new AtomicLong();
    assertFound((items, to) -> {
      if (messages.incrementAndGet() % 1000 != 0) to.send(items);
    });
  }

  @Test
  void aMessageThatComesTwiceIsFound() {
    var messages = new AtomicLong();
    assertFound((items, to) -> {
      to.send(items);
      if (messages.incrementAndGet() % 1000 == 0) to.send(items);
    });
  }

  @Test
  void aMessageInAnotherOrderIsFound() {
    var messages = new AtomicLong();
    assertFound(
        (items, to) -> to.send(messages.incrementAndGet() % 1000 == 0 ? items.reversed() : items));
  }

  /** The run ends with the first fault that it sees, and tells what came in place of what. */
  private void assertFound(ItemPost post) {
    var faults = new StageRun(7, new PrintWriter(out), post).run(Duration.ofSeconds(60));
    assertTrue(faults.stream().anyMatch(fault -> fault.contains("and expected")), faults::toString);
  }
}
