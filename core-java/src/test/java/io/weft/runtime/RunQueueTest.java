package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RunQueueTest {
  private record Turn(int number) implements Runnable {
    @Override
    public void run() {}
  }

  private static @Nullable Integer number(@Nullable Runnable turn) {
    return turn == null ? null : ((Turn) turn).number();
  }

  @Test
  void isFirstInFirstOutAndBounded() {
    for (long seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var queue = new RunQueue.Padded();
      var model = new ArrayDeque<Integer>();
      for (int i = 0; i < 5_000; i++) {
        if (random.nextInt(100) < 60) {
          boolean fits = model.size() < RunQueue.CAPACITY;
          assertEquals(fits, queue.offer(new Turn(i)));
          if (fits) {
            model.add(i);
          }
        } else {
          assertEquals(model.poll(), number(queue.poll()));
        }
        assertEquals(model.size(), queue.size());
        assertEquals(model.isEmpty(), queue.isEmpty());
      }
    }
  }

  @Test
  void aThiefTakesTheOlderHalfAndKeepsItsOrder() {
    for (int size = 0; size <= RunQueue.CAPACITY; size++) {
      var victim = new RunQueue.Padded();
      for (int i = 0; i < size; i++) {
        assertTrue(victim.offer(new Turn(i)));
      }
      var thief = new RunQueue.Padded();
      int taken = size - size / 2;
      Integer run = number(victim.stealInto(thief));
      assertEquals(size == 0 ? null : Integer.valueOf(taken - 1), run);
      for (int i = 0; i < taken - 1; i++) {
        assertEquals(i, number(thief.poll()));
      }
      assertNull(thief.poll());
      for (int i = taken; i < size; i++) {
        assertEquals(i, number(victim.poll()));
      }
      assertTrue(victim.isEmpty());
    }
  }

  @Test
  void ownerAndThievesTakeEachTurnOnce() throws Exception {
    int turns = 400_000;
    var victim = new RunQueue.Padded();
    var taken = new AtomicIntegerArray(turns);
    var over = new AtomicBoolean();
    List<Thread> thieves = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      thieves.add(
          Thread.ofPlatform()
              .start(() -> {
                var mine = new RunQueue.Padded();
                while (!over.get() || !victim.isEmpty()) {
                  count(taken, victim.stealInto(mine));
                  for (Runnable turn = mine.poll(); turn != null; turn = mine.poll()) {
                    count(taken, turn);
                  }
                }
              }));
    }
    for (int i = 0; i < turns; ) {
      if (victim.offer(new Turn(i))) {
        i++;
      } else {
        count(taken, victim.poll());
      }
      if (i % 3 == 0) {
        count(taken, victim.poll());
      }
    }
    over.set(true);
    for (Thread thief : thieves) {
      thief.join();
    }
    for (int i = 0; i < turns; i++) {
      assertEquals(1, taken.get(i), "turn " + i);
    }
  }

  private static void count(AtomicIntegerArray taken, @Nullable Runnable turn) {
    Integer number = number(turn);
    if (number != null) {
      taken.incrementAndGet(number);
    }
  }

  @Test
  void theSharedQueueTakesTheOlderHalfOfAFullOneBeforeTheNewTurn() {
    var full = new RunQueue.Padded();
    for (int i = 0; i < RunQueue.CAPACITY; i++) {
      assertTrue(full.offer(new Turn(i)));
    }
    assertFalse(full.offer(new Turn(-1)));
    var shared = new SharedQueue();
    shared.addHalfOf(full, new Turn(1_000));
    assertEquals(RunQueue.CAPACITY / 2, full.size());
    for (int i = 0; i < RunQueue.CAPACITY / 2; i++) {
      assertEquals(i, number(shared.poll()));
    }
    assertEquals(1_000, number(shared.poll()));
    assertNull(shared.poll());
    assertTrue(shared.isEmpty());
  }

  @Test
  void aCarrierTakesItsShareOfTheSharedQueueInOrder() {
    for (int carriers = 1; carriers <= 4; carriers++) {
      for (int size = 0; size < 1_200; size += 7) {
        var shared = new SharedQueue();
        for (int i = 0; i < size; i++) {
          shared.add(new Turn(i));
        }
        var mine = new RunQueue.Padded();
        Integer first = number(shared.pollShare(mine, carriers));
        assertEquals(size == 0 ? null : Integer.valueOf(0), first);
        int moved = Math.max(0, Math.min(size / carriers, RunQueue.CAPACITY / 2) - 1);
        assertEquals(moved, mine.size());
        for (int i = 1; i <= moved; i++) {
          assertEquals(i, number(mine.poll()));
        }
        for (int i = moved + 1; i < size; i++) {
          assertEquals(i, number(shared.poll()));
        }
        assertTrue(shared.isEmpty());
      }
    }
  }
}
