package io.weft.stage.conformance

import io.weft.stage.Dispatcher
import io.weft.stage.Dispatching
import io.weft.stage.SubscriptionRefused
import java.util.TreeSet

/**
 * One dispatcher, its consumers, and a producer that emits now what it was asked for, now more or
 * less. What goes back to the producer waits in its buffer: new demand is served from there first,
 * and if there is something when events are emitted, as many of the oldest go instead of them. What
 * still waits is offered again when consumers ask or leave.
 */
internal class Trial<E : Any>(
  dispatching: Dispatching<E>,
  make: (Int) -> E,
  private val rules: RulesBuilder,
  seed: Long,
) {
  private val infos = TriedInfos()
  private val dispatcher: Dispatcher<E> = dispatching.dispatcher(TriedHost(infos, seed))
  private val events = SentEvents(make)
  private val consumers = arrayOfNulls<TriedConsumer<E>>(rules.consumers)
  private var subscriptions = 0
  private var buffer: List<E> = emptyList()

  /** What the producer was asked for and has not emitted. */
  private var open = 0L

  /** What consumers that left had asked for and not got, and events dropped with them. */
  private var released = 0L

  /** Events that the dispatcher has taken and nobody got. */
  private val kept = TreeSet<Int>()

  /** How many events of consumers that left may never come. */
  private var dropped = 0L

  private var isEnding = false

  private val subscribed
    get() = consumers.filterNotNull()

  /** Takes the steps, then lets everything come to an end; returns what went wrong. */
  fun run(steps: List<Step>): Flaw? =
    try {
      steps.forEach(::take)
      isEnding = true
      finish()
      null
    } catch (flaw: Flaw) {
      flaw.also { it.atTheEnd = isEnding }
    } catch (failure: Exception) {
      Flaw("failed with $failure", failure).also { it.atTheEnd = isEnding }
    }

  private fun take(step: Step) {
    when (step) {
      is Step.Subscribe -> subscribe(step.consumer)
      is Step.Cancel -> cancel(step.consumer)
      is Step.Ask -> ask(step.consumer, step.events.toLong())
      is Step.Emit -> emit(step.events)
      Step.Inform -> dispatcher.info(infos.next(events.made - buffer.size))
    }
    flawUnless(kept.size >= dropped) { "sent events that it said it has dropped" }
    infos.check(kept, dropped)
  }

  private fun subscribe(number: Int) {
    if (consumers[number] != null) return
    val consumer = TriedConsumer(number, subscriptions++, events)
    consumers[number] = consumer
    try {
      val demand = dispatcher.subscribe(consumer, rules.options(number))
      asked(demand, demand)
    } catch (refused: SubscriptionRefused) {
      throw Flaw("refused $consumer: ${refused.reason}", refused)
    }
  }

  private fun cancel(number: Int) {
    val consumer = consumers[number] ?: return
    consumers[number] = null
    consumer.isSubscribed = false
    released += consumer.wanted
    val demand = dispatcher.cancel(consumer)
    val dropping = minOf(demand, kept.size - dropped)
    dropped += dropping
    released += dropping
    asked(demand, Long.MAX_VALUE)
  }

  private fun ask(number: Int, count: Long) {
    val consumer = consumers[number] ?: return
    consumer.wanted += count
    asked(dispatcher.ask(consumer, count), count)
    note()
  }

  /** The dispatcher wants so many events more, and may be ready to take [free] of them. */
  private fun asked(demand: Long, free: Long) {
    flawUnless(demand >= 0) { "asked the producer for $demand events" }
    note()
    val ready = minOf(demand, buffer.size.toLong()).toInt()
    open += demand - ready
    send(ready, dispatcher::dispatch)
    send(minOf(free - ready, buffer.size.toLong()).toInt(), dispatcher::offer)
    val wanted = subscribed.sumOf { it.wanted }
    flawUnless(open <= wanted + released) {
      "has asked the producer for $open events, of which consumers want ${wanted + released}"
    }
  }

  private fun emit(count: Int) {
    open = maxOf(0, open - count)
    buffer = buffer + events.next(count)
    send(count, dispatcher::dispatch)
  }

  /** Has so many events sent, the oldest that there are. */
  private fun send(number: Int, send: (List<E>) -> List<E>) {
    if (number <= 0) return
    val offered = buffer.take(number)
    val left = send(offered)
    val count = offered.size - left.size
    flawUnless(count >= 0 && offered.subList(count, offered.size) == left) {
      "gave back $left, which is no tail of $offered"
    }
    buffer = buffer.drop(count)
    val taken = offered.subList(0, count).map(events::numberOf)
    if (rules.delivery == Delivery.TO_ALL) {
      for (consumer in subscribed) {
        flawUnless(consumer.gotNow == taken) { "sent $consumer ${consumer.gotNow} of $taken" }
        consumer.gotNow.clear()
      }
    } else {
      kept += taken
      note()
    }
  }

  /** Sees what consumers have got. */
  private fun note() {
    for (consumer in subscribed) {
      for (event in consumer.gotNow) {
        flawUnless(kept.remove(event)) { "sent event $event to $consumer, which was not there" }
      }
      consumer.gotNow.clear()
    }
  }

  /** Lets all consumers ask until everything is there. */
  private fun finish() {
    repeat(rules.consumers, ::subscribe)
    emitWhatIsOpen()
    val stuck = subscribed.all { it.wanted > 0 }
    flawUnless(!stuck) { "asks for nothing, though all consumers want events" }
    repeat(rules.consumers) { ask(it, (kept.size + buffer.size + ENOUGH).toLong()) }
    flawUnless(buffer.isEmpty()) { "does not ask for $buffer, though consumers want events" }
    flawUnless(kept.size <= dropped) { "did not send the events $kept in the end" }
    infos.check(kept, dropped)
    infos.checkAllAreBack()
  }

  private fun emitWhatIsOpen() {
    while (open > 0) emit(minOf(open, ENOUGH.toLong()).toInt())
  }

  private companion object {
    const val ENOUGH = 10
  }
}
