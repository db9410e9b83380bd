package io.weft.examples.guide

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.examples.limiter.Leave
import io.weft.examples.limiter.Limit
import io.weft.examples.limiter.RateLimiter
import io.weft.examples.limiter.rateLimiter
import io.weft.kotlin.call
import io.weft.testkit.Outside
import io.weft.testkit.ask
import io.weft.testkit.expectCall
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.async

class TestingSpec :
  FunSpec({
    // guide: 7-testing
    test("an exchange converts by the rate of the day") {
      weftTest {
        val rates = probe<Rates>("rates")
        val exchange = start(exchange(rates))
        val converted = async { exchange.call(Exchange.Convert(1000, "CHF")) }
        rates.expectCall<Rates.Of, _>().reply(0.5)
        converted.await() shouldBe 500
      }
    }
    // guide: end

    // guide: 7-testing
    test("who waits for leave gets it an hour later") {
      weftTest {
        val limiter = start(rateLimiter(Limit(interval = 1.hours, burst = 1, waiting = 5)))
        limiter.call(RateLimiter.Enter("ann")) shouldBe Leave.Granted(0.hours)
        limiter.call(RateLimiter.Enter("ann"), within = 2.hours) shouldBe Leave.Granted(1.hours)
        now shouldBe 1.hours // which took no time
      }
    }
    // guide: end

    // guide: 7-testing
    test("a bureau whose rates crash is open again, in whatever order things happen") {
      weftTest(seeds = 1L..20L) {
        val bureau = Bureau()
        start(bureau.supervisor)
        crash(bureau.rates, IllegalStateException("no paper"))
        eventually(within = 1.minutes) {
          bureau.exchange.call(Exchange.Convert(1000, "CHF")) shouldBe 950
        }
      }
    }
    // guide: end

    // guide: 7-testing
    test("an exchange alone: without a node, without neighbours") {
      val outside = Outside()
      val exchange = outside.run(exchange(outside.standIn("rates")))
      val converted = exchange.ask(Exchange.Convert(1000, "CHF"))
      exchange.answer(0.25) // what the rates say
      converted.reply() shouldBe 250
    }
    // guide: end
  })
