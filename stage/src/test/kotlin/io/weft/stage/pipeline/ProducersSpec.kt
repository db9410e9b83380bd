package io.weft.stage.pipeline

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.Heard
import io.weft.stage.Heard.Wanted
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.add
import io.weft.stage.dispatch.PartitionDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.queue
import io.weft.stage.source.Enumerable
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class ProducersSpec :
  FunSpec({
    test("a producer that is killed and comes back is subscribed to again, by its name") {
      weftTest {
        val seen = ArrayList<Long>()
        val first = start(counting(1..6L))
        val tree = start(slowly(Producers.of(node.counting()), seen).supervisor())
        advance(1500.milliseconds)
        kill(first)
        advance(10.seconds)
        seen shouldContainExactly (1L..6).toList() // all had come, and is finished
        start(counting(7..9L))
        advance(10.seconds)
        seen shouldContainExactly (1L..9).toList()
        tree.pipelineMetrics().received shouldBe 9
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("a name that nobody has is looked for until somebody has it") {
      weftTest {
        val seen = ArrayList<Long>()
        val tree = start(slowly(Producers.of(node.counting()), seen).supervisor())
        advance(30.seconds)
        start(counting(1..3L))
        advance(10.seconds)
        seen shouldContainExactly (1L..3).toList()
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("so is a name of another node, and a node that is not there yet, or any more") {
      weftTest {
        val here = node("here@weft")
        val seen = ArrayList<Long>()
        val far = here.counting("there@weft")
        val tree = here.awaitStart(slowly(Producers.of(far), seen).supervisor())
        advance(20.seconds)
        val there = node("there@weft")
        advance(20.seconds)
        there.awaitStart(counting(1..3L))
        advance(20.seconds)
        seen shouldContainExactly (1L..3).toList()
        stop(there)
        advance(20.seconds)
        node("there@weft").awaitStart(counting(4..5L))
        advance(20.seconds)
        seen shouldContainExactly (1L..5).toList()
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("when it is cut off what had come is finished; it goes on when the way is free") {
      weftTest {
        val here = node("here@weft")
        val there = node("there@weft")
        there.awaitStart(counting(1L..Long.MAX_VALUE))
        val seen = ArrayList<Long>()
        val far = here.counting("there@weft")
        val tree = here.awaitStart(slowly(Producers.of(far), seen).supervisor())
        advance(4500.milliseconds)
        cut(here, there)
        part(here, there)
        advance(60.seconds)
        val before = seen.toList()
        before shouldContainExactly (1L..before.size).toList()
        heal(here, there)
        advance(30.seconds)
        seen shouldContainExactly seen.sorted().distinct()
        (seen.size > before.size) shouldBe true
        tree.drainPipeline(60.seconds) shouldBe Drained(0)
      }
    }

    test("of several each comes and goes, and the others go on") {
      weftTest {
        val seen = ArrayList<Long>()
        val first = start(counting(1..500L))
        start(counting(1001..1500L, "second"))
        val both = Producers.of(node.counting(), node.counting(name = "second"))
        val tree = start(slowly(both, seen).supervisor())
        advance(10.seconds)
        kill(first)
        advance(1500.seconds)
        seen.filter { it > 1000 } shouldContainExactly (1001L..1500).toList()
        start(counting(1..3L))
        advance(30.seconds)
        seen.takeLast(3) shouldContainExactly listOf(1L, 2L, 3L)
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("a producer that ends with normal has no more: when none has, the pipeline ends") {
      weftTest {
        val seen = ArrayList<Long>()
        val numbers = start(Enumerable.fromIterable(1L..25).asProducer("numbers"))
        val letters = start(Enumerable.fromIterable(101L..103).asProducer("more"))
        val tree = start(slowly(Producers.of(numbers, letters), seen).supervisor())
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        advance(100.seconds)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        seen.sorted() shouldContainExactly (1L..25) + (101L..103)
      }
    }

    test("for ever also one that ended with normal is looked for again") {
      weftTest {
        val seen = ArrayList<Long>()
        val numbers = Enumerable.fromIterable(1L..3).asProducer("numbers").named("counting")
        start(numbers)
        val forever = Producers.of(node.counting()).forever()
        val tree = start(slowly(forever, seen).supervisor())
        advance(20.seconds)
        start(numbers)
        advance(20.seconds)
        seen shouldContainExactly listOf(1L, 2L, 3L, 1L, 2L, 3L)
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("it gives up when it was told to, and finishes what it has before") {
      weftTest {
        val seen = ArrayList<Long>()
        val first = start(counting(1..5L))
        val twice =
          Producers.of(node.counting())
            .resubscribing(Retry.attempts(3).backoff(1.seconds, 1.seconds).jitter(0.0))
        val tree = start(slowly(twice, seen).supervisor())
        settle()
        kill(first)
        advance(4900.milliseconds)
        node.isAlive(checkNotNull(tree.pid())) shouldBe true
        seen shouldContainExactly (1L..4).toList()
        advance(1.seconds)
        seen shouldContainExactly (1L..5).toList()
        advance(10.seconds)
        node.isAlive(checkNotNull(tree.pid())) shouldBe false
      }
    }

    test("it is drained while its producer is away, and while it subscribes") {
      weftTest {
        val tree = start(slowly(Producers.of(node.counting()), ArrayList()).supervisor())
        advance(1.seconds)
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
        start(counting(1L..Long.MAX_VALUE))
        val seen = ArrayList<Long>()
        val other = start(slowly(Producers.of(node.counting()), seen).supervisor())
        other.drainPipeline(100.seconds) shouldBe Drained(0)
        seen shouldContainExactly (1L..seen.size).toList()
      }
    }

    test("when the desk is killed it subscribes anew; what was in flight is not handled") {
      weftTest {
        val seen = ArrayList<Long>()
        start(counting(1L..Long.MAX_VALUE))
        val tree = start(slowly(Producers.of(node.counting()), seen).supervisor())
        advance(4500.milliseconds)
        kill(child(lineOf(tree), "desk"))
        advance(4.seconds)
        seen shouldContainExactly (1L..4) + (11L..14)
        tree.drainPipeline(100.seconds) shouldBe Drained(0)
      }
    }

    test("processors that are killed lose nothing of what has come") {
      weftTest {
        val seen = ArrayList<Long>()
        start(counting(1..20L))
        val tree = start(slowly(Producers.of(node.counting()), seen).supervisor())
        repeat(5) {
          advance(2500.milliseconds)
          kill(stageOf(tree, "processors-0"))
        }
        advance(100.seconds)
        seen shouldContainExactly (1L..20).toList()
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("as much is asked for as may be on its way, and then in portions") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val some =
          Producers.of(queue).subscribing {
            maxDemand = 8
            minDemand = 4
          }
        val tree =
          start(
            pipeline<Long>("portions") {
                source(some)
                processors(1) { done }
                inFlight(10)
              }
              .supervisor()
          )
        told.expect<Heard.Subscriber>()
        told.expectMessage(Wanted(8))
        queue.call(add(1, 2))
        queue.call(add(3, 4))
        told.expectNone(1.seconds)
        queue.call(add(5)) // of which the processor, which has had ten, asks for five more
        told.expectMessage(Wanted(5))
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("of a producer of partitions it takes the one that it says") {
      weftTest {
        start(
          GenStage.producer<Long>("parts") {
              dispatcher(PartitionDispatcher.of(2) { hash { (it % 2).toInt() } })
              var next = 0L
              onDemand { wanted -> emit(List(minOf(wanted, 40 - next).toInt()) { next++ }) }
            }
            .named("counting")
        )
        val seen = ArrayList<Long>()
        val odd = Producers.of(node.counting()).subscribing { partition(1) }
        val tree = start(slowly(odd, seen).supervisor())
        advance(100.seconds)
        seen shouldContainExactly seen.sorted().filter { it % 2 == 1L }
        seen.size shouldBeLessThanOrEqual 20
        (seen.size >= 5) shouldBe true
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("demand that makes no sense, and nobody to subscribe to, are refused when told") {
      shouldThrow<IllegalArgumentException> { Producers.of<Long>() }
      weftTest {
        shouldThrow<IllegalArgumentException> {
            Producers.of(node.counting()).subscribing { maxDemand = 0 }
          }
          .message shouldBe "expected :max_demand to be equal to or greater than 1, got: 0"
      }
    }
  })

/** A pipeline that has ten events at most, and takes a second for each. */
private fun slowly(producers: Producers<Long>, seen: MutableList<Long>): Pipeline<Long> =
  pipeline("slowly") {
    source(producers)
    processors(1) {
      delay(1.seconds)
      seen += it
      done
    }
    inFlight(10)
  }

/** A producer that makes these, as they are wanted. */
private fun counting(numbers: LongRange, name: String = "counting"): Blueprint<Produces<Long>> =
  GenStage.producer<Long>(name) {
      var next = numbers.first
      onDemand { wanted ->
        val count = if (wanted < numbers.last - next + 1) wanted else numbers.last - next + 1
        emit(List(count.toInt()) { next++ })
      }
    }
    .named(name)

private fun Node.counting(
  on: String = name().name(),
  name: String = "counting",
): Address<Produces<Long>> = address(name, on, stageCodec<Produces<Long>>())
