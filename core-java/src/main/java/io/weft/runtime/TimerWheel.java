package io.weft.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timing wheel: what is due when, in constant time for each insertion and removal,
 * however many there are.
 *
 * <p>Level 0 has a slot for each of the next {@value #SLOTS} ticks; each further level has slots
 * {@value #SLOTS} times as wide. An entry goes to the lowest level whose slots tell it from the
 * present, and falls to lower ones as its time comes near; so it is moved at most once a level.
 * What lies beyond the last level waits in its farthest slot to be looked at again. A slot is a
 * doubly linked ring through its entries, so a removed entry is free at once.
 *
 * <p>Not thread-safe, and without a clock: {@link #advance} is told the time.
 *
 * <p>Source: G. Varghese, T. Lauck, "Hashed and hierarchical timing wheels", 1987.
 */
@SuppressWarnings("ReferenceEquality") // entries are themselves
final class TimerWheel {
  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS;
  private static final int LEVELS = 6;

  /** How far the wheel reaches: two years of milliseconds. */
  private static final long REACH = 1L << LEVELS * BITS;

  private static final int NOWHERE = -1;

  /** Something due at a tick. In at most one wheel at a time. */
  abstract static class Entry {
    private long tick;
    private Entry previous = this;
    private Entry next = this;
    private int slot = NOWHERE;

    /** Whether it waits in a wheel. */
    final boolean isWaiting() {
      return slot != NOWHERE;
    }

    /** Returns when it is due, or was. */
    final long tick() {
      return tick;
    }
  }

  private final @Nullable Entry[] slots = new Entry[LEVELS * SLOTS];

  /** For each level, one bit for each slot that has entries. */
  private final long[] occupied = new long[LEVELS];

  private long now;
  private int size;

  TimerWheel(long now) {
    this.now = now;
  }

  /** Returns how many entries wait. */
  int size() {
    return size;
  }

  /** Adds an entry; one that is due already comes with the next tick. */
  void add(Entry entry, long tick) {
    entry.tick = Math.max(tick, now + 1);
    place(entry);
    size++;
  }

  /** Removes an entry; false if it does not wait. */
  boolean remove(Entry entry) {
    if (!entry.isWaiting()) {
      return false;
    }
    unlink(entry);
    size--;
    return true;
  }

  /**
   * Returns a tick before which nothing happens, {@link Long#MAX_VALUE} if the wheel is empty: then
   * an entry is due or falls to a lower level.
   */
  long nextTick() {
    long earliest = Long.MAX_VALUE;
    for (int level = 0; level < LEVELS; level++) {
      if (occupied[level] != 0) {
        earliest = Math.min(earliest, nextTick(level));
      }
    }
    return earliest;
  }

  private long nextTick(int level) {
    long position = now >>> level * BITS;
    long ahead = Long.rotateRight(occupied[level], (int) (position + 1) & SLOTS - 1);
    return position + 1 + Long.numberOfTrailingZeros(ahead) << level * BITS;
  }

  /**
   * Goes on to {@code tick}, at most, and returns an entry that is due, no longer waiting, or null
   * if nothing is due until then. Entries come in the order of their ticks, those of one tick that
   * were added within reach of each other in the order of their addition.
   */
  @Nullable Entry advance(long tick) {
    while (true) {
      Entry due = slots[slotOf(0, now)];
      if (due != null) {
        remove(due);
        return due;
      }
      long next = nextTick();
      if (next > tick) {
        now = Math.max(now, tick);
        return null;
      }
      now = next;
      cascade();
    }
  }

  /** Moves what the higher levels keep for the present down, the highest first. */
  private void cascade() {
    for (int level = LEVELS - 1; level > 0; level--) {
      boolean begins = (now & (1L << level * BITS) - 1) == 0;
      if (begins) {
        empty(slotOf(level, now));
      }
    }
  }

  private void empty(int slot) {
    for (Entry entry = slots[slot]; entry != null; entry = slots[slot]) {
      unlink(entry);
      place(entry);
    }
  }

  private void place(Entry entry) {
    long tick = Math.min(entry.tick, now + REACH - (REACH >>> BITS));
    link(entry, slotOf(levelOf(tick), tick));
  }

  /** The level whose slots are just fine enough to tell {@code tick} from now. */
  private int levelOf(long tick) {
    long differing = tick ^ now;
    int highest = Long.SIZE - 1 - Long.numberOfLeadingZeros(differing | 1);
    return Math.min(highest / BITS, LEVELS - 1);
  }

  private static int slotOf(int level, long tick) {
    return level << BITS | (int) (tick >>> level * BITS) & SLOTS - 1;
  }

  private void link(Entry entry, int slot) {
    Entry first = slots[slot];
    if (first == null) {
      slots[slot] = entry;
      occupied[slot >>> BITS] |= 1L << (slot & SLOTS - 1);
    } else {
      Entry last = first.previous;
      entry.previous = last;
      entry.next = first;
      last.next = entry;
      first.previous = entry;
    }
    entry.slot = slot;
  }

  private void unlink(Entry entry) {
    int slot = entry.slot;
    if (entry.next == entry) {
      slots[slot] = null;
      occupied[slot >>> BITS] &= ~(1L << (slot & SLOTS - 1));
    } else {
      entry.previous.next = entry.next;
      entry.next.previous = entry.previous;
      if (slots[slot] == entry) {
        slots[slot] = entry.next;
      }
    }
    entry.previous = entry;
    entry.next = entry;
    entry.slot = NOWHERE;
  }
}
