package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.runtime.LogLimiter;
import io.weft.runtime.RecordingLog;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What peers can make a node write: limited in rate and in size. */
class NodeLogTest {
  private final RecordingLog lines = new RecordingLog();
  private final NodeLog log = new NodeLog(() -> 0, lines, lines);

  @Test
  void aFloodOfNonsenseIsSoManyLinesOnly() {
    for (int i = 0; i < 10_000; i++) {
      log.warn("p", "dropped {}: {}", Atom.of("n" + i), "it is nonsense");
    }
    assertEquals(LogLimiter.BURST, lines.lines().size());
    assertEquals("WARN p dropped n0: it is nonsense", lines.lines().getFirst());
  }

  @Test
  void aLargeTermIsAShortLine() {
    Term large = new ListTerm(Collections.nCopies(1_000_000, Atom.of("x")));
    log.warn("p", "dropped {}: {}", large, "no such message: " + "y".repeat(1_000_000));
    assertTrue(lines.lines().getFirst().length() < 1_200, lines.lines().getFirst()::toString);
  }

  @Test
  void aFailureKeepsItsStack() {
    log.warn("p", "failed", new IllegalStateException("why"));
    assertEquals("WARN p failed java.lang.IllegalStateException: why", lines.lines().getFirst());
  }

  @Test
  void crashesOfABusyDayAreAllTold() {
    for (int i = 0; i < 500; i++) {
      assertTrue(log.crashes.error("process {} crashed", i));
    }
  }
}
