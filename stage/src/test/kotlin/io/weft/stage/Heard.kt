package io.weft.stage

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Received
import io.weft.node.Request
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.cancelSubscription
import io.weft.term.Term
import io.weft.testkit.Probe
import kotlin.time.Duration.Companion.seconds

/** What the stages of a test tell of themselves, in the order in which it happens. */
internal sealed interface Heard {
  /** Events that a handler was given. */
  data class Batch(val events: List<Long>) : Heard {
    constructor(events: LongRange) : this(events.toList())
  }

  /** Demand that a producer was given. */
  data class Wanted(val events: Long) : Heard

  /** A message of the stage's own protocol. */
  data class Note(val text: String) : Heard

  data class Subscribed(val from: StageFrom) : Heard

  data class Subscriber(val from: StageFrom) : Heard

  data class Ended(
    val cause: SubscriptionEnd.Cause,
    val reason: ExitReason,
    val peer: SubscriptionEnd.Role,
    val from: StageFrom,
  ) : Heard

  data class Discarded(val events: Long) : Heard

  data class Down(val item: Term) : Heard

  data class Unknown(val term: Term) : Heard

  data class Terminated(val reason: ExitReason) : Heard
}

/** Takes all that was told, and sees that nothing more comes. */
internal suspend fun <H : Any> Probe<H>.all(): List<H> {
  val heard = ArrayList<H>()
  while (true) {
    val next =
      try {
        next(1.seconds)
      } catch (_: AssertionError) {
        return heard
      }
    heard += (next as Received.Message<H>).content()
  }
}

internal fun batch(vararg events: Long) = Heard.Batch(events.toList())

/** A producer that emits what it is told to, and tells what it is asked for. */
internal sealed interface Queue : Produces<Long> {
  data class Add(val events: List<Long>) : Queue, Request<String>

  data class AddAfterReply(val events: List<Long>) : Queue, Request<String>

  data class AddLater(val events: List<Long>) : Queue

  data class Note(val text: String) : Queue

  data object Stop : Queue, Request<String>
}

internal fun add(vararg events: Long) = Queue.Add(events.toList())

/** What a consumer of the tests can be told. */
internal sealed interface Sink : Consumes<Long> {
  data class Ask(val from: StageFrom, val events: Long) : Sink, Request<Unit>

  data class Cancel(val from: StageFrom, val reason: ExitReason) : Sink, Request<Unit>

  data class Note(val text: String) : Sink

  data object Stop : Sink, Request<String>
}

/** What a stage between others can be told. */
internal sealed interface Middle : Transforms<Long, Long> {
  data class Note(val text: String) : Middle

  data class Emit(val events: List<Long>) : Middle

  data object Stop : Middle, Request<String>
}

// --- stages --------------------------------------------------------------------------------------

/**
 * Counts as far as [until], as it is asked to; a counter without end would never let time go on.
 */
internal fun counter(
  until: Long = 2000,
  more: ProducerScope<Long, Produces<Long>>.() -> Unit = {},
): Blueprint<Produces<Long>> =
  GenStage.producer("counter") {
    var next = 0L
    onDemand { wanted -> emit(List(minOf(wanted, until - next).toInt()) { next++ }) }
    more()
  }

internal fun queue(
  ear: Address<Heard>,
  more: ProducerScope<Long, Queue>.() -> Unit = {},
): Blueprint<Queue> =
  GenStage.producerOf("queue") {
    onDemand { ear.tell(Heard.Wanted(it)) }
    handleCall(Queue.Add::class) {
      emit(it.events)
      "added"
    }
    handleDeferred(Queue.AddAfterReply::class) { request, reply ->
      reply.send("at once")
      emit(request.events)
    }
    handleCast(Queue.AddLater::class) { emit(it.events) }
    handleCast(Queue.Note::class) { ear.tell(Heard.Note(it.text)) }
    handleCall(Queue.Stop::class) {
      stop(ExitReason.SHUTDOWN)
      "stopped"
    }
    onSubscriber { _, from -> ear.tell(Heard.Subscriber(from)) }
    onSubscriptionEnd { end, from -> ear.tell(ended(end, from)) }
    onUnknown { ear.tell(Heard.Unknown(it.term())) }
    onDown { ear.tell(Heard.Down(it.item())) }
    onTerminate { ear.tell(Heard.Terminated(it)) }
    more()
  }

internal fun sink(
  ear: Address<Heard>,
  more: ConsumerScope<Long, Sink>.() -> Unit = {},
): Blueprint<Sink> =
  GenStage.consumerOf("sink") {
    onEvents { events, _ -> ear.tell(Heard.Batch(events.toList())) }
    handleCall(Sink.Ask::class) { ask(it.from, it.events) }
    handleCall(Sink.Cancel::class) { cancelSubscription(it.from, it.reason) }
    handleCast(Sink.Note::class) { ear.tell(Heard.Note(it.text)) }
    handleCall(Sink.Stop::class) {
      stop(ExitReason.NORMAL)
      "stopped"
    }
    onSubscriptionEnd { end, from -> ear.tell(ended(end, from)) }
    onUnknown { ear.tell(Heard.Unknown(it.term())) }
    onDown { ear.tell(Heard.Down(it.item())) }
    onTerminate { ear.tell(Heard.Terminated(it)) }
    more()
  }

internal fun middle(
  ear: Address<Heard>,
  more: ProducerConsumerScope<Long, Long, Middle>.() -> Unit = {},
): Blueprint<Middle> =
  GenStage.producerConsumerOf("middle") {
    onEvents { events, _ ->
      ear.tell(Heard.Batch(events.toList()))
      emit(events.flatMap { listOf(it, it) })
    }
    handleCast(Middle.Note::class) { ear.tell(Heard.Note(it.text)) }
    handleCast(Middle.Emit::class) { emit(it.events) }
    handleCall(Middle.Stop::class) {
      stop(ExitReason.NORMAL)
      "stopped"
    }
    onSubscriptionEnd { end, from -> ear.tell(ended(end, from)) }
    onTerminate { ear.tell(Heard.Terminated(it)) }
    more()
  }

internal fun ended(end: SubscriptionEnd, from: StageFrom): Heard =
  Heard.Ended(end.cause, end.reason, end.peer, from)

internal fun ProducerConsumerScope<Long, Long, *>.from(
  producer: Address<out Produces<Long>>,
  max: Int,
  min: Int,
) =
  subscribeTo(producer) {
    maxDemand = max
    minDemand = min
  }

internal fun demand(max: Int, min: Int): SubscribeOptions =
  subscribeOptions<Long> {
    maxDemand = max
    minDemand = min
  }

internal fun demand(max: Int, min: Int, whenItEnds: Cancel): SubscribeOptions =
  subscribeOptions<Long> {
    maxDemand = max
    minDemand = min
    cancel = whenItEnds
  }

internal fun ending(cancel: Cancel): SubscribeOptions =
  subscribeOptions<Long> { this.cancel = cancel }
