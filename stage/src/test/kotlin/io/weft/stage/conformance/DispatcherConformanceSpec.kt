package io.weft.stage.conformance

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.Dispatching
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.dispatch.PartitionDispatcher
import io.weft.stage.subscribeOptions

class DispatcherConformanceSpec :
  FunSpec({
    fun optionsOf(number: Int): SubscribeOptions = subscribeOptions<Int> { partition(number) }

    test("the DemandDispatcher keeps what a dispatcher promises") {
      for (count in 1..5) {
        DispatcherConformance.check(DemandDispatcher.of(), { it }) {
          consumers = count
          seeds = 0L..999L
        }
      }
    }

    test("so it does when it shuffles") {
      val shuffled = DemandDispatcher.of<Int> { shuffleOnFirstDispatch = true }
      DispatcherConformance.check(shuffled, { it }) { seeds = 0L..999L }
    }

    test("the BroadcastDispatcher keeps what a dispatcher promises") {
      for (count in 1..5) {
        DispatcherConformance.check(BroadcastDispatcher.of(), { "event $it" }) {
          delivery = Delivery.TO_ALL
          consumers = count
          seeds = 0L..999L
        }
      }
    }

    test("the PartitionDispatcher keeps what a dispatcher promises") {
      for (count in 1..5) {
        DispatcherConformance.check(PartitionDispatcher.of(count), { it }) {
          consumers = count
          options(::optionsOf)
          seeds = 0L..999L
        }
      }
    }

    /** What is said of a dispatcher that does something wrong, and the steps that show it. */
    fun flawOf(to: Delivery = Delivery.TO_ONE, dispatching: Dispatching<Int>): List<String> =
      shouldThrow<AssertionError> {
          DispatcherConformance.check(dispatching, { it }) { delivery = to }
        }
        .message
        .orEmpty()
        .lines()

    fun demand(wrong: (Dispatcher<Int>) -> Dispatcher<Int>) =
      Dispatching<Int> { host -> wrong(DemandDispatcher.of<Int>().dispatcher(host)) }

    test("an event that is lost is found, by few steps") {
      val lines = flawOf(dispatching = demand { Wrong(it, sent = { events -> events.drop(1) }) })
      lines.first() shouldContain "sent no events to consumer"
      lines.size shouldBeLessThanOrEqualTo 4
    }

    test("an event that is lost in the middle is found") {
      val wrong = demand { Wrong(it, sent = { e -> if (e.size > 2) e - e[1] else e }) }
      val lines = flawOf(dispatching = wrong)
      lines.first() shouldContain Regex("did not send the events \\[\\d+\\] in the end")
      lines.size shouldBeLessThanOrEqualTo 3
    }

    test("an event that is sent twice is found") {
      val wrong = demand {
        var last: Int? = null
        Wrong(it, sent = { e -> (listOfNotNull(last) + e).also { last = e.last() } })
      }
      val lines = flawOf(dispatching = wrong)
      lines.first() shouldContain Regex("event \\d+|more than it asked for")
      lines.size shouldBeLessThanOrEqualTo 6
    }

    test("a consumer that gets more than it asked for is found") {
      val wrong = Dispatching<Int> { ToTheFirst(it) }
      flawOf(dispatching = wrong).first() shouldContain "events more than it asked for"
    }

    test("events out of order are found") {
      val lines = flawOf(dispatching = demand { Wrong(it, sent = { e -> e.reversed() }) })
      lines.first() shouldContain Regex("sent event \\d+ to consumer 0 after event \\d+")
    }

    test("negative demand is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, asked = { n -> n - 2 }) })
      lines.first() shouldContain "asked the producer for -1 events"
      lines.size shouldBe 3
    }

    test("too much demand is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, asked = { n -> n + 1 }) })
      lines.first() shouldContain
        Regex("asked the producer for \\d+ events, of which consumers want")
    }

    test("forgotten demand is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, asked = { 0L }) })
      lines.first() shouldContain Regex("ask.* for .*, though .*consumers want events")
    }

    test("a forgotten info is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, informs = 0) })
      lines.first() shouldContain "did not give back 1 infos"
      lines[1] shouldBe "  the producer gets an info"
    }

    test("an info that comes twice is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, informs = 2) })
      lines.first() shouldContain "gave back info 0"
      lines.size shouldBe 2
    }

    test("what goes back and is no tail is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, left = { e -> e.reversed() }) })
      lines.first() shouldContain "gave back [1, 0], which is no tail of [0, 1]"
      lines.drop(1) shouldBe listOf("  the producer emits 2")
    }

    test("an event that goes nowhere is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, left = { e -> e.drop(1) }) })
      lines.first() shouldContain "did not send the events [0] in the end"
      lines.drop(1) shouldBe
        listOf("  the producer emits 1", "  in the end all consumers ask for what there is")
    }

    test("an event that goes nowhere when it is offered again is found") {
      val lines = flawOf(dispatching = demand { Wrong(it, offered = { emptyList() }) })
      lines.first() shouldContain Regex("did not send the events .* in the end")
    }

    test("a broadcast that leaves a consumer out is found") {
      val wrong = demand { it }
      flawOf(Delivery.TO_ALL, wrong).first() shouldContain "sent consumer"
    }

    test("a dispatcher that fails is found, with its failure") {
      val wrong = demand { Wrong(it, sent = { e -> if (e.size > 1) error("no") else e }) }
      val failure = shouldThrow<AssertionError> { DispatcherConformance.check(wrong, { it }) }
      failure.message shouldContain "failed with java.lang.IllegalStateException: no"
      failure.cause!!.message shouldBe "no"
    }

    test("a dispatcher that refuses is found") {
      val failure =
        shouldThrow<AssertionError> {
          DispatcherConformance.check(PartitionDispatcher.of(2), { it })
        }
      failure.message shouldContain "refused consumer 0"
    }
  })

