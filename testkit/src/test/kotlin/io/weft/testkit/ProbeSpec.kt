package io.weft.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Received
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

class ProbeSpec :
  FunSpec({
    test("a probe is an address, and expects by type, by condition and by value") {
      weftTest {
        val billing = probe<Billing>("billing")
        val asAddress: Address<Billing> = billing
        asAddress.tell(Billing.Refund(1))
        asAddress.tell(Billing.Refund(2))
        asAddress.tell(Billing.Note("x"))
        billing.expect<Billing.Refund>().amount shouldBe 1
        billing.expect<Billing.Refund> { it.amount == 2L }
        billing.expectMessage(Billing.Note("x"))
        billing.expectNone(10.seconds)
      }
    }

    test("an expectation waits as long as it says, in virtual time") {
      weftTest {
        val billing = probe<Billing>("billing")
        launch {
          delay(10.seconds)
          billing.tell(Billing.Note("late"))
        }
        shouldThrow<AssertionError> { billing.expect<Billing.Note>() }
        now shouldBe 3.seconds
        billing.expect<Billing.Note>(within = 8.seconds).text shouldBe "late"
        now shouldBe 10.seconds
      }
    }

    test("fish skips until something fits") {
      weftTest {
        val billing = probe<Billing>("billing")
        (1..5L).forEach { billing.tell(Billing.Refund(it)) }
        billing.fish<Billing.Refund> { it.amount == 4L }
        billing.expectMessage(Billing.Refund(5))
      }
    }

    test("requests are received, and answered, refused or failed") {
      weftTest {
        val billing = probe<Billing>("billing")
        val first = async { billing.call(Billing.Charge(1)) }
        billing.expectCall<Billing.Charge, _>().reply("ok")
        first.await() shouldBe "ok"
        val second = async { runCatching { billing.call(Billing.Charge(2)) } }
        billing.expectCall<Billing.Charge, _>().refuse("closed")
        second.await().exceptionOrNull()?.message shouldContain "closed"
        val third = async { runCatching { billing.call(Billing.Charge(3)) } }
        billing.expectCall<Billing.Charge, _>().fail(ExitReason.SHUTDOWN)
        (third.await().exceptionOrNull() is CallException) shouldBe true
      }
    }

    test("a probe answers by itself when it is told how") {
      weftTest {
        val billing = probe<Billing>("billing")
        billing.answer { charge: Billing.Charge -> "paid ${charge.amount}" }
        val orders = start(orders(billing))
        orders.call(Orders.Place(9)) shouldBe "paid 9"
        billing.expectMessage(Billing.Note("paid 9 for 9"))
        billing.expectNone(1.seconds)
      }
    }

    test("next takes whatever comes") {
      weftTest {
        val billing = probe<Billing>("billing")
        billing.tell(Billing.Note("n"))
        billing.next() shouldBe Received.Message<Billing>(Billing.Note("n"))
      }
    }

    test("a failure tells what came, what is in the mailbox, and what to do") {
      weftTest(11) {
        val billing = probe<Billing>("billing")
        billing.tell(Billing.Note("first"))
        billing.tell(Billing.Refund(2))
        billing.tell(Billing.Note("third"))
        billing.expect<Billing.Note>()
        val failure = shouldThrow<AssertionError> { billing.expect<Billing.Note>() }
        failure.message shouldContain
          """
          |probe "billing" ${billing.pid()?.shown()} expected Note, but this came first
          |    at 0s: Refund(amount=2)
          |  received before:
          |    at 0s: Note(text=first)
          |  still in its mailbox:
          |    at 0s: Note(text=third)
          |  what to do: expect that before, or skip what comes before: fish<..> { .. }
          |  the test: seed 11, at 0s of virtual time
          """
            .trimMargin()
      }
    }

    test("a failure for nothing tells who has messages waiting") {
      weftTest {
        val billing = probe<Billing>("billing")
        val orders = start(orders(billing))
        orders.tell(Orders.Place(1))
        orders.tell(Orders.Place(2))
        orders.tell(Orders.Place(3))
        billing.expectCall<Billing.Charge, _>()
        val failure =
          shouldThrow<AssertionError> { billing.expect<Billing.Note>(within = 500.milliseconds) }
        failure.message shouldContain "expected Note within 0.5s, but nothing came"
        failure.message shouldContain "the request Charge(amount=1) of"
        failure.message shouldContain "see that somebody tells probe \"billing\""
        failure.message shouldContain "orders ${orders.pid()?.shown()}: 2 in its mailbox: "
      }
    }

    test("expectNone tells what came") {
      weftTest {
        val billing = probe<Billing>("billing")
        launch {
          delay(1.seconds)
          billing.tell(Billing.Note("oh"))
        }
        shouldThrow<AssertionError> { billing.expectNone(2.seconds) }.message shouldContain
          "expected nothing within 2s, but this came\n    at 1s: Note(text=oh)"
      }
    }

    test("fish tells what it has skipped") {
      weftTest {
        val billing = probe<Billing>("billing")
        billing.tell(Billing.Note("a"))
        billing.tell(Billing.Refund(1))
        val failure = shouldThrow<AssertionError> { billing.fish<Billing.Note> { it.text == "b" } }
        failure.message shouldContain "expected a Note that fits within 3s, but only this came:"
        failure.message shouldContain "at 0s: Refund(amount=1)"
      }
    }
  })
