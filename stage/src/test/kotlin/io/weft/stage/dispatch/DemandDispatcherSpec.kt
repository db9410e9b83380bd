package io.weft.stage.dispatch

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs

class DemandDispatcherSpec :
  FunSpec({
    fun producer(configure: DemandScope.() -> Unit = {}) =
      FakeProducer(DemandDispatcher.of<Int>(configure))

    test("GS-55 who wants most is first; who is put among equals comes after them") {
      val producer = producer()
      val (r1, r2, r3) = listOf("r1", "r2", "r3").map { producer.subscribed(it) }
      r1.ask(4) shouldBe 4
      r2.ask(2) shouldBe 2
      r3.ask(3) shouldBe 3
      producer.dispatch(1, 2, 3, 4, 5, 6, 7, 8, 9).shouldBeEmpty()
      producer.sent() shouldBe
        listOf("r1" to listOf(1, 2, 3, 4), "r3" to listOf(5, 6, 7), "r2" to listOf(8, 9))
    }

    test("GS-55 an ask puts a consumer before those who want less") {
      val producer = producer()
      val (r1, r2, r3) = listOf("r1", "r2", "r3").map { producer.subscribed(it) }
      r1.ask(4)
      r2.ask(2)
      r3.ask(3)
      r3.ask(2) shouldBe 2
      producer.dispatch(1) // of five, to r3, which comes after r1 now
      r2.ask(4) shouldBe 4
      producer.dispatcher.dispatch((2..15).toList()).shouldBeEmpty()
      producer.sent().map { (who, what) -> who to what.size } shouldBe
        listOf("r3" to 1, "r2" to 6, "r1" to 4, "r3" to 4)
    }

    test("GS-55 events go on to the next when one has what it wanted, and back when all have") {
      val producer = producer()
      val (r1, r2) = listOf("r1", "r2").map { producer.subscribed(it) }
      r1.ask(3)
      r2.ask(3)
      producer.dispatch(1, 2).shouldBeEmpty()
      producer.dispatch(3, 4).shouldBeEmpty()
      producer.dispatch(5, 6, 7) shouldBe listOf(7)
      producer.sent() shouldBe
        listOf(
          "r1" to listOf(1, 2),
          "r2" to listOf(3, 4),
          "r1" to listOf(5),
          "r2" to listOf(6),
        )
    }

    test("GS-55 a list that goes to one consumer whole is passed on as it is") {
      val producer = producer()
      producer.subscribed("r1").ask(3)
      val events = listOf(1, 2, 3)
      producer.dispatcher.dispatch(events)
      producer.sent.single().second shouldBeSameInstanceAs events
      producer.dispatcher.dispatch(events) shouldBeSameInstanceAs events
    }

    test("GS-56 what a consumer asked for that left is not asked for again") {
      val producer = producer()
      val gone = producer.subscribed("gone")
      gone.ask(10) shouldBe 10
      gone.cancel() shouldBe 0
      val next = producer.subscribed("next")
      next.ask(5) shouldBe 0
      next.cancel() shouldBe 0
      val another = producer.subscribed("another")
      another.ask(12) shouldBe 2
    }

    test("GS-56 events that nobody wants lower what is still to come") {
      fun afterCancel(events: Int): Long {
        val producer = producer()
        val gone = producer.subscribed("gone")
        gone.ask(10)
        gone.cancel()
        val all = (1..events).toList()
        producer.dispatcher.dispatch(all) shouldBe all
        return 100 - producer.subscribed("next").ask(100)
      }
      afterCancel(3) shouldBe 7
      afterCancel(10) shouldBe 0
      afterCancel(11) shouldBe 0
    }

    test("GS-57 who asks for more than is expected is served, and warned of") {
      val producer = producer { maxDemand = 3 }
      val greedy = producer.subscribed("greedy")
      greedy.ask(4) shouldBe 4
      producer.warnings.single() shouldContain "maximum demand of 3"
      producer.dispatch(1, 2, 3, 4).shouldBeEmpty()
    }

    test("GS-57 the first ask tells what is expected") {
      val producer = producer()
      producer.subscribed("first").ask(3)
      producer.subscribed("second").ask(3)
      producer.warnings.shouldBeEmpty()
      producer.subscribed("third").ask(4)
      producer.warnings shouldHaveSize 1
    }

    test("GS-57 a maximum below one is refused") {
      shouldThrow<IllegalArgumentException> { producer { maxDemand = 0 } }
    }

    test("GS-58 the consumers are shuffled for the first dispatch, whatever they want") {
      val first =
        (1L..40L).map { seed ->
          val dispatching = DemandDispatcher.of<Int> { shuffleOnFirstDispatch = true }
          val producer = FakeProducer(dispatching, seed)
          producer.subscribed("r1").ask(3)
          producer.subscribed("r2").ask(2)
          producer.dispatch(1, 2, 3, 4, 5).shouldBeEmpty()
          producer.sent().map { it.first }
        }
      first.toSet() shouldContainExactlyInAnyOrder setOf(listOf("r1", "r2"), listOf("r2", "r1"))
    }

    test("GS-58 only once: later dispatches go by demand") {
      for (seed in 1L..40L) {
        val dispatching = DemandDispatcher.of<Int> { shuffleOnFirstDispatch = true }
        val producer = FakeProducer(dispatching, seed)
        val all = (1..5).map { producer.subscribed("r$it") }
        for (consumer in all) consumer.ask(1)
        producer.dispatch(1, 2, 3, 4, 5)
        producer.sent()
        all.forEachIndexed { i, consumer -> consumer.ask(i + 1L) }
        producer.dispatcher.dispatch((1..15).toList()).shouldBeEmpty()
        producer.sent().map { it.first } shouldBe listOf("r5", "r4", "r3", "r2", "r1")
      }
    }

    test("an info comes back at once") {
      val producer = producer()
      producer.subscribed("r1").ask(3)
      producer.dispatcher.info("info")
      producer.released shouldBe listOf("info")
    }

    test("demand beyond what a number can hold stays the largest number") {
      val producer = producer()
      val r1 = producer.subscribed("r1")
      r1.ask(Long.MAX_VALUE)
      r1.ask(Long.MAX_VALUE)
      producer.dispatch(1, 2).shouldBeEmpty()
      r1.cancel()
      producer.subscribed("r2").ask(5) shouldBe 0
    }
  })
