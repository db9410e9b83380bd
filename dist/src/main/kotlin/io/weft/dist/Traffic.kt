package io.weft.dist

import java.util.concurrent.atomic.AtomicLong

/** What has crossed a connection one way: kept by the coroutine that carries it, read by anyone. */
internal class Traffic {
  val signals = Tally()
  val frames = Tally()

  /** On the wire, their lengths included. */
  val bytes = Tally()

  /** What they were, or would have been, without compression. */
  val plainBytes = Tally()
}

/**
 * A sum that one coroutine keeps. It counts often, so adding costs no fence; readers see it soon.
 */
internal class Tally {
  private val sum = AtomicLong()

  val value: Long
    get() = sum.get()

  /** For the coroutine that counts. */
  fun add(more: Long): Unit = sum.lazySet(sum.plain + more)
}
