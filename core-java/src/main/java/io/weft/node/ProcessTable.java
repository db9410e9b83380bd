package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a node by pid. A pid's id is a place in the table, its serial counts the
 * processes that had this place before: a look-up is an array access, and no pid repeats.
 *
 * <p>A process leaves in two steps: {@link #remove} makes it unknown, before it tells others of its
 * end; {@link #release} gives its place back when all is told, which may take several turns. {@link
 * #count} falls with the second.
 *
 * <p>Look-ups take no lock. Places are dealt out by one of 16 stripes, each with a lock of its own,
 * chosen by the calling thread; where only one thread runs processes there is one stripe, and pids
 * do not depend on which thread that is.
 */
final class ProcessTable {
  private static final int MAX_STRIPE_BITS = 4;
  private static final int CHUNK_BITS = 10;
  private static final int CHUNK = 1 << CHUNK_BITS;

  /** How many places a stripe reserves at once, at most. */
  private static final int MAX_BATCH = 64;

  private final Atom node;
  private final int creation;
  private final int limit;
  private final int batch;
  private final int stripeBits;
  private final Stripe[] stripes;

  /** Places that stripes may deal out, used or not; at most the limit. */
  private final AtomicInteger reserved = new AtomicInteger();

  ProcessTable(Atom node, int creation, int limit, int parallelism) {
    this.node = node;
    this.creation = creation;
    this.limit = limit;
    this.batch = Math.clamp(limit / 1024, 1, MAX_BATCH);
    this.stripeBits = parallelism == 1 ? 0 : MAX_STRIPE_BITS;
    this.stripes = new Stripe[1 << stripeBits];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe(i);
    }
    stripes[0].fresh = 1; // the pid 0 stands for the node itself
  }

  /**
   * Takes a place for a process that is about to be made.
   *
   * @throws TooManyProcessesException if there are as many processes as there may be
   */
  Pid reserve() {
    int first = (int) Thread.currentThread().threadId();
    for (int i = 0; i < stripes.length; i++) { // at the limit, others may have what this one lacks
      Pid pid = stripes[first + i & stripes.length - 1].reserve();
      if (pid != null) {
        return pid;
      }
    }
    throw new TooManyProcessesException(node, limit);
  }

  /** Makes a process known under the pid that was reserved for it. */
  void put(Pid pid, Process<?> process) {
    stripeOf(pid).chunkOf(pid).processes.setRelease(slotOf(pid), process);
  }

  @Nullable Process<?> find(Pid pid) {
    if (pid.creation() != creation || !pid.node().equals(node)) {
      return null;
    }
    Chunk chunk = stripeOf(pid).chunkOrNull(pid);
    Process<?> process = chunk == null ? null : chunk.processes.getAcquire(slotOf(pid));
    return process != null && process.pid().serial() == pid.serial() ? process : null;
  }

  /** Makes the process unknown. */
  void remove(Pid pid) {
    stripeOf(pid).chunkOf(pid).processes.setRelease(slotOf(pid), null);
  }

  /** Gives the place of a process that is unknown back. */
  void release(Pid pid) {
    stripeOf(pid).release(pid);
  }

  /** Returns how many places are taken. */
  int count() {
    int sum = 0;
    for (Stripe stripe : stripes) {
      sum += stripe.used;
    }
    return sum;
  }

  void forEach(Consumer<Process<?>> action) {
    for (Stripe stripe : stripes) {
      stripe.forEach(action);
    }
  }

  private Stripe stripeOf(Pid pid) {
    return stripes[pid.id() & stripes.length - 1];
  }

  private int slotOf(Pid pid) {
    return pid.id() >>> stripeBits & CHUNK - 1;
  }

  private int chunkIndexOf(Pid pid) {
    return pid.id() >>> stripeBits + CHUNK_BITS;
  }

  private static final class Chunk {
    final AtomicReferenceArray<@Nullable Process<?>> processes = new AtomicReferenceArray<>(CHUNK);
    final int[] serials = new int[CHUNK];
  }

  /** Every n-th place, of n stripes. */
  private final class Stripe {
    private final int number;
    private volatile Chunk[] chunks = new Chunk[0];
    int fresh;
    private int[] free = new int[16];
    private int freeCount;
    private int permits;
    private volatile int used;

    Stripe(int number) {
      this.number = number;
    }

    Chunk chunkOf(Pid pid) {
      return chunks[chunkIndexOf(pid)];
    }

    @Nullable Chunk chunkOrNull(Pid pid) {
      Chunk[] present = chunks;
      int index = chunkIndexOf(pid);
      return index < present.length ? present[index] : null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    synchronized @Nullable Pid reserve() {
      if (permits == 0) {
        permits = obtainPermits();
      }
      if (permits == 0) {
        return null;
      }
      permits--;
      used++;
      int place = freeCount > 0 ? free[--freeCount] : nextFresh();
      Chunk chunk = chunks[place >>> CHUNK_BITS];
      return new Pid(
          node, place << stripeBits | number, chunk.serials[place & CHUNK - 1], creation);
    }

    private int nextFresh() {
      int place = fresh++;
      Chunk[] present = chunks;
      if (place >>> CHUNK_BITS == present.length) {
        Chunk[] more = Arrays.copyOf(present, present.length + 1);
        more[present.length] = new Chunk();
        chunks = more;
      }
      return place;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    synchronized void release(Pid pid) {
      int place = pid.id() >>> stripeBits;
      chunks[place >>> CHUNK_BITS].serials[place & CHUNK - 1]++;
      if (freeCount == free.length) {
        free = Arrays.copyOf(free, free.length * 2);
      }
      free[freeCount++] = place;
      used--;
      permits++;
      if (permits > 2 * batch) {
        permits -= batch;
        reserved.addAndGet(-batch);
      }
    }

    void forEach(Consumer<Process<?>> action) {
      for (Chunk chunk : chunks) {
        for (int i = 0; i < CHUNK; i++) {
          Process<?> process = chunk.processes.getAcquire(i);
          if (process != null) {
            action.accept(process);
          }
        }
      }
    }
  }

  private int obtainPermits() {
    int before = reserved.getAndUpdate(taken -> Math.min(limit, taken + batch));
    return Math.min(limit - before, batch);
  }
}
