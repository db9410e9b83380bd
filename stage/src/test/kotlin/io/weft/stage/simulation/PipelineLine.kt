package io.weft.stage.simulation

import io.weft.kotlin.ActorScope
import io.weft.kotlin.actor
import io.weft.kotlin.awaitEnd
import io.weft.kotlin.awaitStart
import io.weft.kotlin.supervisor
import io.weft.node.StartException
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.pipeline.Checkpoint
import io.weft.stage.pipeline.Delivery
import io.weft.stage.pipeline.Failure
import io.weft.stage.pipeline.Pipeline
import io.weft.stage.pipeline.PipelineObserver
import io.weft.stage.pipeline.PipelineScope
import io.weft.stage.pipeline.PipelineSource
import io.weft.stage.pipeline.Producers
import io.weft.stage.pipeline.pipeline
import io.weft.stage.pipeline.resumableByNumber
import io.weft.testkit.simulation.Member
import java.util.IdentityHashMap
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

/** What of a pipeline lives on a node: the pipeline on the first, producers on others. */
internal fun Member.startPipeline(
  plan: PipelinePlan,
  record: PipelineRecord,
  plants: PipelinePlants,
) {
  record.tell = ::trace
  val here = number
  val line = PipelineLine(this, plan, record, plants)
  if (plan.source == PipelinePlan.Source.PRODUCERS) {
    spawn(
      supervisor("producers") {
        intensity(max = 1_000_000, within = 1.seconds)
        for (producer in 0..<plan.producers) {
          if (plan.homeOf(producer) == here) child(line.producer(producer))
        }
      }
    )
  }
  if (number == 1) spawn(actor<Unit>("keeper") { with(line) { keep() } })
}

