package io.weft.stage.source

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.weft.kotlin.awaitStart
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Asking
import io.weft.stage.Cancel
import io.weft.stage.DemandMode
import io.weft.stage.Heard
import io.weft.stage.all
import io.weft.stage.atom
import io.weft.stage.bridge.asFlow
import io.weft.stage.bridge.asPublisher
import io.weft.stage.demand
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand as tellDemand
import io.weft.stage.gen.subscribe
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.supervisor
import io.weft.stage.rawStage
import io.weft.stage.sink
import io.weft.stage.stream.stream
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Flow
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import java.util.stream.Stream
import java.util.stream.StreamSupport
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList

class EnumerableSpec :
  FunSpec({
    val kinds =
      listOf<Pair<String, (Iterable<Long>) -> Enumerable<Long>>>(
        "a collection" to { Enumerable.fromIterable(it) },
        "a sequence" to { Enumerable.fromSequence(it.asSequence()) },
        "an iterator" to { Enumerable.fromIterator(it::iterator) },
        "an iterator that blocks" to { Enumerable.fromIterator(it::iterator).blocking() },
        "a stream of Java" to
          { numbers ->
            Enumerable.fromStream { StreamSupport.stream(numbers.spliterator(), false) }
          },
      )

    for ((kind, of) in kinds) {
      test("GS-53: a transient stream of $kind has all elements, and then the producer is gone") {
        weftTest {
          val source = start(of(0L..2_499).asProducer("source"))
          GenStage.stream<Long> { from(source) { cancel = Cancel.TRANSIENT } }
            .asFlow()
            .toList() shouldBe (0L..2_499).toList()
          eventually(1.seconds) { node.isAlive(checkNotNull(source.pid())) shouldBe false }
        }
      }

      test("no more of $kind is taken than is wanted, nothing before it is") {
        weftTest {
          val ear = probe<Heard>("ear")
          val taken = AtomicInteger()
          val counted = Iterable {
            (0L..99).asSequence().onEach { taken.incrementAndGet() }.iterator()
          }
          val source = start(of(counted).asProducer("source"))
          settle()
          taken.get() shouldBe 0
          start(sink(ear) { onSubscribed { _, from -> Asking.MANUAL.also { ask(from, 10) } } })
            .subscribe(source)
          ear.all().flatMap { (it as Heard.Batch).events } shouldBe (0L..9).toList()
          taken.get() shouldBe 10
        }
      }

      test("GS-53: on_cancel: $kind goes on for others, or ends with its last consumer") {
        weftTest {
          val goesOn = start(of(0L..9_999).asProducer("goes on"))
          goesOn.asFlow().take(5).toList() shouldBe (0L..4).toList()
          val rest = goesOn.asFlow().toList()
          rest.last() shouldBe 9_999
          rest shouldBe (rest.first()..9_999).toList()
          val ends = start(of(0L..9_999).endingAlone().asProducer("ends"))
          ends.asFlow().take(5).toList() shouldBe (0L..4).toList()
          eventually(1.seconds) { node.isAlive(checkNotNull(ends.pid())) shouldBe false }
        }
      }

      test("a failure of $kind comes behind the elements before it") {
        weftTest {
          val failure = IllegalStateException("no more")
          val failing = Iterable {
            sequence {
              yield(1L)
              yield(2L)
              throw failure
            }
              .iterator()
          }
          val source = start(of(failing).asProducer("source"))
          val got = ArrayList<Long>()
          shouldThrow<IllegalStateException> {
            source.asFlow().collect(got::add)
          } shouldBeSameInstanceAs failure
          got shouldBe listOf(1, 2)
        }
      }

      test("a line of stages begins with $kind, and ends when it does") {
        weftTest {
          val got = ArrayList<Long>()
          val line = of(0L..2_499).asOutlet("source") into consumer<Long>("got") { got.addAll(it) }
          val tree = node.awaitStart(line.supervisor("line"))
          eventually(1.seconds) { node.isAlive(checkNotNull(tree.pid())) shouldBe false }
          got shouldContainExactly (0L..2_499).toList()
        }
      }
    }

    test("each life takes the elements from the first on") {
      weftTest {
        val blueprint = Enumerable.fromIterable(1L..3).asProducer("source")
        repeat(2) { start(blueprint).asFlow().toList() shouldBe listOf(1, 2, 3) }
      }
    }

    test("what a consumer has asked for and left behind is for the next, however much it is") {
      weftTest {
        val source = start(Enumerable.fromIterable(0L..29_999).blocking().asProducer("source"))
        val hasty = rawStage("hasty")
        hasty.subscribe(source, atom("t"))
        hasty.ask(source, atom("t"), 20_000)
        hasty.cancel(source, atom("t"), atom("normal"))
        hasty.expectCancel(source, atom("t"), atom("normal"))
        source.asFlow().toList().size shouldBe 30_000
      }
    }

    test("a stage is told what any producer is: a dispatcher, and to wait with its demand") {
      weftTest {
        val ears = List(2) { probe<Heard>("ear $it") }
        val source =
          start(
            Enumerable.fromIterable(0L..9).producer("source") {
              dispatcher(BroadcastDispatcher.of())
              demand(DemandMode.ACCUMULATE)
            }
          )
        for (ear in ears) start(sink(ear)).subscribe(source, demand(10, 0))
        for (ear in ears) ear.expectNone(1.seconds)
        source.tellDemand(DemandMode.FORWARD)
        for (ear in ears) ear.expectMessage(Heard.Batch(0L..9))
      }
    }

    // --- threads ---------------------------------------------------------------------------------

    test("what blocks is taken off the carriers, and each element comes as soon as it is there") {
      Node.start(NodeOptions.local()).use { node ->
        val elements = LinkedBlockingQueue<Int>()
        val onCarrier = AtomicBoolean()
        val source =
          node.start(
            Enumerable.fromIterator<Int> {
                iterator {
                  while (true) {
                    if (node.seams().scheduler().isCarrier()) onCarrier.set(true)
                    yield(elements.take())
                  }
                }
              }
              .blocking()
              .asProducer("source")
          )
        val got = LinkedBlockingQueue<Int>()
        val end = CountDownLatch(1)
        source.asPublisher().subscribe(ear({ got.add(it) }, end::countDown))
        for (i in 0..9) {
          elements.add(i)
          got.poll(20, SECONDS) shouldBe i
        }
        onCarrier.get() shouldBe false
        node.exit(checkNotNull(source.pid()), ExitReason.SHUTDOWN)
        end.await(20, SECONDS) shouldBe true
      }
    }

    test("a thread that waits for an element is interrupted by the end of the stage, and closes") {
      Node.start(NodeOptions.local()).use { node ->
        val waits = CountDownLatch(1)
        val closed = LinkedBlockingQueue<String>()
        val stream =
          Stream.generate<Int> {
              waits.countDown()
              CountDownLatch(1).await()
              0
            }
            .onClose { closed.add(Thread.currentThread().name) }
        val source = node.start(Enumerable.fromStream { stream }.asProducer("source"))
        source.asPublisher().subscribe(ear({}, {}))
        waits.await(20, SECONDS) shouldBe true
        node.exit(checkNotNull(source.pid()), ExitReason.KILL)
        closed.poll(20, SECONDS) shouldBe "source"
      }
    }

    test("what is taken is closed at its end, and when the stage ends before") {
      weftTest {
        val closed = ArrayList<String>()
        fun closing(name: String) = Enumerable.fromIterator {
          Closing((0L..999).iterator()) { closed += name }
        }
        start(closing("in turns").asProducer("source")).asFlow().toList().size shouldBe 1_000
        start(closing("beside").blocking().asProducer("source")).asFlow().toList().size shouldBe
          1_000
        closed shouldBe listOf("in turns", "beside")
        for (source in listOf(closing("given up"), closing("given up beside").blocking())) {
          val stage = start(source.endingAlone().asProducer("source"))
          stage.asFlow(demand(2, 1)).take(1).toList() shouldBe listOf(0)
        }
        settle()
        closed.drop(2) shouldBe listOf("given up", "given up beside")
      }
    }
  })

private class Closing(inner: Iterator<Long>, private val onClose: () -> Unit) :
  Iterator<Long> by inner, AutoCloseable {
  override fun close() = onClose()
}

/** Takes all that comes. */
private fun ear(onEvent: (Int) -> Unit, onEnd: () -> Unit) =
  object : Flow.Subscriber<Int> {
    override fun onSubscribe(subscription: Flow.Subscription) = subscription.request(Long.MAX_VALUE)

    override fun onNext(event: Int) = onEvent(event)

    override fun onError(failure: Throwable) = onEnd()

    override fun onComplete() = onEnd()
  }
