package io.weft.stage.simulation

import io.weft.gen.Supervisor
import io.weft.node.Address
import io.weft.stage.pipeline.Failure
import io.weft.stage.pipeline.PipelineMetrics
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.testkit.simulation.ClusterView

/**
 * What a simulated pipeline does with its events, seen from outside: by its source, and by the code
 * of its processors and batchers; and what of it must not be. It outlives all nodes, as what is
 * stored elsewhere does.
 */
internal class PipelineRecord(
  val plan: PipelinePlan,
  private val tally: PipelineTally = PipelineTally(),
) {
  private val faults = ArrayList<String>()
  private val seen = HashMap<Long, Seen>()

  /** What sources hand over belongs to this life of them; what producers send, to its own. */
  private var present = Arrivals(null)
  private val arrivals = HashMap<Long, Arrivals>()
  private val subscriptions = LinkedHashMap<Term, Arrivals>()

  /** Events that the code is through with, and those that failed and were heard of. */
  private val done = HashSet<Long>()
  private val heard = HashSet<Long>()

  /** Of a source of its own: what is not handed over, handed over, and told of. */
  private val waiting = ArrayDeque((0L..<plan.events).toList())
  private val open = LinkedHashSet<Long>()
  private val settled = HashSet<Long>()

  /** How far a source that is read again is read. */
  var place: Long? = null
    private set

  /** The tree that runs, or ran last. */
  var tree: Address<Supervisor.Query>? = null
  var metrics: (() -> PipelineMetrics)? = null
  val producers = HashMap<Int, MadeByProducer>()

  /** How many lives producers had: no two of them make the same events. */
  var lives = 0

  var tell: (String) -> Unit = {}

  /** What becomes of one event in its present arrival. */
  private class Seen {
    var begun = 0

    /** Whether the code of the processors, and that of the batchers, is through with it. */
    var isProcessed = false
    var isBatched = false
  }

  /** Events in the order in which they came to the pipeline. */
  class Arrivals(val desk: Pid?) {
    val events = ArrayList<Long>()
  }

  fun fault(what: String) {
    tell("FAULT: $what")
    faults += what
  }

  private fun arrive(event: Long, at: Arrivals) {
    at.events += event
    arrivals[event] = at
    seen[event] = Seen()
  }

  fun kills() {
    tally.kills++
  }

  // --- a source of its own -----------------------------------------------------------------------

  /** Somebody opens the source; [again] are those that come again. */
  fun opens(again: Boolean) {
    tell("the source is opened")
    if (again) for (event in open.reversed()) waiting.addFirst(event)
    open.clear()
    present = Arrivals(null)
  }

  /** What there is, so many at most. */
  fun next(wanted: Int): List<Long> = List(minOf(wanted, waiting.size)) { waiting.removeFirst() }

  fun asked(wanted: Int) {
    if (wanted < 1) fault("asked for $wanted events")
    if (open.size + wanted > plan.inFlight) {
      fault("asked for $wanted events with ${open.size} in flight, of ${plan.inFlight}")
    }
  }

  fun handsOver(events: List<Long>) {
    open += events
    for (event in events) arrive(event, present)
  }

  fun acknowledged(event: Long) {
    if (event !in done) fault("$event was acknowledged, and is not done")
    settles(event)
  }

  fun failed(event: Long) {
    if (event !in heard) fault("$event was told as failed, and nobody heard of it")
    settles(event)
  }

  fun released(event: Long) {
    if (event !in open) fault("$event was released, and is not open")
  }

  private fun settles(event: Long) {
    if (!open.remove(event)) fault("$event was told of, and is not open")
    settled += event
  }

  fun saves(place: Long) {
    val left = (0L..<place).filter { it !in done && it !in heard }
    if (left.isNotEmpty()) fault("place $place was saved, and $left are not over")
    if (place < (this.place ?: 0)) fault("place $place was saved after ${this.place}")
    this.place = place
  }

  // --- producers ---------------------------------------------------------------------------------

  fun sends(events: List<Long>, tag: Term, desk: Pid) {
    val subscription = subscriptions.getOrPut(tag) { Arrivals(desk) }
    for (event in events) arrive(event, subscription)
  }

  // --- processors --------------------------------------------------------------------------------

  fun begins(event: Long, attempt: Int, isRedelivered: Boolean) {
    if (isRedelivered) tally.redelivered++
    val now = seen[event] ?: return fault("$event is processed, and was never sent")
    if (now.begun++ > 0 && attempt == 1 && !isRedelivered) {
      fault("$event is processed again, and not marked so")
    }
    if (plan.keys == null) return
    val before = earlier(event) { plan.keyOf(it) == plan.keyOf(event) && !seenOf(it).isProcessed }
    if (before.isNotEmpty()) fault("$event of key ${plan.keyOf(event)} overtook $before")
  }

  /** Those that came before it and with it. */
  private fun earlier(event: Long, fits: (Long) -> Boolean): List<Long> =
    arrivals.getValue(event).events.takeWhile { it != event }.filter(fits)

  private fun seenOf(event: Long) = seen.getValue(event)

  fun processed(event: Long) {
    seenOf(event).isProcessed = true
    if (plan.batcherOf(event) == null) done += event
  }

  fun failsToProcess(event: Long, attempt: Int) {
    if (attempt > plan.attempts) fault("$event is tried $attempt times, of ${plan.attempts}")
    if (attempt < plan.attempts) return
    seenOf(event).isProcessed = true
    seenOf(event).isBatched = true
  }

  // --- batchers ----------------------------------------------------------------------------------

  fun begins(batcher: PipelinePlan.Batching, batch: List<Long>) {
    if (batch.size > batcher.size) fault("${batch.size} are in a batch of ${batcher.name}: $batch")
    if (batch.map(batcher::keyOf).toSet().size != 1) fault("keys are mixed in $batch")
    for (event in batch) {
      if (plan.batcherOf(event) !== batcher) fault("$event came to ${batcher.name}")
      if (event !in seen || !seenOf(event).isProcessed) fault("$event came before it was processed")
    }
    if (plan.keys == null || batcher.copies > 1) return
    for ((i, event) in batch.withIndex()) {
      val before =
        earlier(event) {
          plan.batcherOf(it) === batcher &&
            plan.keyOf(it) == plan.keyOf(event) &&
            batcher.keyOf(it) == batcher.keyOf(event) &&
            !seenOf(it).isBatched &&
            it !in batch.subList(0, i)
        }
      if (before.isNotEmpty()) fault("$event of $batch overtook $before in ${batcher.name}")
    }
  }

  fun handled(batch: List<Long>) {
    for (event in batch) {
      seenOf(event).isBatched = true
      done += event
    }
  }

  fun failsToHandle(batch: List<Long>, attempt: Int) {
    if (attempt > plan.attempts) fault("$batch is tried $attempt times, of ${plan.attempts}")
    if (attempt == plan.attempts) batch.forEach { seenOf(it).isBatched = true }
  }

  fun hears(failures: List<Failure<Long>>) {
    for (failure in failures) heard += failure.subject
  }

  // --- a drain -----------------------------------------------------------------------------------

  /** The pipeline of that desk has ended with so many events left, as it says. */
  fun drained(desk: Pid, left: Int) {
    tally.drains++
    if (left > 0) return
    if (open.isNotEmpty()) fault("drained, and $open were never told of")
    subscriptions.values.filter { it.desk == desk }.forEach(::requireNoGap)
  }

  /** Of what a producer sent the end may be lost on its way, and nothing else. */
  private fun requireNoGap(arrivals: Arrivals) {
    val over = arrivals.events.map { it in done || it in heard }
    val came =
      arrivals.events.indices.lastOrNull { over[it] || seenOf(arrivals.events[it]).begun > 0 }
    val gaps = (0..(came ?: -1)).filter { !over[it] }.map { arrivals.events[it] }
    if (gaps.isNotEmpty()) fault("$gaps were never over, of ${arrivals.events}")
  }

  // --- what must hold ----------------------------------------------------------------------------

  /** Whether a source of its own has no more, and was told of all. */
  val isOver: Boolean
    get() =
      when (plan.source) {
        PipelinePlan.Source.BROKER -> settled.size == plan.events
        PipelinePlan.Source.RESUMABLE -> place == plan.events.toLong()
        PipelinePlan.Source.PRODUCERS -> false
      }

  fun requireNoFault() {
    if (faults.isNotEmpty()) throw AssertionError(faults.take(3).joinToString("\n"))
  }

  fun requireBound() {
    val now = metrics?.invoke() ?: return
    val most = if (plan.source == PipelinePlan.Source.PRODUCERS) plan.producers else 1
    if (now.inFlight > most * plan.inFlight) fault("${now.inFlight} are in flight")
    if (now.processors.working > now.inFlight) fault("more in hands than in flight: $now")
  }

  /** All is healed for a while: every event is over. */
  fun ClusterView.requireEnd() {
    if (plan.source != PipelinePlan.Source.PRODUCERS) {
      if (!isOver)
        fail("not over: waiting $waiting, open $open, place $place\n${metrics?.invoke()}")
      return
    }
    for ((number, made) in producers) {
      if (made.events < plan.events) fail("producer $number is asked for nothing: ${made.events}")
    }
    val alive = subscriptions.values.filter { it.desk != null && isAlive(it.desk) }
    alive.forEach(::requireNoGap)
    requireNoFault()
    for (made in producers.values) {
      val last = made.last?.let(subscriptions::get)?.takeIf { it in alive } ?: continue
      val left = last.events.filter { it !in done && it !in heard }
      if (left.isNotEmpty()) fail("never over: $left of ${last.events}\n${metrics?.invoke()}")
    }
  }

  private fun ClusterView.isAlive(desk: Pid) = members.any {
    it.node.isHere(desk) && it.node.isAlive(desk)
  }
}

/** One life of a producer: how many events it has made, and for whom last, if that is there yet. */
internal class MadeByProducer {
  var events = 0
  var last: Term? = null
}

/** What happened to pipelines: if nothing did, they have shown nothing. */
internal class PipelineTally {
  var kills = 0
  var drains = 0
  var redelivered = 0

  override fun toString() = "$kills kills, $drains drains, $redelivered events given again"
}