/** A dispatcher that does something else than [right] would. */
private class Wrong(
  private val right: Dispatcher<Int>,
  private val sent: (List<Int>) -> List<Int> = { it },
  private val asked: (Long) -> Long = { it },
  private val left: (List<Int>) -> List<Int> = { it },
  private val offered: (List<Int>) -> List<Int> = { it },
  private val informs: Int = 1,
) : Dispatcher<Int> {
  private val between = HashMap<Subscriber<Int>, Subscriber<Int>>()

  private fun between(subscriber: Subscriber<Int>): Subscriber<Int> =
    between.getOrPut(subscriber) {
      object : Subscriber<Int> by subscriber {
        override fun send(events: List<Int>) = subscriber.send(sent(events))
      }
    }

  override fun subscribe(subscriber: Subscriber<Int>, options: SubscribeOptions) =
    right.subscribe(between(subscriber), options)

  override fun cancel(subscriber: Subscriber<Int>) = right.cancel(between(subscriber))

  override fun ask(subscriber: Subscriber<Int>, events: Long) =
    asked(right.ask(between(subscriber), events))

  override fun dispatch(events: List<Int>) = left(right.dispatch(events))

  override fun offer(events: List<Int>) = offered(right.offer(events))

  override fun info(info: Any) = repeat(informs) { right.info(info) }
}

/** Sends everything to whoever is there, as long as anybody wants anything. */
private class ToTheFirst(private val host: DispatcherHost) : Dispatcher<Int> {
  private val all = LinkedHashMap<Subscriber<Int>, Long>()

  override fun subscribe(subscriber: Subscriber<Int>, options: SubscribeOptions): Long {
    all[subscriber] = 0
    return 0
  }

  override fun cancel(subscriber: Subscriber<Int>): Long {
    all.remove(subscriber)
    return 0
  }

  override fun ask(subscriber: Subscriber<Int>, events: Long): Long {
    all.merge(subscriber, events, Long::plus)
    return events
  }

  override fun dispatch(events: List<Int>): List<Int> {
    val first = all.entries.firstOrNull { it.value > 0 } ?: return events
    first.setValue(first.value - events.size)
    first.key.send(events)
    return emptyList()
  }

  override fun info(info: Any) {
    host.release(info)
  }
}
