package io.weft.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code ./weft soak supervisors}. */
@Timeout(180)
class SupervisorSoakTest {
  private final StringWriter out = new StringWriter();

  @Test
  void someSecondsOfChaosLeaveNothingBehindAndLoseNoRestart() {
    var run = new SupervisorRun(1_000, 7, new PrintWriter(out));
    assertEquals(List.of(), run.run(Duration.ofSeconds(3)), out::toString);
    assertTrue(out.toString().contains("ended by hand"), out::toString);
  }

  @Test
  void theCommandTellsWhatItIs() {
    var soak = Soak.commandLine().setOut(new PrintWriter(out));
    assertEquals(0, soak.execute("supervisors", "--help"));
    assertTrue(out.toString().contains("--minutes"), out::toString);
    assertEquals(0, soak.execute());
    assertEquals(2, soak.setErr(new PrintWriter(out)).execute("networks"));
  }
}
