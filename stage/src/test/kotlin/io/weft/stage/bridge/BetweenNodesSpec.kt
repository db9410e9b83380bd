package io.weft.stage.bridge

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Cancel
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.SubscriptionEnd
import io.weft.stage.counter
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.gen.subscribe
import io.weft.stage.source.Enumerable
import io.weft.stage.stream.stream
import io.weft.stage.subscribeOptions
import io.weft.testkit.simulation.FaultKind
import io.weft.testkit.simulation.ScenarioScope
import io.weft.testkit.simulation.simulate
import io.weft.testkit.weftTest
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Flow
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.SubmissionPublisher
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking

/** Bridges whose two sides are on different nodes. */
class BetweenNodesSpec :
  FunSpec({
    lateinit var here: Node
    lateinit var there: Node

    beforeSpec {
      here = nodeOf("here", 0)
      there = nodeOf("there", (here.network() as DistNetwork).epmdPort)
    }
    afterSpec {
      here.close()
      there.close()
    }

    /** Starts a producer there; returns it as it is seen from here. */
    fun producing(name: String, blueprint: Blueprint<Produces<Long>>): Address<Produces<Long>> {
      there.start(blueprint.named(name))
      return here.address(name, there.name().name(), stageCodec())
    }

    test(
      "a subscriber gets the events of a stage of another node, as it requests them, to the end"
    ) {
      val ear = Asked(10)
      val source = producing("to-ear", Enumerable.fromIterable(0L..4_999).asProducer("numbers"))
      source.asPublisher().subscribe(ear)
      repeat(10) { ear.next() shouldBe it.toLong() }
      ear.events.isEmpty() shouldBe true
      ear.request(Long.MAX_VALUE)
      List(4_990) { ear.next() } shouldContainExactly (10L..4_999).toList()
      ear.end() shouldBe "complete"
    }

    test("a subscriber that is slow holds a stage of another node up") {
      val made = AtomicLong()
      val source =
        producing(
          "made",
          GenStage.producer("made") {
            onDemand { wanted -> emit(List(wanted.toInt()) { made.getAndIncrement() }) }
          },
        )
      val ear = Asked(1)
      source.asPublisher(subscribeOptions<Long> { maxDemand = 50 }).subscribe(ear)
      for (n in 0L..999) {
        ear.next() shouldBe n
        made.get() - n shouldBeLessThanOrEqual 51
        ear.request(1)
      }
      ear.cancel()
    }

    test("a publisher of one node feeds a stage of another, both ways") {
      val got = LinkedBlockingQueue<Long>()
      there.start(
        GenStage.consumer<Long>("taking") { onEvents { events, _ -> got.addAll(events) } }
          .named("taking")
      )
      val taking = here.address("taking", there.name().name(), stageCodec<Consumes<Long>>())
      SubmissionPublisher<Long>().use { publisher ->
        val source = here.start(publisher.asProducer("source"))
        runBlocking {
          taking.subscribe(source, subscribeOptions<Long> { cancel = Cancel.TEMPORARY })
        }
        while (publisher.numberOfSubscribers == 0) Thread.onSpinWait()
        for (n in 0L..2_999) check(publisher.offer(n, 20, SECONDS, null) >= 0)
        List(3_000) { got.poll(20, SECONDS) } shouldContainExactly (0L..2_999).toList()
      }
      SubmissionPublisher<Long>().use { publisher ->
        publisher.subscribe(
          taking.asSubscriber(subscribeOptions<Long> { cancel = Cancel.TEMPORARY })
        )
        for (n in 0L..2_999) check(publisher.offer(n, 20, SECONDS, null) >= 0)
        List(3_000) { got.poll(20, SECONDS) } shouldContainExactly (0L..2_999).toList()
      }
    }

    test("a flow of one node is collected on another, and held up there by its collector") {
      val emitted = AtomicLong()
      val source =
        producing(
          "flow",
          flow { for (n in 0L..9_999) emit(n.also { emitted.set(it) }) }.asProducer("flow"),
        )
      var next = 0L
      runBlocking {
        source.asFlow(subscribeOptions<Long> { maxDemand = 100 }).collect {
          it shouldBe next++
          emitted.get() - next shouldBeLessThanOrEqual 100
        }
      }
      next shouldBe 10_000
    }

    test("a collector that has enough cancels its subscription on the other node, with normal") {
      val ends = LinkedBlockingQueue<SubscriptionEnd>()
      val source =
        producing(
          "enough",
          GenStage.producer("enough") {
            onDemand { wanted -> emit(List(wanted.toInt()) { 0L }) }
            onSubscriptionEnd { end, _ -> ends.add(end) }
          },
        )
      runBlocking { source.asFlow().take(1_500).toList().size shouldBe 1_500 }
      val end = ends.poll(20, SECONDS)
      end?.cause to end?.reason shouldBe (SubscriptionEnd.Cause.CANCELLED to ExitReason.NORMAL)
    }

    test("a thread reads the stream of stages of two nodes") {
      val one = producing("one", Enumerable.fromIterable(0L..1_999).asProducer("one"))
      val two = here.start(Enumerable.fromIterable(2_000L..3_999).asProducer("two"))
      val both =
        GenStage.stream<Long> {
          for (stage in listOf(one, two)) from(stage) { cancel = Cancel.TRANSIENT }
        }
      both.useSequence { it.sorted().toList() } shouldContainExactly (0L..3_999).toList()
    }

    test("nobody of that name is on the other node") {
      val nobody = here.address("nobody", there.name().name(), stageCodec<Produces<Long>>())
      runBlocking {
        shouldThrow<ExitException> { nobody.asFlow().toList() }.reason() shouldBe ExitReason.NOPROC
      }
    }

    // --- simulated -------------------------------------------------------------------------------

    test("a connection that breaks fails the flow, and ends the subscription on the other side") {
      weftTest(1L..30) {
        val one = node("one@one")
        val two = node("two@two")
        one.start(counter(until = 5_000).named("counter"))
        val counter = two.address("counter", "one@one", stageCodec<Produces<Long>>())
        var next = 0L
        val failure =
          shouldThrow<ExitException> {
            counter.asFlow().collect {
              it shouldBe next++
              if (it == 700L) cut(one, two)
            }
          }
        failure.reason() shouldBe ExitReason.NOCONNECTION
        counter.asFlow().take(10).toList().size shouldBe 10
      }
    }

    test("publishers and subscribers of two nodes in virtual time") {
      weftTest(1L..30) {
        val one = node("one@one")
        val two = node("two@two")
        one.start(Enumerable.fromIterable(0L..2_999).asProducer("numbers").named("numbers"))
        val numbers = two.address("numbers", "one@one", stageCodec<Produces<Long>>())
        val doubled = ArrayList<Long>()
        var isOver = false
        val end =
          object : Flow.Subscriber<Long> {
            override fun onSubscribe(subscription: Flow.Subscription) = subscription.request(10_000)

            override fun onNext(event: Long) {
              doubled.add(event)
            }

            override fun onError(failure: Throwable) = throw failure

            override fun onComplete() {
              isOver = true
            }
          }
        val source = two.start(numbers.asPublisher().asProducer("source"))
        source.asPublisher().subscribe(end)
        eventually(10.seconds) { isOver shouldBe true }
        doubled shouldBe (0L..2_999).toList()
      }
    }

    test("whatever happens to nodes and network, a flow has each event once and in order") {
      val whole = AtomicInteger()
      simulate("flows between nodes", seeds = 1..40) { flowsBetweenNodes(whole) }
      whole.get() shouldBeGreaterThan 300 // of 640: most are read, in spite of it all
    }
  })

