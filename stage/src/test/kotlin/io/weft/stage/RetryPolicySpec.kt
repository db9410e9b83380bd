package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import io.weft.runtime.Entropy
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class RetryPolicySpec :
  FunSpec({
    val failure = IllegalStateException("no")

    test("pauses double up to the longest, and end with the last attempt") {
      val retry = Retry.attempts(7).backoff(100.milliseconds, 1.seconds).jitter(0.0)
      (1..7).map { retry.pause(it, failure, Entropy { 0 }) } shouldContainExactly
        listOf(100, 200, 400, 800, 1000, 1000).map { it.milliseconds } + null
    }

    test("however many attempts there are, no pause is longer than the longest") {
      checkAll(Arb.int(1..Int.MAX_VALUE - 1)) { attempt ->
        val pause = Retry.attempts(Int.MAX_VALUE).jitter(0.0).pause(attempt, failure, Entropy { 0 })
        checkNotNull(pause)
        (pause <= 10.seconds) shouldBe true
        (pause >= 100.milliseconds) shouldBe true
      }
    }

    test("chance takes a part of the pause away, no more than is said") {
      checkAll(Arb.double(0.0..1.0, false), Arb.long()) { share, chance ->
        val pause =
          Retry.attempts(2)
            .backoff(1.seconds, 1.seconds)
            .jitter(share)
            .pause(1, failure, Entropy { chance })
        checkNotNull(pause)
          .inWholeNanoseconds
          .toDouble()
          .shouldBeBetween((1 - share) * 1e9, 1e9, 2.0)
      }
    }

    test("a failure that the policy is not for is not tried again") {
      val retry = Retry.attempts(2).only { it is IllegalArgumentException }
      retry.pause(1, failure, Entropy { 0 }).shouldBeNull()
    }

    test("policies that make no sense are refused") {
      shouldThrow<IllegalArgumentException> { Retry.attempts(0) }
      shouldThrow<IllegalArgumentException> { Retry.NONE.backoff(2.seconds, 1.seconds) }
      shouldThrow<IllegalArgumentException> { Retry.NONE.jitter(1.1) }
    }
  })