private class PipelineLine(
  private val member: Member,
  private val plan: PipelinePlan,
  private val record: PipelineRecord,
  private val plants: PipelinePlants,
) {
  private val random = member.random

  /** Starts the pipeline whenever it has ended, until all is over. */
  suspend fun ActorScope<Unit>.keep() {
    while (!record.isOver) {
      try {
        val tree = member.node.awaitStart(pipeline().supervisor())
        record.tree = tree
        tree.awaitEnd()
      } catch (_: StartException) {
        // it is tried again
      }
      delay((10 + random.nextInt(100)).milliseconds)
    }
  }

  private fun pipeline(): Pipeline<Long> =
    pipeline("simulated") {
      from()
      val batchers =
        plan.batchers.associateWith { batching ->
          batcher<Long>(batching.name, batching.batches) { batch ->
            val now = plants.batch(batch)
            if (now.isNotEmpty()) record.begins(batching, now)
            pause(batching.pause)
            if (fails()) {
              record.failsToHandle(now, attempt)
              error("a batch")
            }
            val bad = if (fails()) batch.filter { fails() } else emptyList()
            bad.forEach { fail(it, IllegalStateException("one of a batch")) }
            record.failsToHandle(bad, attempt)
            record.handled(now - bad.toSet())
          }
        }
      processors(plan.taken { plants.key(it, plan.keyOf(it)) }) { event ->
        record.begins(event, attempt, isRedelivered)
        pause(plan.pause)
        if (fails()) {
          record.failsToProcess(event, attempt)
          error("an event")
        }
        record.processed(event)
        val batcher = plan.batcherOf(event)
        if (batcher == null) done else event into batchers.getValue(batcher)
      }
      retry(plan.retry)
      onFailed { if (plants.hears) record.hears(it) }
      inFlight(plan.inFlight + plants.excess)
      redeliveries(1000)
      intensity(1000, 1.seconds)
      drainWithin(1.seconds)
      observer(
        PipelineObserver { _, _, metrics ->
          record.metrics = metrics
          AutoCloseable {}
        }
      )
    }

  private fun fails() = random.nextInt(plan.failing) == 0

  private suspend fun pause(span: IntRange) {
    if (span.last > 0) delay(random.nextInt(span.first, span.last + 1).milliseconds)
  }

  // --- sources -----------------------------------------------------------------------------------

  private fun PipelineScope<Long>.from() =
    when (plan.source) {
      PipelinePlan.Source.BROKER -> source { plants.source(Brokered()) }
      PipelinePlan.Source.RESUMABLE -> {
        val resumed =
          resumableByNumber(plants.checkpoint(Stored())) { from ->
            (from..<plan.events).asSequence()
          }
        source {
          @Suppress("UNCHECKED_CAST") // it gets back what it has given
          plants.source(Watched(resumed() as PipelineSource<Long, Any>))
        }
      }
      PipelinePlan.Source.PRODUCERS -> source(producers())
    }

  private fun producers(): Producers<Long> {
    val all =
      List(plan.producers) { producer ->
        val on = member.names[plan.homeOf(producer) - 1]
        member.node.address("producer$producer", on, stageCodec<Produces<Long>>())
      }
    return Producers.of(*all.toTypedArray())
      .subscribing { maxDemand = plan.demand.last * plan.copies }
      .resubscribing(Retry.attempts(Int.MAX_VALUE).backoff(20.milliseconds, 500.milliseconds))
  }

  /** Keeps what it is not told of. */
  private inner class Brokered : PipelineSource<Long, Any> {
    private val watched = Watching()

    override suspend fun receive(wanted: Int): List<Delivery<Long, Any>> {
      pause(0..5)
      return watched.received(wanted, record.next(wanted).map { Delivery(it, it) })
    }

    override suspend fun acknowledged(done: List<Any>) {
      pause(0..5)
      watched.acknowledged(done)
    }

    override suspend fun failed(failures: List<Failure<Any>>) = watched.failed(failures)

    override suspend fun released(left: List<Any>) = watched.released(left)
  }

  private inner class Watched(private val inner: PipelineSource<Long, Any>) :
    PipelineSource<Long, Any> by inner {
    private val watching = Watching()

    override suspend fun receive(wanted: Int): List<Delivery<Long, Any>> =
      watching.received(wanted, inner.receive(wanted))

    override suspend fun acknowledged(done: List<Any>) {
      watching.acknowledged(done)
      inner.acknowledged(done)
    }

    override suspend fun failed(failures: List<Failure<Any>>) {
      watching.failed(failures)
      inner.failed(failures)
    }

    override suspend fun released(left: List<Any>) {
      watching.released(left)
      inner.released(left)
    }
  }

  /** Lets the record know what one life of a source sees. */
  private inner class Watching {
    private val events = IdentityHashMap<Any, Long>()

    init {
      record.opens(plants.comesAgain)
    }

    fun received(wanted: Int, deliveries: List<Delivery<Long, Any>>): List<Delivery<Long, Any>> {
      record.asked(wanted)
      for (delivery in deliveries) events[delivery.reference] = delivery.event
      record.handsOver(deliveries.map { it.event })
      return deliveries
    }

    fun acknowledged(done: List<Any>) = done.forEach { record.acknowledged(events.getValue(it)) }

    fun failed(failures: List<Failure<Any>>) = failures.forEach {
      record.failed(events.getValue(it.subject))
    }

    fun released(left: List<Any>) = left.forEach { record.released(events.getValue(it)) }
  }

  private inner class Stored : Checkpoint<Long> {
    override suspend fun load(): Long? = record.place

    override suspend fun save(place: Long) {
      pause(0..5)
      record.saves(place)
    }
  }

  // --- producers ---------------------------------------------------------------------------------

  fun producer(number: Int) =
    GenStage.producer<Long>("producer$number") {
        val made = MadeByProducer()
        val first = number * 1_000_000_000L + record.lives++ * 1_000L
        record.producers[number] = made
        dispatcher(plants.dispatching(Sending(DemandDispatcher.of(), made)))
        onDemand { wanted ->
          pause(0..10)
          val now = minOf(wanted.toInt(), plan.events - made.events)
          emit(List(now) { first + made.events++ })
        }
      }
      .named("producer$number")

  /** Tells the record who is sent what. */
  private inner class Sending(
    private val inner: Dispatching<Long>,
    private val made: MadeByProducer,
  ) : Dispatching<Long> {
    override fun dispatcher(host: DispatcherHost): Dispatcher<Long> {
      val right = inner.dispatcher(host)
      val known = IdentityHashMap<Subscriber<Long>, Subscriber<Long>>()
      return object : Dispatcher<Long> by right {
        override fun subscribe(subscriber: Subscriber<Long>, options: SubscribeOptions): Long =
          right.subscribe(known.getOrPut(subscriber) { To(subscriber) }, options)

        override fun cancel(subscriber: Subscriber<Long>): Long {
          if (made.last == subscriber.tag) made.last = null
          return known.remove(subscriber)?.let(right::cancel) ?: 0
        }

        override fun ask(subscriber: Subscriber<Long>, events: Long): Long =
          known[subscriber]?.let { right.ask(it, events) } ?: 0
      }
    }

    private inner class To(private val to: Subscriber<Long>) : Subscriber<Long> by to {
      override fun send(events: List<Long>) {
        made.last = tag
        record.sends(events, tag, pid)
        to.send(events)
      }
    }
  }
}
