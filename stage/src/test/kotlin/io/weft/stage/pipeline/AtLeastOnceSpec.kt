package io.weft.stage.pipeline

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.weft.gen.Supervisor
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.stage.Retry
import io.weft.stage.graph.Taken
import io.weft.term.Term
import io.weft.testkit.WeftTestScope
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class AtLeastOnceSpec :
  FunSpec({
    test("what a processor had in its hands when it was killed is given again, and marked so") {
      weftTest {
        val broker = Broker(1..10)
        val seen = ArrayList<Pair<Int, Boolean>>()
        val tree =
          start(
            pipeline<Int>("killed") {
                source { broker.open() }
                processors(1) {
                  delay(1.seconds)
                  seen += it to isRedelivered
                  done
                }
              }
              .supervisor()
          )
        advance(2500.milliseconds)
        kill(stageOf(tree, "processors-0"))
        advance(100.seconds)
        seen shouldContainExactly listOf(1 to false, 2 to false) + (3..10).map { it to true }
        broker.acknowledged shouldContainExactly (1..10).toList()
        broker.lives shouldBe 1
      }
    }

    test("a processor that ends by what no handler should throw loses nothing either") {
      weftTest {
        val broker = Broker(1..10)
        var overflows = 0
        start(
          doing(broker) { if (it == 4 && overflows++ == 0) throw StackOverflowError() }.supervisor()
        )
        settle()
        broker.acknowledged shouldContainExactlyInAnyOrder (1..10).toList()
        overflows shouldBe 2
      }
    }

    test("other processors take what was in the hands of one that was killed") {
      weftTest {
        val broker = Broker(1..20)
        val tree =
          start(
            pipeline<Int>("shared") {
                source { broker.open() }
                processors(2) {
                  delay(1.seconds)
                  done
                }
              }
              .supervisor()
          )
        advance(1500.milliseconds)
        kill(stageOf(tree, "processors-1"))
        advance(100.seconds)
        broker.acknowledged shouldContainExactlyInAnyOrder (1..20).toList()
      }
    }

    test("by key the order holds when a processor is killed: what comes again goes first") {
      weftTest {
        val broker = Broker(1..60)
        val seen = ArrayList<Int>()
        val tree =
          start(
            pipeline<Int>("keyed") {
                source { broker.open() }
                processors(3, { it % 6 }) {
                  delay(1.seconds)
                  seen += it
                  done
                }
              }
              .supervisor()
          )
        advance(2500.milliseconds)
        for (i in 0..2) kill(stageOf(tree, "processors-$i"))
        advance(100.seconds)
        broker.lives shouldBe 1
        for (key in 0..5) {
          seen.filter { it % 6 == key }.distinct() shouldContainExactly
            (1..60).filter { it % 6 == key }
          // only what was in hands comes twice
          seen.filter { it % 6 == key }.sorted() shouldContainExactly seen.filter { it % 6 == key }
        }
      }
    }

    test(
      "a batch that was in the hands of a batcher that was killed is handled again, as a batch"
    ) {
      weftTest {
        val broker = Broker(1..6)
        val begun = ArrayList<List<Int>>()
        val tree =
          start(
            batching(broker, Batches.of(3, 1.seconds)) {
                begun += it
                delay(1.seconds)
              }
              .supervisor()
          )
        advance(500.milliseconds)
        kill(stageOf(tree, "rows-0"))
        advance(100.seconds)
        begun shouldContainExactly listOf(listOf(1, 2, 3), listOf(1, 2, 3), listOf(4, 5, 6))
        broker.acknowledged shouldContainExactly (1..6).toList()
      }
    }

    test("of a batch that was done in part only the rest is handled again") {
      weftTest {
        val broker = Broker(1..3)
        val begun = ArrayList<List<Int>>()
        val tree =
          start(
            batching(
                broker,
                Batches.of(3, 1.seconds),
                { retry(Retry.attempts(2).backoff(10.seconds, 10.seconds)) },
              ) {
                begun += it
                if (it.size > 1) fail(2, IllegalStateException("not yet"))
              }
              .supervisor()
          )
        settle()
        kill(stageOf(tree, "rows-0"))
        advance(1.seconds)
        begun shouldContainExactly listOf(listOf(1, 2, 3), listOf(2))
        broker.acknowledged shouldContainExactly listOf(1, 3, 2)
      }
    }

    test("an event with which stages end again and again fails for good, and no other with it") {
      weftTest {
        val broker = Broker(1..3)
        start(doing(broker) { if (it == 2) throw StackOverflowError() }.supervisor())
        advance(10.seconds)
        val failure = broker.failed.single()
        failure.subject shouldBe 2
        failure.why.shouldBeInstanceOf<StageLostException>()
        failure.stage shouldBe "processors"
        broker.acknowledged shouldContainExactlyInAnyOrder listOf(1, 3)
      }
    }

    test(
      "when the desk is killed the source is opened again, and hands over what it was not told"
    ) {
      weftTest {
        val broker = Broker(1..30)
        val seen = ArrayList<Int>()
        val tree =
          start(
            pipeline<Int>("desk") {
                source { broker.open() }
                val rows = batcher<Int>("rows", Batches.of(4, 1.seconds)) { delay(1.seconds) }
                processors(2) {
                  seen += it
                  it into rows
                }
              }
              .supervisor()
          )
        advance(1500.milliseconds)
        val before = broker.acknowledged.toList()
        kill(child(lineOf(tree), "desk"))
        advance(100.seconds)
        broker.lives shouldBe 2
        broker.closed shouldBe 2
        broker.acknowledged shouldContainExactlyInAnyOrder (1..30).toList()
        // what was acknowledged before never came again
        for (event in before) seen.count { it == event } shouldBe 1
      }
    }

    test("a source that fails is opened again when what it had handed over is done") {
      weftTest {
        val broker = Broker(1..5, endless = true)
        start(doing(broker) { delay(1.seconds) }.supervisor())
        advance(500.milliseconds)
        broker.failure = IllegalStateException("connection lost")
        broker.wake()
        advance(3.seconds)
        broker.lives shouldBe 1
        advance(2.seconds)
        broker.lives shouldBe 2
        broker.acknowledged shouldContainExactly (1..5).toList()
        broker.handedOver shouldBe 5
        broker.push(6..6)
        advance(2.seconds)
        broker.acknowledged shouldContainExactly (1..6).toList()
      }
    }

    test("whatever is killed and whatever fails, each event is acknowledged or failed, once") {
      var lives = 0
      var redelivered = 0
      weftTest(1L..40) {
        val random = Random(seed)
        val broker = Broker(1..200)
        val isKeyed = seed % 2 == 0L
        val tree =
          start(
            pipeline<Int>("storm") {
                source { broker.open() }
                val even =
                  batcher<Int>("even", Batches.byKey<Int>(5, 300.milliseconds) { it % 4 }.by(2)) {
                    delay(random.nextInt(200).milliseconds)
                    if (random.nextInt(6) == 0) error("a batch")
                    if (random.nextInt(6) == 0) fail(it.random(random), Exception("one of a batch"))
                  }
                val taken = if (isKeyed) Taken.byKey<Int>(3) { it % 7 } else Taken.BY_DEFAULT.by(3)
                processors(taken.between(2, 6)) {
                  if (isRedelivered) redelivered++
                  delay(random.nextInt(50).milliseconds)
                  if (random.nextInt(10) == 0) error("an event")
                  if (it % 2 == 0) it into even else done
                }
                retry(Retry.attempts(3).backoff(50.milliseconds, 1.seconds))
                inFlight(30)
                redeliveries(1000)
                intensity(1000, 5.seconds)
              }
              .supervisor()
          )
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        repeat(25) {
          advance(random.nextInt(300).milliseconds)
          killSomething(tree, random)
        }
        advance(1000.seconds)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        (broker.acknowledged + broker.failed.map { it.subject }) shouldContainExactlyInAnyOrder
          (1..200).toList()
        broker.mostOpen shouldBeLessThanOrEqual 30
        lives += broker.lives
      }
      lives shouldBeGreaterThanOrEqual 60
      redelivered shouldBeGreaterThanOrEqual 100
    }

    test("drained at any moment, in whatever time, and started again, it loses nothing") {
      weftTest(1L..30) {
        val random = Random(seed)
        val broker = Broker(1..150)
        val brittle =
          pipeline<Int>("brittle") {
            source { broker.open() }
            val even =
              batcher<Int>("even", Batches.of(4, 500.milliseconds)) {
                delay(random.nextInt(300).milliseconds)
                if (random.nextInt(4) == 0) error("a batch")
              }
            processors(3) {
              delay(random.nextInt(100).milliseconds)
              if (it % 2 == 0) it into even else done
            }
            retry(Retry.attempts(4).backoff(50.milliseconds, 1.seconds))
            intensity(1000, 5.seconds)
          }
        repeat(8) {
          val tree = start(brittle.supervisor())
          advance(random.nextInt(400).milliseconds)
          killSomething(tree, random)
          advance(random.nextInt(100).milliseconds)
          val open = broker.acknowledged.size + broker.failed.size
          try {
            val left = tree.drainPipeline(random.nextInt(500).milliseconds).left
            if (left > 0) broker.released.size shouldBeGreaterThanOrEqual left
          } catch (_: CallException) {
            // the desk was just being started again, and goes on
          } catch (_: IllegalArgumentException) {
            open shouldBe 150
          }
          advance(random.nextInt(20_000).milliseconds)
          tree.pid()?.let { node.exit(it, ExitReason.SHUTDOWN) }
          advance(100.seconds)
        }
        start(brittle.supervisor())
        advance(1000.seconds)
        (broker.acknowledged + broker.failed.map { it.subject }) shouldContainExactlyInAnyOrder
          (1..150).toList()
      }
    }
  })

internal suspend fun WeftTestScope.lineOf(
  tree: Address<Supervisor.Query>
): Address<Supervisor.Query> = supervisorOf(child(tree, "line"))

internal suspend fun WeftTestScope.stageOf(
  tree: Address<Supervisor.Query>,
  id: String,
): Address<Term> = child(supervisorOf(child(lineOf(tree), "stages")), id)

@Suppress("UNCHECKED_CAST") // it is one
private fun supervisorOf(process: Address<Term>) = process as Address<Supervisor.Query>

/** Kills a stage, or the desk, if the tree is there at the moment. */
internal suspend fun WeftTestScope.killSomething(tree: Address<Supervisor.Query>, random: Random) {
  val what = random.nextInt(12)
  try {
    when {
      what == 0 -> kill(child(lineOf(tree), "desk"))
      what < 6 -> kill(stageOf(tree, "processors-${random.nextInt(3)}"))
      what < 10 -> kill(stageOf(tree, "even-${random.nextInt(2)}"))
    }
  } catch (_: AssertionError) {
    // it is just being started again
  } catch (_: CallException) {
    // the pipeline has ended
  }
}
