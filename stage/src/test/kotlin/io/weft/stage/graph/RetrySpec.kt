package io.weft.stage.graph

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.node.ExitReason
import io.weft.stage.Retry
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

class RetrySpec :
  FunSpec({
    test("a step that fails is tried again with the same events, and loses none") {
      weftTest {
        val test = this
        val patient = Retry.attempts(4).backoff(1.seconds, 3.seconds).jitter(0.0)
        val tries = ArrayList<Duration>()
        val written = ArrayList<Int>()
        var refusals = 2
        val line =
          producer<Int>("numbers") { emitAll(1..6) } into
            transform("brittle", Taken.BY_DEFAULT.between(0, 3).retry(patient)) { events: List<Int>
              ->
              if (4 in events) {
                tries += test.now
                if (tries.size < 4) error("four")
              }
              events
            } into
            consumer("written", Taken.BY_DEFAULT.retry(patient)) { events ->
              if (refusals-- > 0) error("refused")
              written += events
            }
        val tree = start(line.supervisor("line"))
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        advance(20.seconds)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        tries shouldContainExactly listOf(0.seconds, 1.seconds, 3.seconds, 6.seconds)
        written shouldContainExactly (1..6).toList()
      }
    }

    test("what the last attempt throws fails the stage") {
      weftTest {
        var tries = 0
        val line =
          producer<Int>("numbers") { emit(1) } into
            consumer(
              "broken",
              Taken.BY_DEFAULT.retry(Retry.attempts(3).backoff(1.seconds, 1.seconds)),
            ) {
              tries++
              error("never")
            }
        val tree = start(line.supervisor("line"))
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        watcher.expectDown(tree)
        tries shouldBe 3
      }
    }
  })
