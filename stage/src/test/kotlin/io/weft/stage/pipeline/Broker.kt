package io.weft.stage.pipeline

import kotlin.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay

/**
 * Keeps events until they are acknowledged, and hands those that were not over again to whoever
 * opens it next: as a broker does. What it saw is there to be looked at.
 */
internal class Broker(events: Iterable<Int>, private val endless: Boolean = false) {
  private val waiting = ArrayDeque(events.toList())
  private val open = LinkedHashSet<Int>()
  private var more = CompletableDeferred<Unit>()

  val acknowledged = ArrayList<Int>()
  val failed = ArrayList<Failure<Int>>()
  val released = ArrayList<Int>()

  /** How many were told of at once, one after the other. */
  val bulks = ArrayList<Int>()

  var handedOver = 0
    private set

  var mostOpen = 0
    private set

  var lives = 0
    private set

  var closed = 0
    private set

  /** How long it takes to be told something. */
  var slowness = Duration.ZERO

  /** Thrown by the next [PipelineSource.receive]. */
  var failure: Exception? = null

  fun push(events: Iterable<Int>) {
    waiting += events
    wake()
  }

  fun wake() {
    more.complete(Unit)
    more = CompletableDeferred()
  }

  fun open(): PipelineSource<Int, Int> {
    lives++
    for (event in open.reversed()) waiting.addFirst(event)
    open.clear()
    return Source()
  }

  private inner class Source : PipelineSource<Int, Int> {
    private var told = 0

    override suspend fun receive(wanted: Int): List<Delivery<Int, Int>> {
      require(wanted > 0)
      while (true) {
        failure?.let {
          failure = null
          throw it
        }
        if (waiting.isNotEmpty() || !endless) break
        more.await()
      }
      val events = List(minOf(wanted, waiting.size)) { waiting.removeFirst() }
      open += events
      handedOver += events.size
      mostOpen = maxOf(mostOpen, open.size)
      return events.map { Delivery(it, it) }
    }

    override suspend fun acknowledged(done: List<Int>) = once {
      acknowledged += done
      bulks += done.size
      done.forEach { check(open.remove(it)) { "$it is not open" } }
    }

    override suspend fun failed(failures: List<Failure<Int>>) = once {
      failed += failures
      failures.forEach { check(open.remove(it.subject)) { "${it.subject} is not open" } }
    }

    override suspend fun released(left: List<Int>) = once {
      released += left
      left.forEach { check(open.remove(it)) { "$it is not open" } }
      for (event in left.asReversed()) waiting.addFirst(event)
    }

    private suspend fun once(action: () -> Unit) {
      check(told++ == 0) { "is told two things at once" }
      try {
        delay(slowness)
        action()
      } finally {
        told--
      }
    }

    override fun close() {
      closed++
    }
  }
}
