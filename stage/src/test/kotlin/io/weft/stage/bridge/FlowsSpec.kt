package io.weft.stage.bridge

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.weft.kotlin.actor
import io.weft.kotlin.awaitStart
import io.weft.node.Address
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Asking
import io.weft.stage.Heard
import io.weft.stage.Produces
import io.weft.stage.SubscriptionEnd
import io.weft.stage.all
import io.weft.stage.counter
import io.weft.stage.demand
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.ended
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.subscribe
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.merge
import io.weft.stage.graph.supervisor
import io.weft.stage.graph.transform
import io.weft.stage.reason
import io.weft.stage.sink
import io.weft.stage.subscribeOptions
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.chunked
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

@OptIn(ExperimentalCoroutinesApi::class)
class FlowsSpec :
  FunSpec({
    test("a flow is collected as far as its consumers ask, and is suspended there") {
      weftTest {
        val ear = probe<Heard>("ear")
        val emitted = AtomicInteger()
        val source =
          start(numbers(100_000) { emitted.set(it + 1) }.map { it.toLong() }.asProducer("flow"))
        settle()
        emitted.get() shouldBe 0
        start(sink(ear) { onSubscribed { _, from -> Asking.MANUAL.also { ask(from, 7) } } })
          .subscribe(source)
        ear.expectMessage(Heard.Batch(0L..6))
        ear.expectNone(1.seconds)
        emitted.get() shouldBe 8 // the eighth waits in its emit
      }
    }

    test("a flow that is complete ends its stage, behind its events; one that fails fails it") {
      weftTest {
        val all = start((0..1_499).asFlow().asProducer("all"))
        all.asFlow().toList() shouldBe (0..1_499).toList()
        val failure = IllegalStateException("no more")
        val fails =
          start(
            flow {
                emit(1)
                throw failure
              }
              .asProducer("fails")
          )
        val got = ArrayList<Int>()
        shouldThrow<IllegalStateException> {
          fails.asFlow().collect(got::add)
        } shouldBeSameInstanceAs failure
        got shouldBe listOf(1)
      }
    }

    test("the end of a stage cancels the collection of its flow") {
      weftTest {
        val over = probe<String>("over")
        val source =
          start(
            numbers(10) {
                if (it == 3) delay(1.seconds * 1_000_000)
              }
              .onCompletion { over.tell("cancelled") }
              .asProducer("flow")
          )
        source.asFlow().take(3).toList() shouldBe listOf(0, 1, 2)
        over.expectNone(1.seconds)
        kill(source)
        over.expectMessage("cancelled")
      }
    }

    test("a flow goes with a dispatcher, and through lines of stages") {
      weftTest {
        val areThere = CompletableDeferred<Unit>()
        val source =
          start(numbers(100) { areThere.await() }.asProducer("all", BroadcastDispatcher.of()))
        val ears = List(2) { probe<List<Int>>("ear $it") }
        val takers = ears.map { ear ->
          start(
            GenStage.consumer<Int>("taker") { onEvents { events, _ -> ear.tell(events.toList()) } }
          )
        }
        for (taker in takers) taker.subscribe(source, demand(100, 0))
        settle()
        areThere.complete(Unit)
        for (ear in ears) ear.expectMessage((0..99).toList())

        val got = ArrayList<String>()
        val line =
          merge((0..9).asFlow().asOutlet("digits"), flow { emit(10) }.asOutlet("ten")) into
            transform("text") { events: List<Int> -> events.map { "$it" } } into
            consumer<String>("got") { got.addAll(it) }
        val tree = node.awaitStart(line.supervisor("line"))
        eventually(1.seconds) { node.isAlive(checkNotNull(tree.pid())) shouldBe false }
        got.map { it.toInt() }.sorted() shouldBe (0..10).toList()
      }
    }

    test("steps of a line are operators of flows, as far as demand goes, to the end") {
      weftTest {
        val taken = AtomicInteger()
        val got = ArrayList<List<Int>>()
        val gate = CompletableDeferred<Unit>()
        val line =
          numbers(10_000) { taken.set(it) }.asOutlet("numbers") into
            flowing<Int, List<Int>>("even") { events ->
              events.filter { it % 2 == 0 }.chunked(2)
            } into
            collecting<List<Int>>("got") { lists ->
              lists.collect {
                gate.await()
                got.add(it)
              }
            }
        val tree = node.awaitStart(line.supervisor("line"))
        settle()
        taken.get() shouldBeLessThanOrEqual 6_000 // what 1,000 lists are made of, and one demand
        gate.complete(Unit)
        eventually(1.seconds) { node.isAlive(checkNotNull(tree.pid())) shouldBe false }
        got shouldBe (0 until 10_000 step 2).chunked(2)
      }
    }

    test("a flow in a line that has enough drops the rest, and one that fails fails the line") {
      weftTest {
        val got = ArrayList<Int>()
        val few =
          (0..4_999).asFlow().asOutlet("numbers") into
            flowing<Int, Int>("few") { it.take(3) } into
            collecting<Int>("got") { it.collect(got::add) }
        val tree = node.awaitStart(few.supervisor("few"))
        eventually(1.seconds) { node.isAlive(checkNotNull(tree.pid())) shouldBe false }
        got shouldBe listOf(0, 1, 2)
        val fails =
          (0..9).asFlow().asOutlet("numbers") into
            collecting<Int>("fails") { events -> events.collect { error("at $it") } }
        val failing = probe<String>("failing")
        val failed = node.awaitStart(fails.supervisor("fails"))
        failing.watch(failed)
        failing.expectDown(failed).reason().isOrderly shouldBe true
        node.isAlive(checkNotNull(failed.pid())) shouldBe false
      }
    }

    test("a flow is collected into a consumer, as fast as that takes events, and ends it") {
      weftTest {
        val ear = probe<Heard>("ear")
        val gate = CompletableDeferred<Unit>()
        val emitted = AtomicInteger()
        val slow =
          start(
            GenStage.consumer<Int>("slow") {
              onEvents { events, _ ->
                gate.await()
                ear.tell(Heard.Batch(events.map { it.toLong() }))
              }
              onTerminate { ear.tell(Heard.Terminated(it)) }
            }
          )
        val collecting = launch {
          numbers(2_500) { emitted.set(it + 1) }.collectInto(slow) shouldBe true
          ear.tell(Heard.Note("handed over"))
        }
        settle()
        emitted.get() shouldBe 1_001 // one waits for demand
        gate.complete(Unit)
        collecting.join()
        val heard = ear.all()
        heard.filterIsInstance<Heard.Batch>().flatMap { it.events } shouldBe (0L..2_499).toList()
        heard.last { it !is Heard.Note } shouldBe Heard.Terminated(ExitReason.NORMAL)
        heard.count { it is Heard.Note } shouldBe 1
      }
    }

    test("a consumer that has ended ends the collection, and a flow that fails fails both") {
      weftTest {
        val ear = probe<Heard>("ear")
        val sink = start(sink(ear))
        val endless = flow { while (true) emit(1L) }
        val collecting = async { endless.take(1_000_000).collectInto(sink) }
        ear.expect<Heard.Batch>()
        kill(sink)
        collecting.await() shouldBe false

        val other = start(sink(probe<Heard>("other")))
        val failure = IllegalStateException("no more")
        shouldThrow<IllegalStateException> {
          flow<Long> { throw failure }.collectInto(other)
        } shouldBeSameInstanceAs failure
        eventually(1.seconds) { node.isAlive(checkNotNull(other.pid())) shouldBe false }
      }
    }

    test("a flow of a stage is cold, and each collector has a consumer of its own") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter =
          start(counter { onSubscriber { _, from -> ear.tell(Heard.Subscriber(from)) } })
        val events = counter.asFlow()
        ear.expectNone(1.seconds)
        events.take(2).toList() shouldBe listOf(0, 1)
        events.take(2).toList().size shouldBe 2
        val one = ear.expect<Heard.Subscriber>()
        (ear.expect<Heard.Subscriber>() == one) shouldBe false
      }
    }

    test("a flow that is given up cancels its subscription with normal, whatever gives it up") {
      weftTest {
        val ear = probe<Heard>("ear")
        val silent =
          start(
            GenStage.producer<Long>("silent") {
              onDemand {}
              onSubscriber { _, from -> ear.tell(Heard.Subscriber(from)) }
              onSubscriptionEnd { end, from -> ear.tell(ended(end, from)) }
            }
          )
        suspend fun subscribed() = ear.expect<Heard.Subscriber>()
        suspend fun cancelled() {
          val end = ear.expect<Heard.Ended>()
          end.cause to end.reason shouldBe (SubscriptionEnd.Cause.CANCELLED to ExitReason.NORMAL)
        }
        launch { silent.asFlow().collect {} }
          .also {
            subscribed()
            it.cancel()
            cancelled()
          }
        val collecting = start(actor<String>("collecting") { silent.asFlow().collect {} })
        subscribed()
        kill(collecting)
        cancelled()
        start(counter()).asFlow().onEach { error("enough") }.catch {}.toList() shouldBe emptyList()
      }
    }

    test("the end of a stage is the end of the flow; any other than an orderly one fails it") {
      weftTest {
        suspend fun endedBy(why: ExitReason) = runCatching {
          start(
              GenStage.producer<Long>("ends") {
                onDemand {
                  emit(1)
                  stop(why)
                }
              }
            )
            .asFlow()
            .toList()
        }
          .fold({ "$it" }, { "${(it as ExitException).reason()}" })
        endedBy(ExitReason.NORMAL) shouldBe "[1]"
        endedBy(ExitReason.SHUTDOWN) shouldBe "[1]"
        endedBy(reason("odd")) shouldBe "odd"
        val dead = start(counter())
        kill(dead)
        shouldThrow<ExitException> { dead.asFlow().toList() }.reason() shouldBe ExitReason.NOPROC
      }
    }

    test("who collects slowly holds the stage up: no more is asked for than may be on its way") {
      weftTest {
        val made = AtomicInteger()
        val source =
          start(
            GenStage.producer<Int>("made") {
              onDemand { wanted -> emit(List(wanted.toInt()) { made.getAndIncrement() }) }
            }
          )
        var taken = 0
        source.asFlow(subscribeOptions<Int> { maxDemand = 20 }).take(200).collect {
          it shouldBe taken++
          delay(10.milliseconds)
          made.get() - taken shouldBeLessThanOrEqual 20
        }
      }
    }

    test("an actor collects in its own turns, a coroutine of any dispatcher where that runs") {
      Node.start(NodeOptions.local()).use { node ->
        val scheduler = node.seams().scheduler()
        val source =
          node.start((0..2_000).asFlow().flowOn(Dispatchers.Default).asProducer("source"))
        val places = LinkedBlockingQueue<Set<Boolean>>()
        node.start(
          actor<String>("collecting") {
            val seen = HashSet<Boolean>()
            val me = self
            source.asFlow().take(1_000).collect {
              me.dictionary() // which fails outside of the turns of the process
              seen += scheduler.isCarrier()
            }
            places.add(seen)
          }
        )
        places.poll(20, SECONDS) shouldBe setOf(true)
        val other = node.start((0..2_000).asFlow().asProducer("other"))
        runBlocking {
          withContext(Dispatchers.Default) {
            other.asFlow().map { scheduler.isCarrier() }.toList().toSet() shouldBe setOf(false)
          }
        }
      }
    }

    test("a node that stops fails what is collected of its stages") {
      val node = Node.start(NodeOptions.local())
      val source: Address<Produces<Long>> =
        node.start(GenStage.producer<Long>("idle") { onDemand { emit(1) } })
      runBlocking {
        shouldThrow<ExitException> { source.asFlow().collect { node.stop() } }
        shouldThrow<RuntimeException> { source.asFlow().collect {} }
      }
      node.close()
    }
  })

private fun numbers(until: Int, before: suspend (Int) -> Unit) = flow {
  for (number in 0 until until) {
    before(number)
    emit(number)
  }
}
