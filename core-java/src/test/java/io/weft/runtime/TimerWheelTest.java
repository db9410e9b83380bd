package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimerWheelTest {
  private static final long REACH = 1L << 36;

  private static final class Entry extends TimerWheel.Entry {
    final long addedAs;

    Entry(long addedAs) {
      this.addedAs = addedAs;
    }

    @Override
    public String toString() {
      return "entry " + addedAs + " due at " + tick();
    }
  }

  // --- against a sorted list ---------------------------------------------------------------------

  /** What the wheel must do, done simply. */
  private static final class Model {
    final List<Entry> waiting = new ArrayList<>();
    long now;

    void add(Entry entry) {
      waiting.add(entry);
      waiting.sort(Comparator.<Entry>comparingLong(Entry::tick).thenComparing(e -> e.addedAs));
    }

    @Nullable Entry advance(long tick) {
      if (!waiting.isEmpty() && waiting.getFirst().tick() <= tick) {
        Entry due = waiting.removeFirst();
        now = due.tick();
        return due;
      }
      now = Math.max(now, tick);
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 4095, REACH - 1, REACH, 123_456_789_012_345L})
  void doesWhatASortedListDoes(long start) {
    for (long seed = 0; seed < 60; seed++) {
      compare(start, seed);
    }
  }

  private static void compare(long start, long seed) {
    var random = new Random(seed);
    var wheel = new TimerWheel(start);
    var model = new Model();
    model.now = start;
    for (int step = 0; step < 1_500; step++) {
      String where = "start " + start + ", seed " + seed + ", step " + step;
      int what = random.nextInt(10);
      if (what < 5) {
        var entry = new Entry(step);
        wheel.add(entry, model.now - 3 + distance(random));
        model.add(entry);
      } else if (what < 7 && !model.waiting.isEmpty()) {
        Entry entry = model.waiting.remove(random.nextInt(model.waiting.size()));
        assertTrue(wheel.remove(entry), where);
        assertFalse(wheel.remove(entry), where);
      } else {
        long to = model.now + distance(random) / 2;
        for (int i = 0; i < 3; i++) { // at times leaves some of what is due
          assertSame(model.advance(to), wheel.advance(to), where);
        }
      }
      assertEquals(model.waiting.size(), wheel.size(), where);
      if (!model.waiting.isEmpty()) {
        long due = Math.max(model.waiting.getFirst().tick(), model.now + 1);
        assertTrue(
            model.waiting.getFirst().tick() == model.now || wheel.nextTick() <= due,
            () -> where + ": would sleep past tick " + due);
      }
    }
    Entry expected;
    do {
      expected = model.advance(Long.MAX_VALUE / 2);
      assertSame(expected, wheel.advance(Long.MAX_VALUE / 2), "start " + start + ", seed " + seed);
    } while (expected != null);
    assertEquals(0, wheel.size());
    assertEquals(Long.MAX_VALUE, wheel.nextTick());
  }

  /** All magnitudes alike, up to just within reach. */
  private static long distance(Random random) {
    return random.nextLong(1L << random.nextInt(1, 36));
  }

  // --- by example --------------------------------------------------------------------------------

  @Test
  void whatLiesBeyondTheReachComesAtItsTick() {
    for (long distance : new long[] {REACH - 1, REACH, REACH + 1, 3 * REACH + 17, 1L << 45}) {
      var wheel = new TimerWheel(5);
      var entry = new Entry(0);
      wheel.add(entry, 5 + distance);
      assertNull(wheel.advance(5 + distance - 1), () -> distance + " came early");
      assertEquals(1, wheel.size());
      assertSame(entry, wheel.advance(5 + distance), () -> distance + " did not come");
    }
  }

  @Test
  void whatIsDueNeverStillLetsOthersCome() {
    var wheel = new TimerWheel(0);
    var never = new Entry(0);
    var soon = new Entry(1);
    wheel.add(never, Long.MAX_VALUE);
    wheel.add(soon, 10);
    assertSame(soon, wheel.advance(REACH * 4));
    assertNull(wheel.advance(REACH * 4));
    assertTrue(wheel.remove(never));
    assertEquals(Long.MAX_VALUE, wheel.nextTick());
  }

  @Test
  void thoseOfOneTickComeInTheOrderOfTheirAddition() {
    var wheel = new TimerWheel(0);
    List<Entry> added = new ArrayList<>();
    for (long now : new long[] {0, 100_000, 262_000, 262_100, 262_140}) { // other levels each time
      assertNull(wheel.advance(now));
      for (int i = 0; i < 5; i++) {
        var entry = new Entry(added.size());
        added.add(entry);
        wheel.add(entry, 262_144);
      }
    }
    for (Entry expected : added) {
      assertSame(expected, wheel.advance(262_144));
    }
  }

  @Test
  void whatIsDueAlreadyComesWithTheNextTick() {
    var wheel = new TimerWheel(50);
    var late = new Entry(0);
    wheel.add(late, 7);
    assertEquals(51, late.tick());
    assertNull(wheel.advance(50));
    assertSame(late, wheel.advance(51));
  }

  @Test
  void anEntryMayWaitAgainAfterItCame() {
    var wheel = new TimerWheel(0);
    var entry = new Entry(0);
    for (int round = 1; round < 1_000; round++) {
      wheel.add(entry, round * 37L);
      assertTrue(entry.isWaiting());
      assertSame(entry, wheel.advance(round * 37L));
      assertFalse(entry.isWaiting());
    }
  }
}
