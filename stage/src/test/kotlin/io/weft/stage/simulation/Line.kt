package io.weft.stage.simulation

import io.weft.kotlin.ServerScope
import io.weft.kotlin.cast
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.stage.Asking
import io.weft.stage.ConsumerScope
import io.weft.stage.DemandMode
import io.weft.stage.Dispatching
import io.weft.stage.EmittingScope
import io.weft.stage.ProducerScope
import io.weft.stage.SubscriptionScope
import io.weft.stage.Transforms
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.dispatch.PartitionDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.asyncInfo
import io.weft.stage.gen.resubscribeAsync
import io.weft.stage.gen.stageCodec
import io.weft.stage.subscribeOptions
import io.weft.term.Atom
import io.weft.term.Export
import io.weft.term.IntTerm
import io.weft.term.Terms
import io.weft.testkit.simulation.Member
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.serialization.Serializable

/** What stages of a simulated line can be told: who is not of a kind does not mind its orders. */
@Serializable
internal sealed interface Order : Transforms<Long, Long> {
  @Serializable sealed interface OfSources : Order

  @Serializable sealed interface OfProducers : Order

  @Serializable sealed interface OfConsumers : Order

  /** Emit what nobody may have asked for. */
  @Serializable data class Burst(val events: Int) : OfProducers

  /** Accumulate demand for so long. */
  @Serializable data class Hold(val millis: Long) : OfSources

  /** From a source to itself: it does not accumulate any more. */
  @Serializable data object Held : OfSources

  /** Put a message behind the events so far. */
  @Serializable data object Mark : OfProducers

  /** From a producer to itself, behind so many events. */
  @Serializable data class Marked(val events: Long) : OfProducers

  @Serializable data class End(val reason: String) : Order

  /** Be killed. */
  @Serializable data object Die : Order

  /** Cancel the subscription of one of its consumers. */
  @Serializable data class CancelConsumer(val number: Int, val reason: String) : OfProducers

  /** Cancel one of its subscriptions. */
  @Serializable data class Cancel(val number: Int, val reason: String) : OfConsumers

  /** Subscribe anew in place of one of its subscriptions. */
  @Serializable data class Resubscribe(val number: Int, val reason: String) : OfConsumers
}

/** The stages of [plan] that live on a node, under one supervisor. */
internal fun Member.startLine(plan: Plan, record: Record, plants: Plants) {
  node.functions().provideDirect("Line", "chosen", 1) { arguments ->
    Terms.atom(ProducerRecord.isChosen((arguments.single() as IntTerm).value()))
  }
  record.tell = ::trace
  val here = plan.stages.filter { it.node == number }
  val line = Line(this, plan, record, plants)
  spawn(
    supervisor("line") {
      intensity(max = 1_000_000, within = 1.seconds)
      for (stage in here) child(line.blueprint(stage))
    }
  )
}

