package io.weft.stage.pipeline

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.weft.stage.Retry
import io.weft.testkit.weftTest
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class BatcherSpec :
  FunSpec({
    test("batches are full, or as old as they may be; events are acknowledged with their batch") {
      weftTest {
        val test = this
        val broker = Broker(1..7, endless = true)
        val batches = ArrayList<Pair<Duration, List<Int>>>()
        start(
          batching(broker, Batches.of(3, 2.seconds)) {
              batches += test.now to it
              delay(1.seconds)
            }
            .supervisor()
        )
        settle()
        broker.acknowledged.shouldBeEmpty()
        advance(1.seconds)
        broker.acknowledged shouldContainExactly listOf(1, 2, 3)
        advance(100.seconds)
        batches shouldContainExactly
          listOf(
            0.seconds to listOf(1, 2, 3),
            1.seconds to listOf(4, 5, 6),
            2.seconds to listOf(7),
          )
        broker.acknowledged shouldContainExactly (1..7).toList()
      }
    }

    test("a batch that is not full is handled at once when the source has no more") {
      weftTest {
        val broker = Broker(1..4)
        val batches = ArrayList<List<Int>>()
        start(batching(broker, Batches.of(3, 1000.seconds)) { batches += it }.supervisor())
        settle()
        batches shouldContainExactly listOf(listOf(1, 2, 3), listOf(4))
        broker.acknowledged shouldContainExactly (1..4).toList()
      }
    }

    test("a batch larger than what may be in flight is not waited for") {
      weftTest {
        val broker = Broker(1..10, endless = true)
        val batches = ArrayList<Int>()
        start(
          batching(broker, Batches.of(100, 1000.seconds), { inFlight(4) }) { batches += it.size }
            .supervisor()
        )
        settle()
        batches.sum() shouldBe 8
        broker.mostOpen shouldBe 4
        broker.push(11..12)
        settle()
        broker.acknowledged.size shouldBe 12
      }
    }

    test("each key has batches of its own") {
      weftTest {
        val broker = Broker(1..12)
        val batches = ArrayList<Pair<Any?, List<Int>>>()
        start(
          batching(broker, Batches.byKey(2, 1.seconds) { n: Int -> n % 3 }) { batches += key to it }
            .supervisor()
        )
        settle()
        batches.size shouldBe 6
        for ((key, batch) in batches) batch.map { it % 3 }.toSet() shouldBe setOf(key)
        broker.acknowledged.size shouldBe 12
      }
    }

    test("events go to the batcher that their processor names, of any type, or to none") {
      weftTest {
        val broker = Broker(1..9)
        val texts = ArrayList<String>()
        val numbers = ArrayList<Long>()
        start(
          pipeline<Int>("sorting") {
              source { broker.open() }
              val text =
                batcher("texts", Batches.of(2, 1.seconds)) { it: List<String> -> texts += it }
              val number = batcher<Long>("numbers", Batches.of(2, 1.seconds)) { numbers += it }
              processors(2) {
                when (it % 3) {
                  0 -> done
                  1 -> "$it" into text
                  else -> it.toLong() into number
                }
              }
            }
            .supervisor()
        )
        settle()
        texts.sorted() shouldContainExactly listOf("1", "4", "7")
        numbers.sorted() shouldContainExactly listOf(2L, 5L, 8L)
        broker.acknowledged shouldContainExactlyInAnyOrder (1..9).toList()
      }
    }

    test("as many batches are handled at once as the batcher has stages") {
      weftTest {
        val broker = Broker(1..12)
        var running = 0
        var most = 0
        start(
          batching(broker, Batches.of(2, 1.seconds).by(3), { inFlight(12) }) {
              most = maxOf(most, ++running)
              delay(1.seconds)
              running--
            }
            .supervisor()
        )
        advance(10.seconds)
        most shouldBe 3
        broker.acknowledged.size shouldBe 12
      }
    }

    test("what the handler of a batch throws fails all in it, and no other batch") {
      weftTest {
        val broker = Broker(1..6)
        start(
          batching(broker, Batches.of(2, 1.seconds)) { if (4 in it) error("four") }.supervisor()
        )
        settle()
        broker.failed.map {
          listOf(it.subject, it.why.message, it.stage, it.attempts)
        } shouldContainExactly listOf(listOf(3, "four", "rows", 1), listOf(4, "four", "rows", 1))
        broker.acknowledged shouldContainExactlyInAnyOrder listOf(1, 2, 5, 6)
      }
    }

    test("a batch is tried again after pauses that double, by the policy of its batcher") {
      weftTest {
        val test = this
        val broker = Broker(1..4)
        val tries = ArrayList<Triple<Duration, Int, List<Int>>>()
        val patient = Retry.attempts(3).backoff(1.seconds, 10.seconds).jitter(0.0)
        start(
          batching(broker, Batches.of(2, 1.seconds).retry(patient), { retry(Retry.NONE) }) {
              tries += Triple(test.now, attempt, it)
              if (1 in it) error("one")
            }
            .supervisor()
        )
        advance(100.seconds)
        tries shouldContainExactly
          listOf(
            Triple(0.seconds, 1, listOf(1, 2)),
            Triple(1.seconds, 2, listOf(1, 2)),
            Triple(3.seconds, 3, listOf(1, 2)),
            Triple(3.seconds, 1, listOf(3, 4)),
          )
        broker.failed.map { it.subject to it.attempts } shouldContainExactly listOf(1 to 3, 2 to 3)
        broker.acknowledged shouldContainExactly listOf(3, 4)
      }
    }

    test("a handler lets single events fail: the others are done, and it is given those again") {
      weftTest {
        val broker = Broker(1..3)
        val tries = ArrayList<List<Int>>()
        start(
          batching(
              broker,
              Batches.of(3, 1.seconds),
              { retry(Retry.attempts(2).backoff(1.seconds, 1.seconds).jitter(0.0)) },
            ) {
              tries += it
              if (2 in it) fail(2, IllegalStateException("attempt $attempt"))
            }
            .supervisor()
        )
        settle()
        broker.acknowledged shouldContainExactly listOf(1, 3)
        advance(2.seconds)
        tries shouldContainExactly listOf(listOf(1, 2, 3), listOf(2))
        broker.failed.map { it.subject to it.why.message } shouldContainExactly
          listOf(2 to "attempt 2")
      }
    }

    test("a batch key that cannot be told fails the event in its processor") {
      weftTest {
        val broker = Broker(1..2)
        start(
          batching(
              broker,
              Batches.byKey(2, 1.seconds) { n: Int -> if (n == 1) error("no key") else n },
            ) {}
            .supervisor()
        )
        settle()
        broker.failed.map { it.subject to it.stage } shouldContainExactly listOf(1 to "processors")
        broker.acknowledged shouldContainExactly listOf(2)
      }
    }

    test("a batcher of another pipeline fails the event that is sent to it") {
      weftTest {
        lateinit var foreign: Batcher<Int>
        pipeline<Int>("other") {
          source { error("never opened") }
          foreign = batcher("elsewhere", Batches.of(1, 1.seconds)) {}
          processors(1) { done }
        }
        val broker = Broker(1..1)
        start(
          pipeline<Int>("lost") {
              source { broker.open() }
              processors(1) { it into foreign }
            }
            .supervisor()
        )
        settle()
        broker.failed.single().why.message shouldBe "elsewhere is no batcher of lost"
      }
    }
  })

/** A pipeline of one processor that sends all events on to one batcher. */
internal fun batching(
  broker: Broker,
  batches: Batches<Int>,
  more: PipelineScope<Int>.() -> Unit = {},
  handle: suspend Batching<Int>.(List<Int>) -> Unit,
): Pipeline<Int> =
  pipeline("batching") {
    source { broker.open() }
    val rows = batcher("rows", batches, handle)
    processors(1) { it into rows }
    more()
  }
