package io.weft.stage.bridge

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.weft.node.Address
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Produces
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.subscribe
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.supervisor
import io.weft.stage.graph.transform
import io.weft.stage.subscribeOptions
import io.weft.term.Atom
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Flow
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.SubmissionPublisher
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger

class BridgeSpec :
  FunSpec({
    val node = Node.start(NodeOptions.local())
    afterSpec { node.close() }

    fun numbers(count: Int, seen: AtomicInteger = AtomicInteger()): Address<Produces<Int>> =
      node.start(
        GenStage.producer<Int>("numbers") {
          var sent = 0
          onDemand { wanted ->
            seen.accumulateAndGet(wanted.toInt(), ::maxOf)
            val until = minOf(count.toLong(), sent + wanted).toInt()
            emit((sent until until).toList())
            sent = until
            if (sent == count) stop(ExitReason.NORMAL)
          }
        }
      )

    test("a request without bound is asked in portions, and only as the subscriber gets on") {
      val most = AtomicInteger()
      val ear = Ear<Int>(Long.MAX_VALUE)
      numbers(10_000, most).asPublisher(subscribeOptions<Int> { maxDemand = 100 }).subscribe(ear)
      ear.end() shouldBe "complete"
      ear.events.toList() shouldContainExactly (0 until 10_000).toList()
      most.get() shouldBeLessThanOrEqual 100
    }

    test("a subscriber that blocks is given no more than was asked for, and holds nobody up") {
      val gate = CountDownLatch(1)
      val ear = Ear<Int>(Long.MAX_VALUE) { gate.await() }
      val most = AtomicInteger()
      val source =
        node.start(
          GenStage.producer<Int>("endless") {
            var sent = 0
            onDemand { wanted ->
              repeat(wanted.toInt()) {
                emit(sent++)
                most.set(sent)
              }
            }
          }
        )
      source.asPublisher(subscribeOptions<Int> { maxDemand = 10 }).subscribe(ear)
      val other = Ear<Int>(3)
      numbers(3).asPublisher().subscribe(other)
      other.end() shouldBe "complete"
      most.get() shouldBeLessThanOrEqual 10
      gate.countDown()
      ear.cancel()
    }

    test("the end of a producer comes to the subscriber as what it was") {
      val failure = IllegalStateException("no more")
      fun endedBy(end: () -> Nothing): Any {
        val ear = Ear<Int>(1)
        node
          .start(GenStage.producer<Int>("ends") { onDemand { end() } })
          .asPublisher()
          .subscribe(ear)
        return ear.end()
      }
      endedBy { throw failure } shouldBeSameInstanceAs failure
      endedBy { throw ExitException(ExitReason.of(Atom.of("odd"))) }
        .let { (it as ExitException).reason().term() } shouldBe Atom.of("odd")
      endedBy { throw ExitException(ExitReason.SHUTDOWN) } shouldBe "complete"
    }

    test("a subscriber that throws is told nothing more, and its stage gives no more demand") {
      val calls = AtomicInteger()
      val thrown = CountDownLatch(1)
      val gone = CountDownLatch(1)
      val source =
        node.start(
          GenStage.producer<Int>("watched") {
            onDemand { wanted -> repeat(wanted.toInt()) { emit(it) } }
            onSubscriptionEnd { _, _ -> gone.countDown() }
          }
        )
      source
        .asPublisher()
        .subscribe(
          Ear(10) {
            calls.incrementAndGet()
            thrown.countDown()
            error("the subscriber fails")
          }
        )
      thrown.await(20, SECONDS) shouldBe true
      gone.await(20, SECONDS) shouldBe true
      calls.get() shouldBe 1
    }

    test("who subscribes when the node has stopped gets an error") {
      val other = Node.start(NodeOptions.local())
      val source = other.start(GenStage.producer<Int>("idle") { onDemand {} })
      val early = Ear<Int>(1)
      source.asPublisher().subscribe(early)
      early.opened.await(20, SECONDS) shouldBe true
      other.close()
      (early.end() is Throwable) shouldBe true
      val late = Ear<Int>(1)
      source.asPublisher().subscribe(late)
      (late.end() is Throwable) shouldBe true
    }

    test("a publisher goes through a line of stages into a subscriber, each event once, in order") {
      val ear = Ear<String>(Long.MAX_VALUE)
      SubmissionPublisher<Int>().use { publisher ->
        val source = node.start(publisher.asProducer("source"))
        val end = node.start(ear.asConsumer<String>("end"))
        val line = transform("text") { events: List<Int> -> events.map { "$it" } }
        val processor = line.asProcessor(node)
        source.asPublisher().subscribe(processor)
        end.subscribe(node.start(processor.asProducer("text")))
        ear.opened.await(20, SECONDS) shouldBe true
        while (publisher.numberOfSubscribers == 0) Thread.onSpinWait()
        repeat(5_000) {
          check(publisher.offer(it, 20, SECONDS, null) >= 0) { "event $it was not taken" }
        }
      }
      ear.end() shouldBe "complete"
      ear.events.toList() shouldContainExactly (0 until 5_000).map { "$it" }
    }

    test("what a stage between others has buffered is not lost when its publisher completes") {
      val ear = Ear<Int>(1)
      val tenfold =
        GenStage.producerConsumer<Int, Int>("tenfold") {
          onEvents { events, _ -> emit(events.flatMap { event -> List(10) { event } }) }
        }
      val processor = tenfold.asProcessor(node)
      processor.subscribe(ear)
      numbers(3).asPublisher().subscribe(processor)
      ear.next()
      repeat(29) {
        ear.request(1)
        ear.next()
      }
      ear.end() shouldBe "complete"
      ear.events.size shouldBe 30
    }

    test("a line begins with a publisher, and does not read it ahead of its consumers") {
      val got = LinkedBlockingQueue<Int>()
      val publisher = numbers(2_000).asPublisher()
      node.start(
        (publisher.asOutlet("numbers") into consumer<Int>("got") { got.addAll(it) }).supervisor(
          "line"
        )
      )
      List(2_000) { got.poll(20, SECONDS) } shouldContainExactly (0 until 2_000).toList()
    }
  })

/** Hears what a publisher says; requests [atFirst] events by itself. */
private class Ear<E : Any>(
  private val atFirst: Long,
  private val onEvent: (E) -> Unit = {},
) : Flow.Subscriber<E> {
  val opened = CountDownLatch(1)
  val events = ConcurrentLinkedQueue<E>()
  private val arrived = LinkedBlockingQueue<E>()
  private val ends = LinkedBlockingQueue<Any>()
  private lateinit var subscription: Flow.Subscription

  override fun onSubscribe(subscription: Flow.Subscription) {
    this.subscription = subscription
    opened.countDown()
    subscription.request(atFirst)
  }

  override fun onNext(event: E) {
    onEvent(event)
    events.add(event)
    arrived.add(event)
  }

  override fun onError(failure: Throwable) {
    ends.add(failure)
  }

  override fun onComplete() {
    ends.add("complete")
  }

  fun request(count: Long) = opened().request(count)

  fun cancel() = opened().cancel()

  private fun opened(): Flow.Subscription {
    check(opened.await(20, SECONDS)) { "no subscription came" }
    return subscription
  }

  fun next(): E = checkNotNull(arrived.poll(20, SECONDS)) { "no event came" }

  fun end(): Any = checkNotNull(ends.poll(20, SECONDS)) { "no end came" }
}
