package io.weft.stage.dispatch

import io.weft.stage.Dispatching
import io.weft.stage.SubscriptionRefused
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import kotlin.random.Random

/** Calls of one dispatcher, and how they are run here and said to the script. */
internal class CallSequence(
  private val module: String,
  private val options: Term,
  private val dispatching: Dispatching<Int>,
  val calls: List<Tuple>,
) {
  fun term(): Term = Terms.tuple(Atom(module), options, Terms.list(calls))

  /** Runs the calls; of each the result, what consumers got, and what the producer got. */
  fun run(): List<Term> = run(dispatching)

  /** As [run], with another dispatcher. */
  fun run(dispatching: Dispatching<Int>): List<Term> {
    val producer = FakeProducer(dispatching)
    val consumers = HashMap<Int, FakeProducer<Int>.FakeConsumer>()
    return calls.map { call ->
      val tag = (call[0] as Atom).name()
      val number = (call[1] as IntTerm).intValueExact()
      val third = if (call.arity() > 2) call[2] else null
      val result =
        when (tag) {
          "subscribe" -> {
            val process = (call[3] as IntTerm).intValueExact()
            val consumer = producer.consumer("$number", process)
            consumers[number] = consumer
            try {
              integer(subscribe(consumer, third!!))
            } catch (refused: SubscriptionRefused) {
              refused.reason.term()
            }
          }
          "cancel" -> integer(consumers.getValue(number).cancel())
          "ask" -> integer(consumers.getValue(number).ask((third as IntTerm).value()))
          "info" -> Atom.OK.also { producer.dispatcher.info(number) }
          else -> {
            val events = (third as ListTerm).elements().map { (it as IntTerm).intValueExact() }
            list(producer.dispatcher.dispatch(events))
          }
        }
      Terms.tuple(result, sent(producer), told(producer, consumers))
    }
  }

  private fun subscribe(consumer: FakeProducer<Int>.FakeConsumer, option: Term): Long =
    when {
      module == "partition" -> consumer.subscribe(partition = option)
      option is IntTerm -> consumer.subscribe(selector = { e: Int -> e % option.value() == 0L })
      else -> consumer.subscribe()
    }

  private fun sent(producer: FakeProducer<Int>): Term =
    Terms.list(
      producer.sent().groupBy({ it.first.toInt() }, { list(it.second) }).toSortedMap().map {
        (who, what) ->
        Terms.tuple(integer(who), Terms.list(what))
      }
    )

  private fun told(
    producer: FakeProducer<Int>,
    consumers: Map<Int, FakeProducer<Int>.FakeConsumer>,
  ): Term {
    val infos = producer.released.map { integer(it as Int) }
    val asks =
      consumers.toSortedMap().flatMap { (number, consumer) ->
        consumer.askedAgain.map { Terms.tuple(integer(number), integer(it)) }
      }
    producer.released.clear()
    for (consumer in consumers.values) consumer.askedAgain.clear()
    return Terms.list(infos + asks)
  }

  override fun toString(): String = "$module $options\n" + calls.joinToString("\n") { "  $it" }

  companion object {
    private val NONE = Atom("none")

    fun demand(seed: Long): CallSequence {
      val max = if (seed % 3 == 0L) Terms.integer(5) else NONE
      val dispatching = DemandDispatcher.of<Int> { if (max is IntTerm) maxDemand = 5 }
      return CallSequence("demand", max, dispatching, Calls(seed) { _, _ -> NONE }.make())
    }

    fun broadcast(seed: Long): CallSequence {
      val calls =
        Calls(seed, twice = true) { _, random ->
          if (random.nextInt(3) == 0) Terms.integer(random.nextLong(2, 4)) else NONE
        }
      return CallSequence("broadcast", NONE, BroadcastDispatcher.of(), calls.make())
    }

    fun partitions(seed: Long): CallSequence {
      val count = partitionCount(seed)
      val calls = Calls(seed, consumers = count) { slot, _ -> integer(slot) }
      val options = Terms.integer(count.toLong())
      return CallSequence("partition", options, PartitionDispatcher.of(count), calls.make())
    }

    fun partitionCount(seed: Long): Int = 1 + (seed % 4).toInt()

    private val NAMES = listOf("odd", "even")

    fun names(seed: Long): CallSequence {
      val dispatching = PartitionDispatcher.of<Int>(NAMES) { route(::nameOf) }
      val calls = Calls(seed, consumers = 2) { slot, _ -> Atom(NAMES[slot]) }
      return CallSequence("partition", Atom("names"), dispatching, calls.make())
    }

    /** Odd and even numbers; those of three are for nobody, those of seven are replaced. */
    fun nameOf(event: Int): Routed<Int>? =
      when {
        event % 3 == 0 -> null
        event % 7 == 0 -> Routed(event + 100_000, "odd")
        else -> Routed(event, NAMES[(event + 1) % 2])
      }
  }
}

/**
 * Makes calls at random that are in order: of consumers that are subscribed, at most one a slot.
 */
private class Calls(
  seed: Long,
  private val consumers: Int = 4,
  private val twice: Boolean = false,
  private val option: (slot: Int, Random) -> Term,
) {
  private val random = Random(seed)
  private val slots = arrayOfNulls<Int>(consumers)
  private val most = 1 shl random.nextInt(1, 6)
  private val calls = ArrayList<Tuple>()
  private var subscriptions = 0
  private var events = 0

  fun make(): List<Tuple> {
    repeat(40) { next() }
    return calls
  }

  private fun next() {
    val slot = random.nextInt(consumers)
    val subscribed = slots[slot]
    when (random.nextInt(16)) {
      in 0..2 -> if (subscribed == null) slots[slot] = subscribe(slot) else again(slot)
      3 -> subscribed?.let { cancel(it) }.also { slots[slot] = null }
      in 4..9 -> subscribed?.let { call("ask", it, integer(random.nextInt(1, most + 1))) }
      15 -> call("info", calls.size)
      else -> {
        val count = random.nextInt(1, most + 1)
        call("dispatch", count, list(List(count) { events++ }))
      }
    }
  }

  private fun subscribe(slot: Int): Int {
    val number = subscriptions++
    call("subscribe", number, option(slot, random), integer(slot))
    return number
  }

  /** A second subscription of a process, which is refused. */
  private fun again(slot: Int) {
    if (twice) cancel(subscribe(slot))
  }

  private fun cancel(number: Int) {
    call("cancel", number)
  }

  private fun call(name: String, number: Int, vararg arguments: Term) {
    calls += Tuple.of(Atom(name), integer(number), *arguments)
  }
}

internal fun integer(number: Number): Term = Terms.integer(number.toLong())

internal fun list(numbers: List<Int>): Term = Terms.list(numbers.map(::integer))
