package io.weft.testkit.simulation

import io.weft.runtime.Timers
import java.io.FileNotFoundException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.random.RandomGenerator

/**
 * The disk of a simulated host. Its files outlive the node that wrote them.
 *
 * What is written is there at once for whoever reads it, also for the next life of a node that was
 * killed. A loss of power takes what was not synced: each write since the last [DiskFile.sync] may
 * be there, be lost, or be there in part. A new file is as durable as its first sync; [rename] and
 * [delete] are with [sync], and until then may be undone.
 *
 * Never blocks. To be used in turns of the node that it was given to.
 */
public class Disk internal constructor(private val random: RandomGenerator) {
  private val names = LinkedHashMap<String, Stored>()
  private val durable = LinkedHashMap<String, Stored>()
  private val undone = ArrayList<(MutableMap<String, Stored>) -> Unit>()

  /** The timers of the node that has it now. */
  internal var timers: Timers? = null

  /** The names of all files, in the order in which they were made. */
  public val files: List<String>
    get() = names.keys.toList()

  /** The file called [name], which is made by the first write. */
  public fun file(name: String): DiskFile = DiskFile(this, name)

  /** Whether there is a file called [name]. */
  public fun exists(name: String): Boolean = name in names

  /** Deletes a file if it is there. */
  public fun delete(name: String) {
    if (names.remove(name) != null) undone += { it.remove(name) }
  }

  /**
   * Gives a file another name, in place of the one that has it.
   *
   * @throws FileNotFoundException if there is no such file
   */
  public fun rename(from: String, to: String) {
    val stored = names.remove(from) ?: throw FileNotFoundException(from)
    names[to] = stored
    undone += {
      it.remove(from)
      it[to] = stored
    }
  }

  /** Makes names and deletions durable: `fsync` of the directory. */
  public fun sync() {
    durable.clear()
    durable += names
    undone.clear()
  }

  internal fun find(name: String): Stored? = names[name]

  internal fun make(name: String): Stored = names.getOrPut(name, ::Stored)

  internal fun isDurable(name: String, stored: Stored) {
    if (names[name] === stored) durable[name] = stored
  }

  /** How long a sync takes. */
  internal fun syncTime(): Duration =
    random.between(Duration.ofNanos(20_000), Duration.ofMillis(20))

  /** What was not synced is lost, in whole or in part. */
  internal fun losePower() {
    repeat(if (undone.isEmpty()) 0 else random.nextInt(undone.size + 1)) { undone[it](durable) }
    undone.clear()
    names.clear()
    names += durable
    for (stored in names.values) stored.losePower(random)
  }

  /** Everything is lost. */
  internal fun wipe() {
    names.clear()
    durable.clear()
    undone.clear()
  }
}

/** A file of a [Disk], by its name. */
public class DiskFile internal constructor(private val disk: Disk, private val name: String) {
  /** How many bytes it has; none if it is not there. */
  public val size: Int
    get() = disk.find(name)?.seen?.size ?: 0

  /** All its bytes; none if it is not there. */
  public fun read(): ByteArray = disk.find(name)?.seen?.copy() ?: ByteArray(0)

  /** Writes [bytes] at [position]; a hole before that is filled with zeros. */
  public fun write(position: Int, bytes: ByteArray) {
    require(position >= 0) { "no position is $position" }
    disk.make(name).write(position, bytes.clone())
  }

  /** Writes [bytes] at the end. */
  public fun append(bytes: ByteArray): Unit = write(size, bytes)

  /** Cuts what is beyond [size]. */
  public fun truncate(size: Int) {
    disk.make(name).truncate(size)
  }

  /** Makes it durable what was written so far: `fsync`. */
  public fun sync() {
    disk.find(name)?.let {
      it.sync(it.writes)
      disk.isDurable(name, it)
    }
  }

  /** As [sync], in the time that a disk takes, up to 20 ms: durable once this is complete. */
  public fun syncLater(): CompletableFuture<Unit> {
    val stored = disk.find(name) ?: return CompletableFuture.completedFuture(Unit)
    val upTo = stored.writes
    val done = CompletableFuture<Unit>()
    checkNotNull(disk.timers).after(disk.syncTime()) {
      stored.sync(upTo)
      disk.isDurable(name, stored)
      done.complete(Unit)
    }
    return done
  }

  override fun toString(): String = name
}

/** The bytes of a file: as they are seen, and as they are on the platter. */
internal class Stored {
  /** A write, or a cut where there are no bytes. */
  private class Write(val number: Long, val position: Int, val bytes: ByteArray?)

  val seen = Bytes()
  private val platter = Bytes()
  private val pending = ArrayDeque<Write>()

  /** How many writes there were. */
  var writes = 0L
    private set

  fun write(position: Int, bytes: ByteArray) {
    seen.write(position, bytes, bytes.size)
    pending += Write(++writes, position, bytes)
  }

  fun truncate(size: Int) {
    seen.cut(size)
    pending += Write(++writes, size, null)
  }

  fun sync(upTo: Long) {
    while (pending.isNotEmpty() && pending.first().number <= upTo) {
      pending.removeFirst().let { settle(it, it.bytes?.size ?: 0) }
    }
  }

  private fun settle(write: Write, count: Int) {
    if (write.bytes == null) platter.cut(write.position)
    else platter.write(write.position, write.bytes, count)
  }

  /** Nothing is kept, the first of it, or any of it; the last that is kept may be torn. */
  fun losePower(random: RandomGenerator) {
    val mode = random.nextInt(MODES)
    val kept = if (mode == 0 || pending.isEmpty()) 0 else random.nextInt(pending.size + 1)
    for ((i, write) in pending.withIndex()) {
      val whole = if (mode == 1) i < kept else mode == 2 && random.nextBoolean()
      val torn =
        write.bytes != null && if (mode == 1) i == kept else mode == 2 && random.nextInt(4) == 0
      if (torn) settle(write, random.nextInt(write.bytes.size + 1))
      else if (whole) settle(write, write.bytes?.size ?: 0)
    }
    pending.clear()
    seen.become(platter)
  }

  private companion object {
    const val MODES = 3
  }
}

/** Bytes that can grow. */
internal class Bytes {
  private var array = ByteArray(0)
  var size = 0
    private set

  fun copy(): ByteArray = array.copyOf(size)

  fun write(position: Int, bytes: ByteArray, count: Int) {
    val end = position + count
    if (end > array.size) array = array.copyOf(maxOf(end, 2 * array.size))
    bytes.copyInto(array, position, 0, count)
    if (count > 0) size = maxOf(size, end)
  }

  fun cut(to: Int) {
    if (to < size) {
      array.fill(0, to, size)
      size = to
    }
  }

  fun become(other: Bytes) {
    array = other.copy()
    size = other.size
  }
}