private class Line(
  private val member: Member,
  private val plan: Plan,
  private val record: Record,
  private val plants: Plants,
) {
  private val random = member.random

  fun blueprint(stage: Plan.Stage): Blueprint<Order> =
    when (stage.kind) {
      Plan.Kind.SOURCE -> source(stage)
      Plan.Kind.BETWEEN -> between(stage)
      Plan.Kind.SINK -> sink(stage)
    }.named(stage.name)

  private fun address(stage: Plan.Stage): Address<Order> =
    member.node.address(stage.name, member.names[stage.node - 1], stageCodec<Order>())

  // --- stages ------------------------------------------------------------------------------------

  private fun source(stage: Plan.Stage): Blueprint<Order> =
    GenStage.producerOf<Long, Order>(stage.name) {
      val life = record.producer(stage)
      emitting(stage, life)
      producing(life)
      var owed = 0L
      onDemand { wanted ->
        life.wants(wanted)
        pause(stage)
        if (stage.manner == Plan.Manner.PROMPT) emit(life.make(wanted.toInt())) else owed += wanted
      }
      if (stage.manner == Plan.Manner.LAZY) {
        launch {
          while (true) {
            delay((5 + random.nextInt(60)).milliseconds)
            life.settled()
            val now = minOf(owed, 1L + random.nextInt(20)).toInt()
            owed -= now
            emit(life.makeUnasked(now))
          }
        }
      }
      holding(life)
      cast { _: Order.OfConsumers -> }
      orders(stage)
    }

  private fun ProducerScope<Long, Order>.holding(life: ProducerRecord) {
    cast { hold: Order.Hold ->
      life.accumulates = true
      demand(DemandMode.ACCUMULATE)
      this@holding.launch {
        delay(hold.millis.milliseconds)
        demand(DemandMode.FORWARD)
        self.address().tell(Order.Held)
      }
    }
    cast { _: Order.Held -> life.accumulates = false }
  }

  private fun between(stage: Plan.Stage): Blueprint<Order> =
    GenStage.producerConsumerOf<Long, Long, Order>(stage.name) {
      val life = record.producer(stage)
      emitting(stage, life)
      producing(life)
      var seen = 0
      consuming(stage) { batch ->
        life.settled()
        pause(stage)
        val before = seen
        seen += batch.size
        when (stage.gain) {
          Plan.Gain.SAME -> emit(life.make(batch.size))
          Plan.Gain.TWICE -> emit(life.make(2 * batch.size))
          Plan.Gain.HALF -> emit(life.make(seen / 2 - before / 2))
        }
      }
      cast { _: Order.OfSources -> }
      orders(stage)
    }

  private fun sink(stage: Plan.Stage): Blueprint<Order> =
    GenStage.consumerOf<Long, Order>(stage.name) {
      consuming(stage) { pause(stage) }
      cast { _: Order.OfSources -> }
      cast { _: Order.OfProducers -> }
      orders(stage)
    }

  private suspend fun pause(stage: Plan.Stage) {
    if (stage.pause.last > 0)
      delay(random.nextInt(stage.pause.first, stage.pause.last + 1).milliseconds)
  }

  // --- producing ---------------------------------------------------------------------------------

  private fun EmittingScope<Long>.emitting(stage: Plan.Stage, life: ProducerRecord) {
    stage.buffer?.let { buffer(it, stage.keep) }
    life.buffered = { buffered }
    onDiscarded {
      life.discards(it)
      false
    }
    dispatcher(life.watching(plants.dispatching(dispatching(stage))))
  }

  private fun <S> S.producing(life: ProducerRecord)
    where S : ServerScope<Order>, S : EmittingScope<Long> {
    cast { burst: Order.Burst -> emit(life.makeUnasked(burst.events)) }
    cast { _: Order.Mark -> self.address().asyncInfo(Order.Marked(life.count)) }
    cast { order: Order.Marked -> life.passed(order.events) }
    cast { order: Order.CancelConsumer ->
      val all = consumers
      if (all.isNotEmpty()) cancelConsumer(all[order.number % all.size], reason(order.reason))
    }
  }

  private fun dispatching(stage: Plan.Stage): Dispatching<Long> =
    when (stage.dispatch) {
      Plan.Dispatch.DEMAND -> DemandDispatcher.of()
      Plan.Dispatch.BROADCAST -> BroadcastDispatcher.of()
      Plan.Dispatch.PARTITION -> {
        val partitions = plan.consumersOf(stage).size
        PartitionDispatcher.of(maxOf(1, partitions)) {
          hash { ProducerRecord.partitionOf(it, partitions) }
        }
      }
    }

  // --- consuming ---------------------------------------------------------------------------------

  /** Subscribes, and subscribes again whenever a subscription is over. */
  private fun ConsumerScope<Long, Order>.consuming(
    stage: Plan.Stage,
    handle: suspend (List<Long>) -> Unit,
  ) {
    val life = record.consumer(stage)
    val tried = HashMap<Plan.Input, Long>()
    onSubscribed { options, from ->
      life.subscribed(from.tag, options)
      val (_, input) = record.wish(options)
      if (input.asking == Plan.Asks.MANUAL) {
        ask(from, input.max.toLong())
        Asking.MANUAL
      } else Asking.AUTOMATIC
    }
    var left = false
    onSubscriptionEnd { end, from ->
      life.ended(from.tag, end)
      left = true
    }
    onEvents { events, from ->
      val batch = plants.seen(events.toList())
      life.takes(from.tag, batch)
      handle(batch)
      life.handled(from.tag, batch)
      val manual = life.inputOf(from.tag)?.takeIf { it.asking == Plan.Asks.MANUAL }
      if (manual != null) ask(from, plants.askedAgain(batch.size).toLong())
    }
    for (input in stage.inputs) {
      launch {
        while (plants.comesBack || !left) {
          delay((150 + random.nextInt(300)).milliseconds)
          val now = self.node().seams().clock().nanoTime()
          val last = tried[input]
          if (life.subscribedBy(input) != null) {
            tried -= input
          } else if (last == null || now - last > PATIENCE.inWholeNanoseconds) {
            tried[input] = now
            subscribeTo(address(plan.stages[input.producer])) { options(stage, input) }
          }
        }
      }
    }
    resubscribing(stage, life)
  }

  private fun ConsumerScope<Long, Order>.resubscribing(stage: Plan.Stage, life: ConsumerRecord) {
    cast { order: Order.Cancel ->
      val from = producers.getOrNull(order.number % maxOf(1, producers.size))
      if (from != null) cancelSubscription(from, reason(order.reason))
    }
    cast { order: Order.Resubscribe ->
      val from = producers.getOrNull(order.number % maxOf(1, producers.size))
      val input = from?.let { life.inputOf(it.tag) }
      if (input != null) {
        self
          .address()
          .resubscribeAsync(
            from.tag,
            reason(order.reason),
            address(plan.stages[input.producer]),
            subscribeOptions<Long> { options(stage, input) },
          )
      }
    }
  }

  private fun SubscriptionScope<Long>.options(stage: Plan.Stage, input: Plan.Input) {
    maxDemand = input.max
    minDemand = input.min
    cancel = input.cancel
    input.partition?.let { partition(it) }
    option("input", stage.number * Record.MOST_INPUTS + input.number)
    if (input.selects) {
      if (plan.stages[input.producer].node == stage.node) select(ProducerRecord::isChosen)
      else option("selector", CHOSEN)
    }
  }

  // --- being told --------------------------------------------------------------------------------

  private fun ServerScope<Order>.orders(stage: Plan.Stage) {
    cast { order: Order.End ->
      if (order.reason == "crash") error("${stage.name} was told to crash")
      stop(reason(order.reason))
    }
    cast { _: Order.Die -> self.node().exit(self.pid(), ExitReason.KILL) }
  }

  private companion object {
    val PATIENCE: Duration = 2.seconds
    val CHOSEN = Export(Atom.of("Line"), Atom.of("chosen"), 1)

    fun reason(name: String): ExitReason = ExitReason.of(Atom.of(name))
  }
}
