package io.weft.examples.guide

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Restart
import io.weft.gen.Strategy
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.localNode
import io.weft.kotlin.server
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Request
import kotlin.time.Duration.Companion.seconds

// guide: 3-supervision
sealed interface Rates {
  data class Of(val currency: String) : Rates, Request<Double>
}

val ratesServer =
  server<Rates>("rates") {
    val known = mapOf("EUR" to 1.0, "CHF" to 0.95)
    call { q: Rates.Of -> known.getValue(q.currency) } // throws for one that is not known
  }

sealed interface Exchange {
  data class Convert(val cents: Long, val to: String) : Exchange, Request<Long>
}

fun exchange(rates: Address<Rates>) =
  server<Exchange>("exchange") {
    call { q: Exchange.Convert -> (q.cents * rates.call(Rates.Of(q.to))).toLong() }
  }

// guide: end

// guide: 3-supervision
class Bureau {
  lateinit var exchange: Address<Exchange>
  lateinit var rates: Address<Rates>

  val supervisor =
    supervisor("bureau") {
      strategy = Strategy.REST_FOR_ONE
      intensity(max = 3, within = 5.seconds)
      rates = child(ratesServer)
      exchange = child(exchange(rates), Restart.PERMANENT, shutdown = 2.seconds)
    }
}

// guide: end

class SupervisionSpec :
  FunSpec({
    test("a slot leads to the next life") {
      localNode().use { node ->
        val bureau = Bureau()
        node.awaitStart(bureau.supervisor)
        bureau.exchange.call(Exchange.Convert(1000, "CHF")) shouldBe 950
        val first = bureau.rates.pid()!!
        node.exit(first, ExitReason.KILL)
        eventually(10.seconds) {
          val now = bureau.rates.pid()
          check(now != null && now != first)
          bureau.exchange.call(Exchange.Convert(1000, "EUR")) shouldBe 1000
        }
      }
    }

    test("who called hears why there is no answer") {
      localNode().use { node ->
        val bureau = Bureau()
        node.awaitStart(bureau.supervisor)
        // guide: 3-supervision
        val why =
          try {
            bureau.exchange.call(Exchange.Convert(1000, "XXX")).toString()
          } catch (failure: CallException) {
            failure.message // names the process, and the reason that it ended with
          }
        // guide: end
        why shouldContain "call to pid("
      }
    }
  })
