package io.weft.dist.log

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.weft.dist.testing.ManualTime
import io.weft.dist.testing.RecordingLog
import java.time.Duration

class LogLimiterSpec :
  FunSpec({
    test("a burst passes, the rest of a flood does not") {
      val log = RecordingLog()
      val limiter = LogLimiter(log, ManualTime(), burst = 2)
      repeat(1000) { limiter.warn("line $it") }
      log.lines shouldContainExactly listOf("WARN line 0", "WARN line 1")
    }

    test("with time a line passes again, and tells how many did not") {
      val log = RecordingLog()
      val time = ManualTime()
      val limiter = LogLimiter(log, time, burst = 1, interval = Duration.ofSeconds(1))
      repeat(10) { limiter.info("line $it") }
      time.advance(Duration.ofMillis(999))
      limiter.info("too early")
      time.advance(Duration.ofMillis(1))
      limiter.info("in time")
      log.lines shouldContainExactly
        listOf("INFO line 0", "INFO in time (10 lines before this one were left out)")
    }

    test("a long silence allows one burst, not more") {
      val log = RecordingLog()
      val time = ManualTime()
      val limiter = LogLimiter(log, time, burst = 2)
      time.advance(Duration.ofDays(400))
      repeat(5) { limiter.warn("line $it") }
      log.lines shouldContainExactly listOf("WARN line 0", "WARN line 1")
    }

    test("a pattern in a line stays as it is") {
      val log = RecordingLog()
      LogLimiter(log, ManualTime()).warn("the peer says {} and {0}")
      log.lines shouldContainExactly listOf("WARN the peer says {} and {0}")
    }
  })
