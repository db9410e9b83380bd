package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.Arrays;
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
 * <p>Look-ups take no lock. Free places are dealt out by one of 16 pools, each with a lock of its
 * own, chosen by the calling thread; who gives a place back leaves it in the pool of its own
 * thread. So threads meet only when a pool runs dry or over, and gets or gives a batch. Where only
 * one thread runs processes there is one pool, and pids do not depend on which thread that is.
 */
final class ProcessTable {
  private static final int POOLS = 16;
  private static final int CHUNK_BITS = 10;
  private static final int CHUNK = 1 << CHUNK_BITS;

  /** How many places a pool gets or gives at once, at most. */
  private static final int MAX_BATCH = 64;

  private static final int NONE = -1;

  private final Atom node;
  private final int creation;
  private final int limit;
  private final int batch;
  private final Pool[] pools;
  private volatile Chunk[] chunks = new Chunk[0];

  // Under the lock of the table, which is taken last:

  /** The first place that nobody ever had; the pid 0 stands for the node itself. */
  private int fresh = 1;

  private final Places spare = new Places();

  ProcessTable(Atom node, int creation, int limit, int parallelism) {
    this.node = node;
    this.creation = creation;
    this.limit = limit;
    this.batch = Math.clamp(limit / 1024, 1, MAX_BATCH);
    this.pools = new Pool[parallelism == 1 ? 1 : POOLS];
    Arrays.setAll(pools, _ -> new Pool());
  }

  /**
   * Takes a place for a process that is about to be made.
   *
   * @throws TooManyProcessesException if there are as many processes as there may be
   */
  Pid reserve() {
    int place = poolHere().take();
    if (place == NONE) {
      place = takeFromAny(0);
    }
    if (place == NONE) {
      throw new TooManyProcessesException(node, limit);
    }
    int serial = chunks[place >>> CHUNK_BITS].serials[place & CHUNK - 1];
    return new Pid(node, place, serial, creation);
  }

  /** Makes a process known under the pid that was reserved for it. */
  void put(Pid pid, Process<?> process) {
    chunkOf(pid).processes.setRelease(slotOf(pid), process);
  }

  @Nullable Process<?> find(Pid pid) {
    if (pid.creation() != creation || !pid.node().equals(node)) {
      return null;
    }
    Chunk[] present = chunks;
    int index = pid.id() >>> CHUNK_BITS;
    if (index >= present.length) {
      return null;
    }
    Process<?> process = present[index].processes.getAcquire(slotOf(pid));
    return process != null && process.pid().serial() == pid.serial() ? process : null;
  }

  /** Makes the process unknown. */
  void remove(Pid pid) {
    chunkOf(pid).processes.setRelease(slotOf(pid), null);
  }

  /** Gives the place of a process that is unknown back. */
  void release(Pid pid) {
    chunkOf(pid).serials[slotOf(pid)]++;
    poolHere().give(pid.id());
  }

  /** Returns how many places are taken. */
  int count() {
    int sum = 0;
    for (Pool pool : pools) {
      sum += pool.used;
    }
    return sum;
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

  private Chunk chunkOf(Pid pid) {
    return chunks[pid.id() >>> CHUNK_BITS];
  }

  private static int slotOf(Pid pid) {
    return pid.id() & CHUNK - 1;
  }

  // --- places ------------------------------------------------------------------------------------

  private Pool poolHere() {
    return pools[(int) Thread.currentThread().threadId() & pools.length - 1];
  }

  /** Near the limit other pools may have what that of this thread lacks; holds them all to see. */
  private int takeFromAny(int first) {
    if (first == pools.length) {
      int place = NONE;
      for (int i = 0; i < pools.length && place == NONE; i++) {
        place = pools[i].take();
      }
      return place;
    }
    synchronized (pools[first]) {
      return takeFromAny(first + 1);
    }
  }

  private synchronized void fill(Places places) {
    while (places.size < batch && (spare.size > 0 || fresh <= limit)) {
      places.push(spare.size > 0 ? spare.pop() : nextFresh());
    }
  }

  private synchronized void takeBack(Places places) {
    for (int i = 0; i < batch; i++) {
      spare.push(places.pop());
    }
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

  private static final class Chunk {
    final AtomicReferenceArray<@Nullable Process<?>> processes = new AtomicReferenceArray<>(CHUNK);

    /** Written by who gives a place back, read by who gets it next. */
    final int[] serials = new int[CHUNK];
  }

  /** Free places for some threads. */
  private final class Pool {
    private final Places free = new Places();

    /**
     * How many were taken here, less those given back here: only the sum of all pools says much.
     */
    private volatile int used;

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    synchronized int take() {
      if (free.size == 0) {
        fill(free);
        if (free.size == 0) {
          return NONE;
        }
      }
      used++;
      return free.pop();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    synchronized void give(int place) {
      free.push(place);
      used--;
      if (free.size > 2 * batch) {
        takeBack(free);
      }
    }
  }

  /** A stack of places. */
  private static final class Places {
    private int[] places = new int[16];
    private int size;

    void push(int place) {
      if (size == places.length) {
        places = Arrays.copyOf(places, size * 2);
      }
      places[size++] = place;
    }

    int pop() {
      return places[--size];
    }
  }
}
