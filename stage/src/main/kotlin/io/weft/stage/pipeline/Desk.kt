package io.weft.stage.pipeline

import io.weft.gen.Reply
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.SubscriptionRefused
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The middle of a pipeline, for one life: every event in flight is known here, from when it is
 * received until its source was told what became of it.
 *
 * As a stage it is the producer that processors and batchers subscribe to, and its own dispatcher:
 * what a stage was given and has not reported when it ends is given to another. Nothing here
 * suspends but what speaks with the source, in coroutines of its own.
 */
internal class Desk<In : Any>(
  private val plan: Plan<In>,
  private val life: TreeLife,
  private val stage: DeskScope<In>,
) : Dispatcher<Work>, Reception<In> {
  private val self = stage.self
  private val counts = life.counts
  private val inFlight = LinkedHashSet<Item>()
  private val processors =
    List(if (plan.taken.key == null) 1 else plan.taken.copies) {
      ProcessorCrew(counts.processors)
    }
  private val batchers = plan.batchers.mapIndexed { i, it -> BatchCrew(it, counts.batchers[i]) }
  private val fillings = batchers.associate { it.plan to Filling(it, self, ::enqueue) }
  private val members = HashMap<Subscriber<Work>, Crew<*>>()

  /** How many events no processor is through with: those that wait for another attempt as well. */
  private var unprocessed = 0
  private lateinit var host: DispatcherHost
  private lateinit var intake: Intake
  private lateinit var settling: Settling

  /** Whether no more is received, and why if that is a failure. */
  private var isOver = false
  private var failure: Throwable? = null
  private var isEnding = false
  private val drains = ArrayList<Reply<Drained>>()

  // --- life --------------------------------------------------------------------------------------

  suspend fun begin(open: suspend (Desk<In>) -> Intake) {
    stage.dispatcher { host ->
      this.host = host
      this
    }
    stage.onEvents { _, _ -> }
    stage.handleCast(Report.Processed::class) { processed(it) }
    stage.handleCast(Report.TriedAgain::class) { triedAgain(it) }
    stage.handleCast(Report.Handled::class) { handled(it) }
    stage.handleCall(DeskRequest.Metrics::class) { counts.metrics() }
    stage.handleDeferred(DeskRequest.Drain::class) { request, reply -> drain(request, reply) }
    counts.inFlight = 0
    (batchers.map { it.counts } + counts.processors).forEach { it.begin() }
    intake = open(this)
    settling = Settling(stage, intake, ::heardFailed, ::told)
  }

  private fun drain(request: DeskRequest.Drain, reply: Reply<Drained>) {
    drains += reply
    intake.stop()
    expireAfter(request.within)
  }

  override fun over(failure: Throwable?) {
    if (isOver) return
    isOver = true
    this.failure = failure
    if (failure != null) {
      self.warn("its source failed; what is in flight is finished: {}", failure.toString())
      expireAfter(plan.drainWithin)
    }
    goOn()
  }

  private fun expireAfter(limit: Duration) {
    if (limit.isFinite()) self.after(limit.toJavaDuration(), ::expire)
  }

  /** The time to drain is over. */
  private fun expire() {
    if (isEnding) return
    isEnding = true
    val left = inFlight.toList()
    stage.launch {
      withTimeoutOrNull(Pipeline.RELEASE_LIMIT) {
        settling.stop()
        intake.released(left)
      }
      self.warn("ends with {} events that are not acknowledged: no time was left", left.size)
      end(left.size)
    }
  }

  private fun endIfDone() {
    if (isEnding || !isOver || inFlight.isNotEmpty()) return
    isEnding = true
    end(0)
  }

  private fun end(left: Int) {
    drains.forEach { it.send(Drained(left)) }
    val reason = if (drains.isEmpty()) reason() else ExitReason.NORMAL
    life.isDone = reason == ExitReason.NORMAL
    stage.stop(reason)
  }

  private fun reason(): ExitReason =
    when (val failure = failure) {
      null -> ExitReason.NORMAL
      is ExitException -> failure.reason()
      else -> ExitReason.crash(failure)
    }

  // --- the stages --------------------------------------------------------------------------------

  override fun subscribe(subscriber: Subscriber<Work>, options: SubscribeOptions): Long {
    val crew = crewOf(options.partition)
    members[subscriber] = crew
    crew.join(subscriber)
    return ALWAYS_OPEN
  }

  private fun crewOf(name: Any?): Crew<*> =
    batchers.find { it.plan.name == name }
      ?: (name as? Int)?.let(processors::getOrNull)
      ?: throw SubscriptionRefused.badOptions("$name is no stage of ${plan.label}")

  override fun ask(subscriber: Subscriber<Work>, events: Long): Long {
    members[subscriber]?.ask(subscriber, events)
    goOn()
    return 0
  }

  override fun cancel(subscriber: Subscriber<Work>): Long {
    for (work in members.remove(subscriber)?.leave(subscriber).orEmpty().asReversed()) {
      when (work) {
        is Item -> giveAgain(work)
        is Batch -> giveAgain(work)
      }
    }
    goOn()
    return 0
  }

  private fun giveAgain(item: Item) {
    item.isSuspect = true
    if (mayGiveAgain(item, PROCESSORS)) item.crew.addFirst(item) else unprocessed--
  }

  private fun giveAgain(batch: Batch) {
    val open = batch.items.filter { !it.isSettled }
    val items = open.filter { mayGiveAgain(it, batch.crew.plan.name) }
    if (items.isNotEmpty()) batch.crew.addFirst(Batch(batch.crew, batch.key, items))
  }

  /** Its stage has ended with it. */
  private fun mayGiveAgain(item: Item, stage: String): Boolean {
    if (item.redeliveries == plan.redeliveries) {
      val why = StageLostException("$stage ended ${item.redeliveries + 1} times with it in hands")
      fail(Failure(item, why, item.attempts + 1, stage))
      return false
    }
    item.attempts = 0
    item.redeliveries++
    counts.redelivered++
    return true
  }

  override fun dispatch(events: List<Work>): List<Work> = events

  override fun info(info: Any) = host.release(info)

  // --- events come in ----------------------------------------------------------------------------

  override fun take(events: List<Delivery<In, Any>>) {
    counts.received += events.size
    for (event in events) {
      val item = Item(event.event, event.reference, this)
      inFlight += item
      unprocessed++
      assign(item, event.event)
    }
    goOn()
  }

  private fun assign(item: Item, event: In) {
    val key = plan.taken.key
    item.crew = processors[0]
    try {
      if (key != null) item.crew = processors[plan.taken.place(key(event))]
      item.crew.add(item)
    } catch (failure: Exception) {
      unprocessed--
      fail(Failure(item, failure, 1, PROCESSORS))
    }
  }

  // --- processors report -------------------------------------------------------------------------

  private fun processed(report: Report.Processed) {
    for (outcome in report.outcomes) {
      val item = outcome.item
      if (item.of !== this || !item.crew.release(item)) continue // of a life before this one
      counts.processors.ran(1, outcome.nanos)
      item.attempts = outcome.attempts
      item.isSuspect = false
      val routed = outcome.routed
      if (routed == null) failed(item, checkNotNull(outcome.failure)) else route(item, routed)
    }
    goOn()
  }

  private fun route(item: Item, routed: Routed) {
    val batcher = routed.batcher
    val filling = batcher?.let(fillings::get)
    if (batcher != null && filling == null) {
      return failed(
        item,
        IllegalArgumentException("${batcher.name} is no batcher of ${plan.label}"),
      )
    }
    unprocessed--
    counts.processors.processed(1)
    if (filling == null) return settle(item)
    item.result = routed.result
    filling.add(item, routed.key)
  }

  private fun failed(item: Item, why: Throwable) {
    val entropy = self.node().seams().entropy()
    // By key the stage itself has tried as often as it may.
    val pause =
      if (plan.taken.key == null) plan.processing.pause(item.attempts, why, entropy) else null
    if (pause == null) {
      unprocessed--
      return fail(Failure(item, why, item.attempts, PROCESSORS))
    }
    counts.processors.retried()
    self.after(pause.toJavaDuration()) {
      item.crew.addFirst(item)
      goOn()
    }
  }

  private fun triedAgain(report: Report.TriedAgain) {
    report.stage.ran(1, report.nanos)
    report.stage.retried()
  }

  // --- batchers report ---------------------------------------------------------------------------

  private fun enqueue(batch: Batch) {
    batch.crew.add(batch)
    batch.crew.serve()
    account()
  }

  private fun handled(report: Report.Handled) {
    val batch = report.batch
    if (batch.items[0].of !== this || !batch.crew.has(batch)) return
    if (report.isOver) batch.crew.release(batch) else batch.crew.counts.retried()
    batch.crew.counts.ran(report.tried, report.nanos)
    batch.crew.counts.processed(report.done.size)
    report.done.forEach(::settle)
    report.failed.forEach(::fail)
    goOn()
  }

  // --- what is decided ---------------------------------------------------------------------------

  private fun settle(item: Item) {
    item.isSettled = true
    settling.done(item)
  }

  private fun fail(failure: Failure<Item>) {
    val counts = batchers.find { it.plan.name == failure.stage }?.counts ?: counts.processors
    counts.failed(1)
    failure.subject.isSettled = true
    settling.failed(failure)
  }

  @Suppress("UNCHECKED_CAST") // the events are those of the source
  private suspend fun heardFailed(failures: List<Failure<Item>>) {
    val code = plan.onFailed
    if (code != null) {
      return code(failures.map { Failure(it.subject.event as In, it.why, it.attempts, it.stage) })
    }
    for (it in failures) {
      self.warn(
        "{} failed in {} ({} attempts): {}",
        it.subject.event,
        it.stage,
        it.attempts,
        it.why,
      )
    }
  }

  private fun told(done: List<Item>, failures: List<Failure<Item>>) {
    done.forEach(inFlight::remove)
    failures.forEach { inFlight.remove(it.subject) }
    counts.acknowledged += done.size
    counts.failed += failures.size
    goOn()
  }

  // --- going on ----------------------------------------------------------------------------------

  /** Something has happened: sees to all that may follow. */
  private fun goOn() {
    processors.forEach { it.serve() }
    batchers.forEach { it.serve() }
    if (nothingFillsBatches()) fillings.values.forEach { it.closeAll() }
    if (!isOver) intake.want(minOf(room(), demand()).coerceAtLeast(0).toInt())
    account()
    endIfDone()
  }

  /** Batches wait for events that cannot come: since no more do, or there is no room for them. */
  private fun nothingFillsBatches(): Boolean =
    unprocessed == 0 &&
      (isOver || room() <= 0 && fillings.values.sumOf { it.count } == inFlight.size)

  private fun room(): Long = plan.inFlight.toLong() - inFlight.size

  private fun demand(): Long = processors.sumOf { maxOf(0, it.wanted - it.queued) }

  private fun account() {
    counts.inFlight = inFlight.size
    val hands = processors.sumOf { it.working }
    counts.processors.working = hands
    counts.processors.waiting = unprocessed - hands
    counts.processors.wanted = processors.sumOf { it.wanted }
    for (crew in batchers) {
      crew.counts.working = crew.working
      crew.counts.waiting = crew.waiting + fillings.getValue(crew.plan).count
      crew.counts.wanted = crew.wanted
    }
  }

  private companion object {
    /** What comes in was asked for already: it is taken at once. */
    const val ALWAYS_OPEN = 1L shl 48
  }
}
