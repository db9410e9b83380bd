package io.weft.dist.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.ManualTime
import java.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch

class WaitingSpec :
  FunSpec({
    test("a pause ends when its time has come, not before") {
      val time = ManualTime()
      val pause = launch(start = CoroutineStart.UNDISPATCHED) { time.pause(Duration.ofSeconds(2)) }
      time.advance(Duration.ofMillis(1999))
      pause.isCompleted shouldBe false
      time.advance(Duration.ofMillis(1))
      pause.join()
    }

    test("a cancelled pause frees its timer") {
      val time = ManualTime()
      launch(start = CoroutineStart.UNDISPATCHED) { time.pause(Duration.ofSeconds(2)) }
        .cancelAndJoin()
      time.pending shouldBe 0
    }

    test("work within its limit gives its result and frees the timer") {
      val time = ManualTime()
      time.within(Duration.ofSeconds(1), "the sum") { 1 + 1 } shouldBe 2
      time.pending shouldBe 0
    }

    test("work over its limit is cancelled and named") {
      val time = ManualTime()
      var cleanedUp = false
      val work =
        async(start = CoroutineStart.UNDISPATCHED) {
          runCatching {
            time.within(Duration.ofSeconds(7), "the handshake") {
              try {
                awaitCancellation()
              } finally {
                cleanedUp = true
              }
            }
          }
        }
      time.advance(Duration.ofSeconds(7))
      val failure = shouldThrow<LimitExceededException> { work.await().getOrThrow() }
      failure.message shouldBe "the handshake took longer than 7 s"
      cleanedUp shouldBe true
    }

    test("a failure of the work is its own") {
      shouldThrow<IllegalStateException> {
        ManualTime().within(Duration.ofSeconds(1), "it") { error("broken") }
      }
    }

    test("the cancellation of the caller stays a cancellation") {
      val time = ManualTime()
      var seen: Throwable? = null
      val caller =
        launch(start = CoroutineStart.UNDISPATCHED) {
          try {
            time.within(Duration.ofSeconds(1), "it") { awaitCancellation() }
          } catch (cancelled: CancellationException) {
            seen = cancelled
          }
        }
      caller.cancelAndJoin()
      (seen is CancellationException) shouldBe true
      time.pending shouldBe 0
    }
  })
