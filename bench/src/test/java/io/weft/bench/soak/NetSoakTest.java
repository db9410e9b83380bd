package io.weft.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code ./weft soak net}. */
@Timeout(180)
class NetSoakTest {
  private final StringWriter out = new StringWriter();

  @Test
  void someSecondsOfCutsAndRestartsLoseNothingInSilence() {
    var run = new NetRun(3, 7, new PrintWriter(out));
    assertEquals(List.of(), run.run(Duration.ofSeconds(5), 100), out::toString);
    assertTrue(out.toString().contains("delivered"), out::toString);
  }
}
