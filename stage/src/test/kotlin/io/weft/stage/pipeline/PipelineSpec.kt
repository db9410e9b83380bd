package io.weft.stage.pipeline

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.node.ExitReason
import io.weft.stage.Retry
import io.weft.stage.graph.Taken
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout

class PipelineSpec :
  FunSpec({
    test("events are processed and acknowledged, and the tree ends when the source has no more") {
      weftTest {
        val broker = Broker(1..100)
        val seen = ArrayList<Int>()
        val watcher = probe<Unit>("watcher")
        val tree =
          start(
            pipeline<Int>("numbers") {
                source { broker.open() }
                processors(4) {
                  delay(1.seconds)
                  seen += it
                  done
                }
              }
              .supervisor()
          )
        watcher.watch(tree)
        advance(30.seconds)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        seen shouldContainExactlyInAnyOrder (1..100).toList()
        broker.acknowledged shouldContainExactlyInAnyOrder (1..100).toList()
        broker.closed shouldBe 1
      }
    }

    test("a source without any event ends the tree at once") {
      weftTest {
        val broker = Broker(emptyList())
        val watcher = probe<Unit>("watcher")
        val tree = start(doing(broker) {}.supervisor())
        watcher.watch(tree)
        watcher.expectDown(tree)
        broker.lives shouldBe 1
      }
    }

    test("what a processor throws fails that one event, and the others go on") {
      weftTest {
        val broker = Broker(1..20)
        val dead = ArrayList<Failure<Int>>()
        start(
          pipeline<Int>("odd") {
              source { broker.open() }
              processors(2) { if (it % 5 == 0) error("no fives: $it") else done }
              onFailed { failures ->
                broker.failed.map { it.subject } shouldContainExactly dead.map { it.subject }
                dead += failures
              }
            }
            .supervisor()
        )
        settle()
        broker.acknowledged shouldContainExactlyInAnyOrder (1..20).filter { it % 5 != 0 }
        dead.map { it.subject } shouldContainExactlyInAnyOrder listOf(5, 10, 15, 20)
        broker.failed.map { it.why.message } shouldContainExactly
          dead.map { "no fives: ${it.subject}" }
        dead.map { it.stage to it.attempts }.toSet() shouldBe setOf("processors" to 1)
      }
    }

    test("a time limit of a handler's own that is over fails the event, not the stage") {
      weftTest {
        val broker = Broker(1..3)
        start(
          doing(broker) {
              if (it == 2) withTimeout(1.seconds) { delay(1000.seconds) }
            }
            .supervisor()
        )
        advance(2.seconds)
        broker.acknowledged shouldContainExactlyInAnyOrder listOf(1, 3)
        broker.failed.single().why.message shouldContain "Timed out"
        broker.lives shouldBe 1
      }
    }

    test("an event is tried again after pauses that double, while others go on") {
      weftTest {
        val broker = Broker(1..3)
        val tries = ArrayList<Pair<Duration, Int>>()
        val test = this
        start(
          pipeline<Int>("again") {
              source { broker.open() }
              processors(1) {
                if (it == 1) {
                  tries += test.now to attempt
                  error("not yet")
                }
                done
              }
              retry(Retry.attempts(5).backoff(1.seconds, 3.seconds).jitter(0.0))
            }
            .supervisor()
        )
        settle()
        broker.acknowledged shouldContainExactly listOf(2, 3)
        advance(100.seconds)
        tries shouldContainExactly
          listOf(0.seconds to 1, 1.seconds to 2, 3.seconds to 3, 6.seconds to 4, 9.seconds to 5)
        broker.failed.map { it.subject to it.attempts } shouldContainExactly listOf(1 to 5)
      }
    }

    test("only failures that the policy is for are tried again") {
      weftTest {
        val broker = Broker(1..2)
        val tries = ArrayList<Int>()
        start(
          pipeline<Int>("choosy") {
              source { broker.open() }
              processors(1) {
                tries += it
                if (it == 1) error("again") else throw IllegalArgumentException("never")
              }
              retry(Retry.attempts(3).only { it is IllegalStateException })
            }
            .supervisor()
        )
        advance(100.seconds)
        tries.sorted() shouldContainExactly listOf(1, 1, 1, 2)
        broker.failed.associate { it.subject to it.attempts } shouldBe mapOf(1 to 3, 2 to 1)
      }
    }

    test("by key the order of each key is kept, also when an event is tried again") {
      weftTest {
        val broker = Broker(1..200)
        val seen = ArrayList<Int>()
        start(
          pipeline<Int>("keyed") {
              source { broker.open() }
              processors(Taken.byKey(4) { n: Int -> n % 10 }.between(5, 10)) {
                delay((it % 7).milliseconds)
                if (it % 6 == 0 && attempt < 3) error("not yet")
                seen += it
                done
              }
              retry(Retry.attempts(3).backoff(1.seconds, 1.seconds))
            }
            .supervisor()
        )
        advance(1000.seconds)
        seen.size shouldBe 200
        for (key in 0..9) {
          seen.filter { it % 10 == key } shouldContainExactly (1..200).filter { it % 10 == key }
        }
        broker.acknowledged shouldContainExactlyInAnyOrder (1..200).toList()
      }
    }

    test("a key that cannot be told fails the event") {
      weftTest {
        val broker = Broker(1..4)
        start(
          pipeline<Int>("keyless") {
              source { broker.open() }
              processors(Taken.byKey(2) { n: Int -> if (n == 3) error("no key") else n }) { done }
            }
            .supervisor()
        )
        settle()
        broker.acknowledged shouldContainExactlyInAnyOrder listOf(1, 2, 4)
        broker.failed.map { it.subject to it.why.message } shouldContainExactly
          listOf(3 to "no key")
      }
    }

    test("a source is told in bulk of all that was done while it was told before") {
      weftTest {
        val broker = Broker(1..50)
        broker.slowness = 10.seconds
        start(doing(broker) { delay(1.seconds) }.supervisor())
        advance(1000.seconds)
        broker.acknowledged.size shouldBe 50
        broker.bulks.size shouldBeLessThanOrEqual 12
      }
    }

    test(
      "what onFailed throws ends the life, and the source hands over again what it was not told"
    ) {
      weftTest {
        val broker = Broker(1..3)
        var calls = 0
        start(
          pipeline<Int>("strict") {
              source { broker.open() }
              processors(1) { if (it == 2) error("two") else done }
              onFailed { if (calls++ == 0) error("the dead letters are full") }
            }
            .supervisor()
        )
        settle()
        broker.lives shouldBe 2
        broker.failed.map { it.subject } shouldContainExactly listOf(2)
        broker.acknowledged shouldContainExactlyInAnyOrder listOf(1, 3)
      }
    }

    test("a source that cannot be opened lets the pipeline not start") {
      weftTest {
        val failure =
          shouldThrow<io.weft.node.StartException> {
            start(
              pipeline<Int>("closed") {
                  source { error("nobody is there") }
                  processors(1) { done }
                }
                .supervisor()
            )
          }
        failure.message shouldContain "nobody is there"
      }
    }

    test("a description that lacks something says what") {
      shouldThrow<IllegalArgumentException> { pipeline<Int>("none") { processors(1) { done } } }
        .message shouldBe "none needs a source"
      shouldThrow<IllegalArgumentException> { pipeline<Int>("none") { source { error("") } } }
        .message shouldBe "none needs processors"
      shouldThrow<IllegalArgumentException> {
          pipeline<Int>("two") {
            batcher<Int>("rows", Batches.of(1, 1.seconds)) {}
            batcher<Int>("rows", Batches.of(1, 1.seconds)) {}
          }
        }
        .message shouldBe "two has two that are called rows"
    }

    test("when what drains is killed, the pipeline goes on, and is found again") {
      weftTest {
        val broker = Broker(1..20)
        val tree = start(doing(broker) { delay(1.seconds) }.supervisor())
        advance(1500.milliseconds)
        kill(child(tree, "drain"))
        settle()
        tree.pipelineMetrics().acknowledged shouldBe 1
        advance(30.seconds)
        broker.lives shouldBe 1
        broker.acknowledged.size shouldBe 20
      }
    }

    test("asked for by another address, it says that there is no pipeline") {
      weftTest {
        val other = start(io.weft.kotlin.supervisor("other") {})
        shouldThrow<IllegalArgumentException> { other.pipelineMetrics() }.message shouldContain
          "is no pipeline"
      }
    }
  })

/** A pipeline of one processor that does something with each event. */
internal fun doing(
  broker: Broker,
  more: PipelineScope<Int>.() -> Unit = {},
  code: suspend (Int) -> Unit,
): Pipeline<Int> =
  pipeline("doing") {
    source { broker.open() }
    processors(1) {
      code(it)
      done
    }
    more()
  }
