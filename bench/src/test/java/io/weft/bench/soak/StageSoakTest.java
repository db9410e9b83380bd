package io.weft.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
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
}
