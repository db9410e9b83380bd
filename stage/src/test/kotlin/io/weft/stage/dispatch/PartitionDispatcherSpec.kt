package io.weft.stage.dispatch

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.weft.stage.SubscriptionRefused
import io.weft.term.Atom
import io.weft.term.Terms
import java.math.BigInteger

class PartitionDispatcherSpec :
  FunSpec({
    fun producer(partitions: Int) = FakeProducer(PartitionDispatcher.of<Int>(partitions))

    fun oddOrEven(event: Int) = if (event % 2 == 0) "even" else "odd"

    fun oddAndEven() =
      FakeProducer(PartitionDispatcher.of<Int>(listOf("odd", "even")) { hash(::oddOrEven) })

    test("GS-61 what a consumer asked for that left is not asked for again") {
      val producer = producer(2)
      val first = producer.subscribed("first", partition = 0)
      first.ask(10) shouldBe 10
      first.cancel() shouldBe 0
      val second = producer.subscribed("second", partition = 1)
      second.ask(5) shouldBe 0
      second.cancel() shouldBe 0
      producer.dispatch(0, 1, 2, 3).shouldBeEmpty()
      producer.dispatch(4, 5, 6, 7, 8, 9, 10) shouldBe listOf(10)
      producer.sent().shouldBeEmpty()
    }

    test("GS-61 events beyond what is wanted go back") {
      val producer = producer(1)
      val one = producer.subscribed("one", partition = 0)
      one.ask(3) shouldBe 3
      producer.dispatch(1).shouldBeEmpty()
      one.ask(3) shouldBe 3
      producer.dispatch(2, 5, 6, 7, 8, 9, 11) shouldBe listOf(9, 11)
      producer.sent() shouldBe listOf("one" to listOf(1), "one" to listOf(2, 5, 6, 7, 8))
    }

    test("GS-62 partitions with names, and a function that tells them") {
      val producer = oddAndEven()
      val odd = producer.subscribed("o", partition = "odd")
      odd.ask(3) shouldBe 3
      producer.dispatch(1).shouldBeEmpty()
      odd.ask(3) shouldBe 3
      producer.dispatch(5, 7, 9, 11, 13, 15, 17) shouldBe listOf(15, 17)
      producer.sent() shouldBe listOf("o" to listOf(1), "o" to listOf(5, 7, 9, 11, 13))
    }

    test("GS-62 an event of no partition is neither sent nor counted") {
      val dispatching =
        PartitionDispatcher.of<Int>(listOf("odd", "even")) {
          hash { if (it % 3 == 0) null else oddOrEven(it) }
        }
      val producer = FakeProducer(dispatching)
      producer.subscribed("e", partition = "even").ask(4)
      producer.subscribed("o", partition = "odd").ask(4)
      producer.dispatcher.dispatch((1..12).toList()) shouldBe listOf(12)
      producer.sent() shouldContainExactlyInAnyOrder
        listOf("o" to listOf(1, 5, 7, 11), "e" to listOf(2, 4, 8, 10))
    }

    test("GS-62 the function may replace the event") {
      val dispatching =
        PartitionDispatcher.of<Int>(2) { route { if (it < 0) null else Routed(it * 10, it % 2) } }
      val producer = FakeProducer(dispatching)
      producer.subscribed("zero", partition = 0).ask(10)
      producer.subscribed("one", partition = 1).ask(10)
      producer.dispatch(1, 2, -1, 3, 4).shouldBeEmpty()
      producer.sent() shouldContainExactlyInAnyOrder
        listOf("one" to listOf(10, 30), "zero" to listOf(20, 40))
    }

    // By phash2 of two partitions 1, 2, 5, 6 and 7 are of the first.
    test("GS-63 events that came before the subscription come by the first ask, in order") {
      val producer = producer(2)
      val other = producer.subscribed("other", partition = 1)
      other.ask(5) shouldBe 5
      producer.dispatch(1, 2, 5, 6, 7).shouldBeEmpty()
      producer.dispatch(8, 9) shouldBe listOf(8, 9)
      producer.sent().shouldBeEmpty()
      val late = producer.subscribed("late", partition = 0)
      late.ask(5) shouldBe 5
      producer.sent() shouldBe listOf("late" to listOf(1, 2, 5, 6, 7))
      producer.dispatch(1, 2).shouldBeEmpty()
    }

    test("GS-63 events beyond what a consumer wants wait for it, in order") {
      val producer = producer(2)
      val one = producer.subscribed("one", partition = 0)
      one.ask(5) shouldBe 5
      producer.subscribed("other", partition = 1).ask(5) shouldBe 5
      producer.dispatch(1, 2).shouldBeEmpty()
      producer.dispatch(5, 6, 7, 1, 2, 5, 6, 7).shouldBeEmpty()
      producer.sent() shouldBe listOf("one" to listOf(1, 2), "one" to listOf(5, 6, 7))
      one.ask(3) shouldBe 3
      one.ask(2) shouldBe 2
      producer.sent() shouldBe listOf("one" to listOf(1, 2, 5), "one" to listOf(6, 7))
    }

    test("GS-64 events of a consumer that leaves are dropped and made up for; infos are released") {
      val producer = producer(2)
      producer.subscribed("other", partition = 1).ask(5) shouldBe 5
      val leaving = producer.subscribed("leaving", partition = 0)
      producer.dispatch(1, 2, 5, 6, 7).shouldBeEmpty()
      producer.dispatcher.info("info")
      producer.released.shouldBeEmpty()
      leaving.cancel() shouldBe 5
      producer.released shouldBe listOf("info")
      producer.subscribed("next", partition = 0).ask(1) shouldBe 1
      producer.sent().shouldBeEmpty()
    }

    test("GS-65 an info that waits for nothing comes back at once") {
      val producer = producer(2)
      producer.dispatcher.info("first")
      producer.subscribed("zero", partition = 0)
      producer.subscribed("one", partition = 1).ask(3)
      producer.dispatcher.info("second")
      producer.released shouldBe listOf("first", "second")
    }

    test("GS-65 an info waits for the events before it, in all partitions") {
      val producer = oddAndEven()
      val odd = producer.subscribed("o", partition = "odd")
      val even = producer.subscribed("e", partition = "even")
      odd.ask(2)
      even.ask(2)
      producer.dispatch(1, 2, 3, 4) // as many as are wanted: both are behind, with nothing kept
      producer.dispatcher.info("info")
      odd.ask(1)
      producer.released.shouldBeEmpty()
      even.ask(1)
      producer.released shouldBe listOf("info")
    }

    test("GS-65 infos come between the events that they came between") {
      val producer = producer(1)
      val one = producer.subscribed("one", partition = 0)
      val other = producer.consumer("other")
      one.ask(8)
      one.cancel()
      producer.dispatch(1, 2)
      producer.dispatcher.info("a")
      producer.dispatch(3)
      producer.dispatcher.info("b")
      producer.dispatcher.info("c")
      other.subscribe(partition = 0)
      other.ask(2)
      producer.sent() shouldBe listOf("other" to listOf(1, 2))
      producer.released.shouldBeEmpty()
      other.ask(1)
      producer.released shouldBe listOf("a")
      other.ask(4)
      producer.released shouldBe listOf("a", "b", "c")
      producer.sent() shouldBe listOf("other" to listOf(3))
    }

    for ((what, partition, text) in
      listOf(
        Triple("no partition", null, "the :partition option is required"),
        Triple("nil", Atom("nil"), "the :partition option is required"),
        Triple("a negative number", -1, ":partition must be one of [0, 1], got: -1"),
        Triple("too high a number", Terms.integer(2), ":partition must be one of [0, 1], got: 2"),
        Triple("an unknown name", Atom("oops"), ":partition must be one of [0, 1], got: oops"),
        Triple("a taken one", 0L, "the partition 0 is already taken by pid"),
      )) {
      test("GS-66 a subscription with $what is refused, and the producer goes on") {
        val producer = producer(2)
        val taker = producer.subscribed("taker", partition = 0)
        val refusedOne = producer.consumer("refused")
        val refused = shouldThrow<SubscriptionRefused> { refusedOne.subscribe(partition) }
        refused.reason.toString() shouldContain "{bad_opts,"
        refused.reason.toString() shouldContain text
        producer.warnings.single() shouldContain text
        refusedOne.cancel() shouldBe 0
        taker.ask(2) shouldBe 2
      }
    }

    test("GS-66 partitions are needed, and names need a function") {
      shouldThrow<IllegalArgumentException> { PartitionDispatcher.of<Int>(0) }
      shouldThrow<IllegalArgumentException> {
        PartitionDispatcher.of<Int>(emptyList()) { hash { 0 } }
      }
      shouldThrow<IllegalArgumentException> { PartitionDispatcher.of<Int>(listOf("a", "b")) {} }
        .message shouldContain "need a hash function"
      shouldThrow<IllegalArgumentException> { PartitionDispatcher.of<Int>(listOf(1, 2)) {} }
      shouldThrow<IllegalArgumentException> {
          PartitionDispatcher.of<Int>(listOf("a", Atom("a"))) { hash { "a" } }
        }
        .message shouldContain "two partitions have one name"
    }

    test("GS-66 an unknown partition of an event fails, and says which") {
      val dispatching = PartitionDispatcher.of<Int>(listOf("foo", "bar")) { hash { "oops" } }
      val producer = FakeProducer(dispatching)
      producer.subscribed("one", partition = "foo").ask(3)
      val failure = shouldThrow<IllegalStateException> { producer.dispatch(1, 2, 5) }
      failure.message shouldContain "unknown partition oops computed for the event 1"
      failure.message shouldContain "[:foo, :bar]"
    }

    test("GS-66 a function that fails is told with the event") {
      val broken = IllegalArgumentException("broken")
      val dispatching = PartitionDispatcher.of<Int>(2) { hash { throw broken } }
      val producer = FakeProducer(dispatching)
      producer.subscribed("one", partition = 0).ask(3)
      val failure = shouldThrow<IllegalStateException> { producer.dispatch(17) }
      failure.message shouldContain "17"
      failure.cause shouldBeSameInstanceAs broken
    }

    test("a partition has one name, however it is said") {
      val names = listOf(0, 1L, "odd", Name.VERY_ODD, BigInteger.TWO.pow(70))
      val said =
        listOf(
          listOf(0, 0L, 0.toByte(), Terms.integer(0), BigInteger.ZERO),
          listOf(1, 1.toShort(), Terms.integer(1)),
          listOf("odd", Atom("odd"), Terms.binary("odd")),
          listOf(Name.VERY_ODD, Atom("very_odd"), "very_odd"),
          listOf(BigInteger.TWO.pow(70), Terms.integer(BigInteger.TWO.pow(70))),
        )
      val dispatching = PartitionDispatcher.of<Int>(names) { hash { said[it / 10][it % 10] } }
      for ((i, ways) in said.withIndex()) {
        for ((j, way) in ways.withIndex()) {
          val producer = FakeProducer(dispatching)
          producer.subscribed("one", partition = way).ask(3)
          producer.dispatch(i * 10 + j)
          producer.sent() shouldBe listOf("one" to listOf(i * 10 + j))
        }
      }
    }

    test("the partitions of events are those of phash2") {
      // erlang:phash2(Event, 1000) of these
      val events =
        listOf(
          1 to 162,
          1L to 162,
          -7L to 282,
          "abc" to 27,
          "abc".encodeToByteArray() to 27,
          true to 293,
          Atom("true") to 293,
          Terms.tuple(Terms.integer(1)) to 75,
          3.toShort() to 603,
          (1L shl 40) to 375,
        )
      for ((event, partition) in events) {
        val producer = FakeProducer(PartitionDispatcher.of<Any>(1000))
        for (i in 0 until 1000) producer.subscribed("$i", partition = i).ask(1)
        producer.dispatch(event)
        "$event in ${producer.sent.single().first}" shouldBe "$event in $partition"
      }
    }

    test("an event's term says its partition, if it has one") {
      val dispatching = PartitionDispatcher.of<Any>(1000)
      val producer = FakeProducer(dispatching, terms = { Atom("true") })
      for (i in 0 until 1000) producer.subscribed("$i", partition = i).ask(1)
      producer.dispatch("something", listOf("else"))
      producer.sent.map { it.first }.toSet() shouldBe setOf("293")
    }

    test("events without a term are spread by their hash code") {
      val producer = FakeProducer(PartitionDispatcher.of<Any>(4))
      for (i in 0 until 4) producer.subscribed("$i", partition = i).ask(1000)
      producer.dispatcher.dispatch(List(4000) { Opaque(it) }.take(1000)).shouldBeEmpty()
      val shares = producer.sent().associate { it.first to it.second.size }
      shares.keys shouldBe setOf("0", "1", "2", "3")
      for ((_, share) in shares) (share in 200..300) shouldBe true
    }
  })

private enum class Name {
  VERY_ODD
}

private data class Opaque(val number: Int)
