package io.weft.stage.pipeline

import io.weft.stage.Subscriber

/**
 * Stages that share a queue of work: who gets what, and what is in whose hands: the one home of
 * that rule.
 *
 * The stage that wants most is served first, with its part of what is there, so that little work is
 * spread over all. What was in the hands of a stage that ended is *suspect* until it is reported: a
 * stage has nothing besides in its hands, so that no other work goes down with it again.
 */
internal sealed class Crew<W : Work>(val counts: StageCounts) {
  private val queue = ArrayDeque<W>()
  private val stages = ArrayList<Stage<W>>()

  /** One stage: what it wants, and what it was given and has not reported. */
  private class Stage<W : Work>(val subscriber: Subscriber<Work>) {
    var wanted = 0L
    val hands = LinkedHashSet<W>()
    var hasSuspect = false
  }

  val queued: Int
    get() = queue.size

  val wanted: Long
    get() = stages.sumOf { it.wanted }

  /** How many events are queued. */
  var waiting = 0
    private set

  /** How many events are in hands. */
  var working = 0
    private set

  protected abstract fun events(work: W): Int

  protected abstract fun isSuspect(work: W): Boolean

  // --- stages ------------------------------------------------------------------------------------

  fun join(subscriber: Subscriber<Work>) {
    stages += Stage(subscriber)
  }

  /** A stage is gone; returns what was in its hands, in the order in which it got it. */
  fun leave(subscriber: Subscriber<Work>): List<W> {
    val gone = stages.find { it.subscriber === subscriber } ?: return emptyList()
    stages.remove(gone)
    working -= gone.hands.sumOf(::events)
    return gone.hands.toList()
  }

  fun ask(subscriber: Subscriber<Work>, events: Long) {
    stages.find { it.subscriber === subscriber }?.let { it.wanted += events }
    serve()
  }

  // --- work --------------------------------------------------------------------------------------

  fun add(work: W) {
    queue.addLast(work)
    waiting += events(work)
  }

  /** Puts work before all that waits. */
  fun addFirst(work: W) {
    queue.addFirst(work)
    waiting += events(work)
  }

  /** Whether a stage has it in its hands. */
  fun has(work: W): Boolean = stages.any { work in it.hands }

  /** A stage is through with it; false if none had it in its hands. */
  fun release(work: W): Boolean {
    val stage = stages.find { it.hands.remove(work) } ?: return false
    stage.hasSuspect = false
    working -= events(work)
    return true
  }

  /** Gives out what is queued, as far as somebody wants it. */
  fun serve() {
    while (queue.isNotEmpty()) {
      val suspect = isSuspect(queue.first())
      val ready = stages.filter { it.isReady(suspect) }
      if (ready.isEmpty()) return
      val stage = ready.maxBy { it.wanted }
      val part = if (suspect) 1 else (queue.size + ready.size - 1) / ready.size
      give(stage, minOf(stage.wanted, part.toLong()).toInt())
      stage.hasSuspect = suspect
    }
  }

  private fun Stage<W>.isReady(forSuspect: Boolean) =
    wanted > 0 && !hasSuspect && (!forSuspect || hands.isEmpty())

  private fun give(stage: Stage<W>, most: Int) {
    val work = ArrayList<W>(most)
    while (
      work.size < most && (work.isEmpty() || queue.isNotEmpty() && !isSuspect(queue.first()))
    ) {
      work += queue.removeFirst()
    }
    val events = work.sumOf(::events)
    waiting -= events
    working += events
    stage.wanted -= work.size
    stage.hands += work
    stage.subscriber.send(work)
  }
}

/** Processors: all of them, or by key one alone. */
internal class ProcessorCrew(counts: StageCounts) : Crew<Item>(counts) {
  override fun events(work: Item) = 1

  override fun isSuspect(work: Item) = work.isSuspect
}

/** The stages of a batcher. */
internal class BatchCrew(val plan: BatcherPlan, counts: StageCounts) : Crew<Batch>(counts) {
  override fun events(work: Batch) = work.items.size

  override fun isSuspect(work: Batch) = false // they come alone anyway
}
