package io.weft.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.ExitReason;
import io.weft.term.Atom;
import io.weft.term.Pid;
import org.junit.jupiter.api.Test;

/** What the chaos would be told of. */
class LedgerTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));
  private static final long PATIENCE = 1_000_000_000L;

  private final Ledger ledger = new Ledger();
  private final House house = new House(ledger, "h", false);
  private final Place permanent = house.places.get(0);
  private final Place transientOne = house.places.get(3);
  private final Place temporary = house.places.get(4);

  private static Pid pid(int id) {
    return new Pid(Atom.of("n@h"), id, 0, 1);
  }

  private static long later() {
    return System.nanoTime() + 2 * PATIENCE;
  }

  @Test
  void aRestartThatDoesNotComeIsLost() {
    permanent.begins(pid(1));
    assertFalse(permanent.isLost(later(), PATIENCE));
    permanent.ends(pid(1), ExitReason.NORMAL);
    assertFalse(permanent.isLost(System.nanoTime(), PATIENCE));
    assertTrue(permanent.isLost(later(), PATIENCE));
    permanent.begins(pid(2));
    assertFalse(permanent.isLost(later(), PATIENCE));
  }

  @Test
  void aTransientOneIsAwaitedAfterAFailureOnly() {
    transientOne.begins(pid(1));
    transientOne.ends(pid(1), ExitReason.SHUTDOWN);
    assertFalse(transientOne.isLost(later(), PATIENCE));
    assertTrue(transientOne.wantsRequest());
    transientOne.begins(pid(2));
    transientOne.ends(pid(2), BOOM);
    assertTrue(transientOne.isLost(later(), PATIENCE));
    assertFalse(transientOne.wantsRequest());
  }

  @Test
  void aRestartWithoutADeathIsTwoLivesAtOnce() {
    permanent.begins(pid(1));
    permanent.begins(pid(2));
    assertEquals(1, ledger.violations().size());
    assertTrue(ledger.violations().getFirst().contains("two lives at once"));
  }

  @Test
  void aTemporaryOneMayStartAgainByRequestOnly() {
    temporary.begins(pid(1));
    temporary.ends(pid(1), BOOM);
    assertFalse(temporary.isLost(later(), PATIENCE));
    temporary.asked(true);
    temporary.begins(pid(2));
    temporary.asked(false);
    assertTrue(ledger.violations().isEmpty());
    temporary.ends(pid(2), BOOM);
    temporary.begins(pid(3));
    assertTrue(ledger.violations().getFirst().contains("a temporary worker was restarted"));
  }

  @Test
  void aSupervisorThatDoesNotComeBackIsLostAndAFormerOneMustEmpty() {
    ledger.begins(house);
    house.condemn();
    assertTrue(house.isLost(later(), PATIENCE));
    permanent.begins(pid(1));
    ledger.begins(new House(ledger, "h", false));
    assertFalse(house.isLost(later(), PATIENCE));
    assertTrue(house.isLeftOver(later(), PATIENCE));
    assertFalse(ledger.isComplete());
  }

  @Test
  void aHeapThatGrowsIsToldOnceThereAreEnoughSamples() {
    var trend = new HeapTrend();
    assertNull(trend.fault());
    for (long i = 0; i < 12; i++) {
      trend.add(i * 20 << 20);
    }
    assertEquals("the heap grows: 40 MB in the first third, 200 MB in the last", trend.fault());
    var flat = new HeapTrend();
    for (long i = 0; i < 12; i++) {
      flat.add((50 + i % 3) << 20);
    }
    assertNull(flat.fault());
  }
}
