package io.weft.stage.pipeline

import io.weft.stage.Subscriber

/**
 * Stages that share a queue of work: who gets what, and what is in whose hands: the one home of
 * that rule.
 *
 * The stage that wants most is served first, with its part of what is there, so that little work is
 * spread over all.
 */
internal sealed class Crew<W : Work>(val counts: StageCounts) {
  private val queue = ArrayDeque<W>()
  private val stages = ArrayList<Stage<W>>()

  /** One stage: what it wants, and what it was given and has not reported. */
  private class Stage<W : Work>(val subscriber: Subscriber<Work>) {
    var wanted = 0L
    val hands = LinkedHashSet<W>()
  }

  val queued: Int
    get() = queue.size

  val wanted: Long
    get() = stages.sumOf { it.wanted }

  /** How many events are queued. */
  val waiting: Int
    get() = queue.sumOf(::events)

  /** How many events are in hands. */
  val working: Int
    get() = stages.sumOf { it.hands.sumOf(::events) }

  protected abstract fun events(work: W): Int

  // --- stages ------------------------------------------------------------------------------------

  fun join(subscriber: Subscriber<Work>) {
    stages += Stage(subscriber)
  }

  /** A stage is gone; returns what was in its hands, in the order in which it got it. */
  fun leave(subscriber: Subscriber<Work>): List<W> {
    val gone = stages.find { it.subscriber === subscriber } ?: return emptyList()
    stages.remove(gone)
    return gone.hands.toList()
  }

  fun ask(subscriber: Subscriber<Work>, events: Long) {
    stages.find { it.subscriber === subscriber }?.let { it.wanted += events }
    serve()
  }

  // --- work --------------------------------------------------------------------------------------

  fun add(work: W) {
    queue.addLast(work)
  }

  /** Puts work before all that waits, in its order. */
  fun addFirst(work: List<W>) {
    for (one in work.asReversed()) queue.addFirst(one)
  }

  /** Whether a stage has it in its hands. */
  fun has(work: W): Boolean = stages.any { work in it.hands }

  /** A stage is through with it; false if none had it in its hands. */
  fun release(work: W): Boolean = stages.any { it.hands.remove(work) }

  /** Gives out what is queued, as far as somebody wants it. */
  fun serve() {
    while (queue.isNotEmpty()) {
      val ready = stages.count { it.wanted > 0 }
      if (ready == 0) return
      val stage = stages.maxBy { it.wanted }
      val part = (queue.size + ready - 1) / ready
      give(stage, minOf(stage.wanted, part.toLong()).toInt())
    }
  }

  private fun give(stage: Stage<W>, count: Int) {
    val work = List(count) { queue.removeFirst() }
    stage.wanted -= count
    stage.hands += work
    stage.subscriber.send(work)
  }
}

/** Processors: all of them, or by key one alone. */
internal class ProcessorCrew(counts: StageCounts) : Crew<Item>(counts) {
  override fun events(work: Item) = 1
}

/** The stages of a batcher. */
internal class BatchCrew(val plan: BatcherPlan, counts: StageCounts) : Crew<Batch>(counts) {
  override fun events(work: Batch) = work.items.size
}
