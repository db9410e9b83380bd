package io.weft.stage.pipeline

import io.weft.kotlin.Turn
import io.weft.stage.Retry
import io.weft.stage.graph.Outlet
import io.weft.stage.graph.Taken
import kotlin.reflect.KType
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A pipeline as it is described. Immutable. */
internal class Plan<In : Any>(
  val label: String,
  val events: KType,
  val source: SourcePlan<In>,
  val taken: Taken<In>,
  val process: suspend Processing.(In) -> Routed,
  val batchers: List<BatcherPlan>,
  val retry: Retry,
  val onFailed: (suspend (List<Failure<In>>) -> Unit)?,
  val inFlight: Int,
  val redeliveries: Int,
  val drainWithin: Duration,
  val intensity: Pair<Int, Duration>?,
  val observers: List<PipelineObserver>,
) {
  /** How many events there is something to do for. */
  val capacity: Int
    get() = minOf(inFlight.toLong(), taken.copies.toLong() * taken.maxDemand).toInt()

  /** By which policy processors try again. */
  val processing: Retry
    get() = taken.retry ?: retry
}

/** Where events come from. */
internal sealed interface SourcePlan<In : Any> {
  /** From a source of its own. */
  class Opened<In : Any>(val open: suspend Turn<*>.() -> PipelineSource<In, *>) : SourcePlan<In>

  /** From stages. */
  class Stages<In : Any>(val outlet: Outlet<In>) : SourcePlan<In>

  /** From stages that run on their own, and come and go. */
  class Running<In : Any>(val producers: Producers<In>) : SourcePlan<In>
}

/** A batcher as it is described. */
internal class BatcherPlan(
  val name: String,
  val batches: Batches<Any>,
  val handle: suspend Batching<Any>.(List<Any>) -> Unit,
)

/** Takes down what a pipeline is to be. */
internal class Planning<In : Any>(private val label: String, private val events: KType) :
  PipelineScope<In> {
  private var source: SourcePlan<In>? = null
  private var taken: Taken<In>? = null
  private lateinit var process: suspend Processing.(In) -> Routed
  private val batchers = ArrayList<BatcherPlan>()
  private var retry = Retry.NONE
  private var onFailed: (suspend (List<Failure<In>>) -> Unit)? = null
  private var inFlight: Int? = null
  private var redeliveries = DEFAULT_REDELIVERIES
  private var drainWithin = 30.seconds
  private var intensity: Pair<Int, Duration>? = null
  private val observers = ArrayList<PipelineObserver>()

  override fun source(open: suspend Turn<*>.() -> PipelineSource<In, *>) =
    source(SourcePlan.Opened(open))

  override fun source(stages: Outlet<In>) = source(SourcePlan.Stages(stages))

  override fun source(producers: Producers<In>) = source(SourcePlan.Running(producers))

  private fun source(plan: SourcePlan<In>) {
    require(source == null) { "$label has a source already: merge stages into one" }
    source = plan
  }

  override fun processors(count: Int, code: suspend Processing.(In) -> Routed) =
    processors(Taken.BY_DEFAULT.by(count).between(DEFAULT_MIN, DEFAULT_MAX), code)

  override fun processors(
    count: Int,
    key: (In) -> Any?,
    code: suspend Processing.(In) -> Routed,
  ) = processors(Taken.byKey(count, key).between(DEFAULT_MIN, DEFAULT_MAX), code)

  override fun processors(taken: Taken<In>, code: suspend Processing.(In) -> Routed) {
    require(this.taken == null) { "$label has processors already" }
    this.taken = taken
    process = code
  }

  override fun <T : Any> batcher(
    name: String,
    batches: Batches<T>,
    code: suspend Batching<T>.(List<T>) -> Unit,
  ): Batcher<T> {
    require(name != PROCESSORS && batchers.none { it.name == name }) {
      "$label has two that are called $name"
    }
    @Suppress("UNCHECKED_CAST") // only what is sent to the Batcher<T> comes there
    val plan =
      BatcherPlan(name, batches as Batches<Any>, code as suspend Batching<Any>.(List<Any>) -> Unit)
    batchers += plan
    return Batcher(plan)
  }

  override fun retry(policy: Retry) {
    retry = policy
  }

  override fun onFailed(code: suspend (List<Failure<In>>) -> Unit) {
    require(onFailed == null) { "$label has an onFailed already" }
    onFailed = code
  }

  override fun inFlight(most: Int) {
    require(most > 0) { "a pipeline with $most events in flight does nothing" }
    inFlight = most
  }

  override fun redeliveries(most: Int) {
    require(most >= 0) { "an event is given again from 0 times on, not $most" }
    redeliveries = most
  }

  override fun drainWithin(limit: Duration) {
    require(!limit.isNegative() && limit.isFinite()) { "the time to drain has an end: $limit" }
    drainWithin = limit
  }

  override fun intensity(max: Int, within: Duration) {
    intensity = max to within
  }

  override fun observer(observer: PipelineObserver) {
    observers += observer
  }

  fun plan(): Plan<In> {
    val taken = requireNotNull(taken) { "$label needs processors" }
    return Plan(
      label,
      events,
      requireNotNull(source) { "$label needs a source" },
      taken,
      process,
      batchers.toList(),
      retry,
      onFailed,
      inFlight ?: defaultInFlight(taken),
      redeliveries,
      drainWithin,
      intensity,
      observers.toList(),
    )
  }

  private fun defaultInFlight(taken: Taken<In>): Int {
    val processing = taken.copies.toLong() * taken.maxDemand
    val batching = batchers.sumOf { (it.batches.copies + 1L) * it.batches.size }
    return minOf(processing + batching, Int.MAX_VALUE.toLong()).toInt()
  }

  private companion object {
    const val DEFAULT_MAX = 10
    const val DEFAULT_MIN = 5
    const val DEFAULT_REDELIVERIES = 5
  }
}

/** What the processors are called among the batchers. */
internal const val PROCESSORS = "processors"
