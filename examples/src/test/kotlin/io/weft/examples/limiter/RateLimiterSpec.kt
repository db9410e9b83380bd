package io.weft.examples.limiter

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import io.weft.node.Address
import io.weft.node.Weft
import io.weft.testkit.Simulation
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import picocli.CommandLine

class RateLimiterSpec :
  FunSpec({
    test("a burst passes at once, the others one after the other, in order") {
      Limited(Limit(1.seconds, burst = 2, waiting = 10)).use { limited ->
        val passed = List(5) { limited.enter("ann") }
        limited.advance(10.seconds)
        passed.map { it.granted } shouldBe listOf(0, 0, 1, 2, 3).map { it.seconds }
        passed.map { it.at } shouldBe passed.map { it.granted }
      }
    }

    test("who would wait too long is told when to come again, and then passes at once") {
      Limited(Limit(1.seconds, burst = 1, waiting = 2)).use { limited ->
        repeat(3) { limited.enter("ann") }
        val refused = limited.enter("ann")
        limited.advance(1.milliseconds)
        val later = (refused.leave as Leave.Refused).retryAfter
        limited.advance(later - 1.milliseconds)
        val again = limited.enter("ann")
        limited.advance(1.milliseconds)
        again.granted shouldBe Duration.ZERO
      }
    }

    test("one key does not hold up another") {
      Limited(Limit(1.minutes, burst = 1, waiting = 10)).use { limited ->
        repeat(5) { limited.enter("ann") }
        val other = limited.enter("bob")
        limited.advance(1.seconds)
        other.granted shouldBe Duration.ZERO
      }
    }

    test("in no second do more pass than a second and a burst allow") {
      checkAll(Arb.list(Arb.int(0..700), 1..60)) { pauses ->
        Limited(Limit(100.milliseconds, burst = 3, waiting = 20)).use { limited ->
          val asked = pauses.map { pause ->
            limited.advance(pause.milliseconds)
            limited.enter("ann")
          }
          limited.advance(10.seconds)
          val passed = asked.filter { it.leave is Leave.Granted }.map { it.at }
          passed.shouldBeSorted()
          for (from in passed) {
            (passed.count { it in from..<from + 1.seconds } <= 13) shouldBe true
          }
          asked shouldHaveSize passed.size + asked.count { it.leave is Leave.Refused }
        }
      }
    }

    test("the program runs") {
      CommandLine(Limiter()).execute("--rate=50", "--requests=4") shouldBe 0
    }
  })

/** A limiter in virtual time. */
private class Limited(limit: Limit) : AutoCloseable {
  private val simulation = Simulation(1)
  private val node = simulation.start("limiter@sim")
  private val limiter: Address<RateLimiter> = node.spawn(rateLimiter(limit))
  private val now: Duration
    get() = node.seams().clock().nanoTime().nanoseconds

  inner class Asked {
    var at: Duration = Duration.INFINITE
    lateinit var leave: Leave
    val granted: Duration
      get() = (leave as Leave.Granted).waited
  }

  fun enter(key: String): Asked {
    val asked = Asked()
    val request = RateLimiter.Enter(key)
    Weft.callAsync<Leave, RateLimiter.Enter>(limiter, request, 1.minutes.toJavaDuration())
      .thenAccept {
        asked.leave = it
        asked.at = now
      }
    simulation.run()
    return asked
  }

  fun advance(by: Duration) {
    simulation.advance(by.toJavaDuration())
  }

  override fun close() = simulation.close()
}
