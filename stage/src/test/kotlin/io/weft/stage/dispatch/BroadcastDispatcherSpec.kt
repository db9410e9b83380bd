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
import io.weft.term.Binary
import io.weft.term.Export
import io.weft.term.Term
import io.weft.term.Terms

class BroadcastDispatcherSpec :
  FunSpec({
    fun producer() = FakeProducer(BroadcastDispatcher.of<Int>())

    fun pref(prefix: String) = { event: String -> event.startsWith(prefix) }

    test("GS-59 a successor is not asked for what was asked for already") {
      val producer = producer()
      val first = producer.subscribed("first")
      first.ask(10) shouldBe 10
      val second = producer.subscribed("second")
      first.cancel() shouldBe 0
      second.ask(10) shouldBe 0
      producer.dispatcher.dispatch((1..10).toList()).shouldBeEmpty()
    }

    test("GS-59 the end of the one that all wait for is demand") {
      val producer = producer()
      val first = producer.subscribed("first")
      first.ask(10) shouldBe 10
      val second = producer.subscribed("second")
      first.ask(5) shouldBe 0
      second.cancel() shouldBe 5
      producer.dispatcher.dispatch((1..16).toList()) shouldBe listOf(16)
    }

    test("GS-59 the last that leaves takes the demand along, but not what is still to come") {
      val producer = producer()
      val first = producer.subscribed("first")
      first.ask(10) shouldBe 10
      first.cancel() shouldBe 0
      producer.dispatch(1, 2, 3) shouldBe listOf(1, 2, 3)
      val second = producer.subscribed("second")
      // Three have come and are with the producer: it is asked for them again.
      second.ask(10) shouldBe 3
    }

    test("GS-59 events that come while nobody is there do not wait in the buffer for ever") {
      val producer = producer()
      val first = producer.subscribed("first")
      first.ask(10) shouldBe 10
      first.cancel()
      val buffered = producer.dispatcher.dispatch((1..10).toList())
      val second = producer.subscribed("second")
      second.ask(10) shouldBe 10
      producer.dispatcher.dispatch(buffered).shouldBeEmpty()
      producer.sent() shouldBe listOf("second" to (1..10).toList())
    }

    test("GS-60 selectors: what they leave out is asked for again, before the rest is sent") {
      val producer = FakeProducer(BroadcastDispatcher.of<String>())
      val first = producer.subscribed("first", selector = pref("pre"))
      val second = producer.subscribed("second", selector = pref("pref"))
      second.ask(4) shouldBe 0
      first.ask(4) shouldBe 4
      producer.dispatch("pref-1234", "pref-5678", "pre0000", "foo0000").shouldBeEmpty()
      first.askedAgain shouldBe listOf(1L)
      second.askedAgain shouldBe listOf(2L)
      producer.sent() shouldContainExactlyInAnyOrder
        listOf(
          "first" to listOf("pref-1234", "pref-5678", "pre0000"),
          "second" to listOf("pref-1234", "pref-5678"),
        )
    }

    test("GS-60 a selector that leaves out all gets an empty list") {
      val producer = FakeProducer(BroadcastDispatcher.of<String>())
      val one = producer.subscribed("one", selector = pref("x"))
      one.ask(2)
      producer.dispatch("a", "b").shouldBeEmpty()
      producer.sent() shouldBe listOf("one" to emptyList())
      one.askedAgain shouldBe listOf(2L)
    }

    test("GS-60 without a selector, or with one that takes all, the list is passed on as it is") {
      val producer = producer()
      val plain = producer.subscribed("plain")
      val all = producer.subscribed("all", selector = { _: Int -> true })
      plain.ask(3)
      all.ask(3)
      val events = listOf(1, 2, 3)
      producer.dispatcher.dispatch(events)
      for ((_, got) in producer.sent()) got shouldBeSameInstanceAs events
      all.askedAgain.shouldBeEmpty()
    }

    test("GS-60 a foreign consumer selects by a function of the node") {
      val even = Export(Atom("m"), Atom("even"), 1)
      val isEven = { (event): List<Term> ->
        if (event == Terms.integer(2)) Atom.of("yes")
        else Atom.of(if (event == Terms.integer(3)) "nil" else "false")
      }
      val producer =
        FakeProducer(
          BroadcastDispatcher.of<Int>(),
          terms = { Terms.integer((it as Int).toLong()) },
          functions = mapOf(even to isEven),
        )
      producer.subscribed("one", selector = even).ask(3)
      producer.dispatch(1, 2, 3)
      producer.sent() shouldBe listOf("one" to listOf(2))
    }

    for ((what, selector, text) in
      listOf(
        Triple("an unknown function", Export(Atom("m"), Atom("f"), 1), "fun m:f/1 is no function"),
        Triple("a function of two", Export(Atom("m"), Atom("f"), 2), "does not take one argument"),
        Triple("a term", Atom("even"), "even is no selector"),
        Triple("a binary", Binary.utf8("x"), "is no selector"),
        Triple("a text", "even", "java.lang.String is no selector"),
      )) {
      test("GS-60 as a selector $what is refused") {
        val producer = producer()
        val one = producer.consumer("one")
        val refused = shouldThrow<SubscriptionRefused> { one.subscribe(selector = selector) }
        refused.reason.toString() shouldContain "{bad_opts,"
        refused.reason.toString() shouldContain text
        producer.warnings.single() shouldContain text
        one.cancel() shouldBe 0
        one.subscribe() shouldBe 0
      }
    }

    test("GS-60 nil is no selector") {
      val producer = producer()
      producer.subscribed("one", selector = Atom("nil")).ask(1)
      producer.dispatch(1)
      producer.sent() shouldBe listOf("one" to listOf(1))
    }

    test("GS-35 a process is subscribed once; the refusal frees its place") {
      val producer = producer()
      val first = producer.consumer("first", process = 7)
      val second = producer.consumer("second", process = 7)
      val third = producer.consumer("third", process = 7)
      first.subscribe() shouldBe 0
      first.ask(10) shouldBe 10
      val refused = shouldThrow<SubscriptionRefused> { second.subscribe() }
      refused.reason.toString() shouldBe "already_subscribed"
      second.cancel() shouldBe 0
      producer.dispatch(1).shouldBeEmpty()
      producer.sent() shouldBe listOf("first" to listOf(1))
      third.subscribe() shouldBe 0
    }

    test("GS-6 one that never asks holds all others up until it leaves") {
      val producer = producer()
      val silent = producer.subscribed("silent")
      val eager = producer.subscribed("eager")
      eager.ask(10) shouldBe 0
      eager.ask(10) shouldBe 0
      producer.dispatch(1) shouldBe listOf(1)
      silent.cancel() shouldBe 20
    }

    test("GS-7 what is asked of the producer is what all want, once") {
      val producer = producer()
      val ten = producer.subscribed("ten")
      val twenty = producer.subscribed("twenty")
      ten.ask(10) shouldBe 0
      twenty.ask(20) shouldBe 10
    }

    test("one that comes later gets only what comes later") {
      val producer = producer()
      val first = producer.subscribed("first")
      first.ask(10) shouldBe 10
      producer.dispatch(1, 2, 3)
      val second = producer.subscribed("second")
      producer.dispatch(4) shouldBe listOf(4)
      second.ask(20) shouldBe 1
      producer.dispatcher.dispatch((4..10).toList()).shouldBeEmpty()
      producer.sent() shouldContainExactlyInAnyOrder
        listOf(
          "first" to listOf(1, 2, 3),
          "first" to (4..10).toList(),
          "second" to (4..10).toList(),
        )
    }

    test("an info comes back at once") {
      val producer = producer()
      producer.dispatcher.info("info")
      producer.released shouldBe listOf("info")
    }

    test("demand beyond what a number can hold stays the largest number") {
      val producer = producer()
      val one = producer.subscribed("one")
      one.ask(Long.MAX_VALUE)
      one.ask(Long.MAX_VALUE)
      val two = producer.subscribed("two")
      two.ask(5)
      producer.dispatch(1, 2, 3, 4, 5, 6) shouldBe listOf(6)
    }
  })
