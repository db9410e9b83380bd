package io.weft.testkit

import java.nio.ByteBuffer
import java.time.Duration
import java.util.random.RandomGenerator

/**
 * One direction of a simulated connection: bytes in order, at most [window] of them under way or
 * not yet read. Where it cuts them is drawn at random.
 *
 * @param onEvent told when there is more to read, or more room
 */
internal class Pipe(
  private val link: Link,
  private val time: VirtualTime,
  private val random: RandomGenerator,
  private val window: Int,
  private val mostAtOnce: Int,
) {
  /** How the other side ends it, in its place behind the bytes. */
  private enum class Mark {
    END,
    RESET,
  }

  private class Segment(val bytes: ByteBuffer, val mark: Mark?, val arrival: Long)

  private val underWay = ArrayDeque<Segment>()
  private val arrived = ArrayDeque<ByteBuffer>()
  private var lastArrival = 0L
  private var occupied = 0
  private var scheduled = false
  private var severed = false

  /** Told when there is more to read, or it has ended. */
  var onInput: () -> Unit = {}

  /** Told when there is room again. */
  var onRoom: () -> Unit = {}

  /** Told when a reset arrives. */
  var onReset: () -> Unit = {}

  /** Told of bytes that arrive where nobody is any more. */
  var onUnwanted: () -> Unit = {}

  /** Whether the receiver is there. */
  var hasReceiver = true

  /** Whether the sender has ended it, and all before has arrived. */
  var hasEnded = false
    private set

  /** How many bytes have arrived and were not read. */
  val unread: Int
    get() = arrived.sumOf { it.remaining() }

  // --- the sender --------------------------------------------------------------------------------

  /** Takes what there is room for, in one go of random size; returns how many bytes. */
  fun offer(from: ByteBuffer): Int {
    val count = minOf(from.remaining(), window - occupied, 1 + random.nextInt(mostAtOnce))
    if (count <= 0) return 0
    val copy = ByteBuffer.allocate(count)
    copy.put(0, from, from.position(), count)
    from.position(from.position() + count)
    if (!severed) {
      occupied += count
      send(copy, null)
    }
    return count
  }

  fun end() = mark(Mark.END)

  fun reset() = mark(Mark.RESET)

  private fun mark(mark: Mark) {
    if (!severed) send(ByteBuffer.allocate(0), mark)
  }

  private fun send(bytes: ByteBuffer, mark: Mark?) {
    lastArrival = maxOf(lastArrival, time.nanoTime() + link.latency())
    lastArrival += link.transmission(bytes.remaining())
    underWay.add(Segment(bytes, mark, lastArrival))
    schedule()
  }

  /** Loses what is under way, from a random byte on, and all that comes later. */
  fun sever() {
    if (severed) return
    severed = true
    var kept =
      underWay.sumOf { it.bytes.remaining() }.let { if (it == 0) 0 else random.nextInt(it) }
    val rest = ArrayList(underWay)
    underWay.clear()
    for (segment in rest) {
      if (segment.mark != null || kept == 0) break
      val count = minOf(kept, segment.bytes.remaining())
      underWay.add(
        Segment(segment.bytes.limit(segment.bytes.position() + count), null, segment.arrival)
      )
      kept -= count
    }
    val last = maxOf(underWay.lastOrNull()?.arrival ?: 0, time.nanoTime() + link.latency())
    underWay.add(Segment(ByteBuffer.allocate(0), Mark.RESET, last))
    schedule()
  }

  // --- on the way --------------------------------------------------------------------------------

  private fun schedule() {
    val next = underWay.firstOrNull() ?: return
    if (scheduled) return
    scheduled = true
    time.after(Duration.ofNanos(next.arrival - time.nanoTime()), ::deliver)
  }

  private fun deliver() {
    scheduled = false
    if (link.isSilent) {
      scheduled = true
      link.whenHeard { time.after(Duration.ofNanos(link.latency()), ::deliver) }
      return
    }
    while (underWay.isNotEmpty() && underWay.first().arrival <= time.nanoTime()) {
      receive(underWay.removeFirst())
    }
    schedule()
  }

  private fun receive(segment: Segment) {
    when {
      !hasReceiver -> if (segment.mark == null) onUnwanted()
      segment.mark == Mark.RESET -> onReset()
      segment.mark == Mark.END -> {
        hasEnded = true
        onInput()
      }
      else -> {
        arrived.add(segment.bytes)
        onInput()
      }
    }
  }

  // --- the receiver ------------------------------------------------------------------------------

  /** Moves what has arrived, or a part of it; returns how many bytes. */
  fun take(into: ByteBuffer): Int {
    val first = arrived.firstOrNull() ?: return 0
    val most = minOf(into.remaining(), first.remaining())
    val count = if (random.nextInt(PARTIAL_READS) == 0) 1 + random.nextInt(most) else most
    into.put(into.position(), first, first.position(), count)
    into.position(into.position() + count)
    first.position(first.position() + count)
    if (!first.hasRemaining()) arrived.removeFirst()
    occupied -= count
    onRoom()
    return count
  }

  /** Drops what has arrived and was not read. */
  fun purge() = arrived.clear()

  private companion object {
    /** One read in so many takes less than there is. */
    const val PARTIAL_READS = 4
  }
}