private fun nodeOf(name: String, epmdPort: Int): Node =
  Node.start(
    NodeOptions.builder("$name@127.0.0.1").cookie("bridges").epmdPort(epmdPort).hidden(true).build()
  )

/**
 * Clients on both nodes read from stages of the first, which count from zero in each life, one of
 * them on a strand.
 *
 * @param whole counts what was read to its end
 */
private fun ScenarioScope.flowsBetweenNodes(whole: AtomicInteger) {
  var most = 0L
  val inTurns =
    GenStage.producer<Long>("numbers1") {
      var next = 0L
      onDemand { wanted ->
        most = maxOf(most, wanted)
        emit(List(wanted.toInt()) { next++ })
      }
    }
  val beside =
    Enumerable.fromSequence(generateSequence(0L) { it + 1 }).blocking().asProducer("numbers2")
  cluster(2) {
    start {
      if (number == 1)
        for (numbers in listOf(inTurns, beside)) spawn(numbers.named(numbers.label()))
    }
  }
  faults { random(FaultKind.CRASH, FaultKind.PARTITION, FaultKind.RESET, FaultKind.PAUSE) }
  workload(clients = 2, steps = 8) {
    val numbers = member.node.address("numbers$number", "n1@host1", stageCodec<Produces<Long>>())
    var last: Long? = null
    try {
      numbers.asFlow(subscribeOptions<Long> { maxDemand = WINDOW }).take(500).collect { event ->
        last?.let { check(event == it + 1) { "$event after $it" } }
        last = event
      }
      whole.incrementAndGet()
    } catch (end: ExitException) {
      trace("ended by ${end.reason()} after $last")
    }
  }
  invariant("no more is asked for than may be on its way") {
    if (most > WINDOW) fail("$most events were asked for at once")
  }
}

private const val WINDOW = 40

/** Takes as many events as it is told to. */
private class Asked(private val atFirst: Long) : Flow.Subscriber<Long> {
  private val opened = CountDownLatch(1)
  val events = LinkedBlockingQueue<Long>()
  private val ends = LinkedBlockingQueue<Any>()
  private lateinit var subscription: Flow.Subscription

  override fun onSubscribe(subscription: Flow.Subscription) {
    this.subscription = subscription
    opened.countDown()
    subscription.request(atFirst)
  }

  override fun onNext(event: Long) {
    events.add(event)
  }

  override fun onError(failure: Throwable) {
    ends.add(failure)
  }

  override fun onComplete() {
    ends.add("complete")
  }

  fun request(events: Long) {
    opened.await()
    subscription.request(events)
  }

  fun cancel() = subscription.cancel()

  fun next(): Long = checkNotNull(events.poll(20, SECONDS)) { "no event came" }

  fun end(): Any = checkNotNull(ends.poll(20, SECONDS)) { "no end came" }
}
