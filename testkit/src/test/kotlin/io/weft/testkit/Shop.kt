package io.weft.testkit

import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Request
import java.time.Duration

/** A little shop, for tests of the kit. */
internal sealed interface Counter {
  data class Add(val n: Long) : Counter

  data object Get : Counter, Request<Long>

  data object Fail : Counter
}

internal fun counter(): Blueprint<Counter> =
  server<Counter>("counter") {
    var total = 0L
    cast { m: Counter.Add -> total += m.n }
    cast { _: Counter.Fail -> error("asked to fail") }
    call { _: Counter.Get -> total }
  }

internal sealed interface Billing {
  data class Charge(val amount: Long) : Billing, Request<String>

  data class Refund(val amount: Long) : Billing

  data class Note(val text: String) : Billing
}

internal sealed interface Orders {
  data class Place(val amount: Long) : Orders, Request<String>
}

/** Charges what is ordered, and notes it. */
internal fun orders(billing: Address<Billing>): Blueprint<Orders> =
  server<Orders>("orders") {
    call { order: Orders.Place ->
      val receipt: String = billing.call(Billing.Charge(order.amount))
      billing.tell(Billing.Note("$receipt for ${order.amount}"))
      receipt
    }
  }

internal data object Stroke

/** Tells its ear once a second. */
internal fun bell(ear: Address<Stroke>): Blueprint<Unit> =
  server<Unit>("bell") {
    handleCast(Unit::class) {}
    fun ring() {
      self.after(Duration.ofSeconds(1)) {
        ear.tell(Stroke)
        ring()
      }
    }
    ring()
  }
