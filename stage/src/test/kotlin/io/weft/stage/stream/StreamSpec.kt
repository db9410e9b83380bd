package io.weft.stage.stream

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.weft.kotlin.actor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Cancel
import io.weft.stage.DemandMode
import io.weft.stage.Heard
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.Queue
import io.weft.stage.SubscriptionEnd
import io.weft.stage.SubscriptionScope
import io.weft.stage.counter
import io.weft.stage.ended
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.queue
import io.weft.stage.reason
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicReference
import java.util.stream.Collectors
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch

class StreamSpec :
  FunSpec({
    test("GS-51: ten events of a stream, and the subscription is cancelled with normal") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter { tellingEnds(ear) })
        GenStage.stream(counter).asFlow().take(10).toList() shouldBe (0L..9).toList()
        val end = ear.expect<Heard.Ended>()
        end.cause to end.reason shouldBe (SubscriptionEnd.Cause.CANCELLED to ExitReason.NORMAL)
        ear.expectNone(1.seconds)
        node.isAlive(checkNotNull(counter.pid())) shouldBe true
      }
    }

    test("GS-51: more than may be on its way at once") {
      weftTest {
        val most = AtomicReference(0L)
        val counter = start(counting(2_000) { most.set(maxOf(most.get(), it)) })
        GenStage.stream<Long> { from(counter) { maxDemand = 100 } }
          .asFlow()
          .take(300)
          .toList() shouldBe (0L..299).toList()
        most.get() shouldBe 100
      }
    }

    test("GS-51: who reads is asked for nothing, and foreign messages stay where they are") {
      weftTest {
        val seen = probe<String>("seen")
        val counter = start(counter())
        val reading =
          actor<String>("reading") {
            val events = GenStage.stream(counter).asFlow().take(300).toList()
            seen.tell("read ${events.size}")
            repeat(2) { seen.tell(receive()) }
          }
        start(reading).also {
          it.tell("one")
          it.tell("two")
        }
        seen.expectSequence("read 300", "one", "two")
      }
    }

    test("GS-52: a producer that answers with a cancel fails a permanent stream") {
      weftTest {
        val failure =
          shouldThrow<ExitException> {
            reading(start(refusing()), Cancel.PERMANENT).asFlow().toList()
          }
        failure.reason() shouldBe reason("no_thanks")
      }
    }

    test("GS-52: a producer that answers with a cancel is no event of a temporary stream") {
      weftTest {
        reading(start(refusing()), Cancel.TEMPORARY).asFlow().toList() shouldBe emptyList()
      }
    }

    for (cancel in Cancel.entries) {
      test(
        "GS-53: the end of a stage that ends normally, behind its events, for one that is $cancel"
      ) {
        weftTest {
          val stream = reading(start(ending(50, ExitReason.NORMAL)), cancel).asFlow()
          val events = ArrayList<Long>()
          if (cancel == Cancel.PERMANENT) {
            shouldThrow<ExitException> { stream.collect(events::add) }.reason() shouldBe
              ExitReason.NORMAL
          } else stream.collect(events::add)
          events shouldBe (0L..49).toList()
        }
      }

      test("the end of a stage that fails, behind its events, for one that is $cancel") {
        weftTest {
          val stream = reading(start(ending(50, reason("oops"))), cancel).asFlow()
          val events = ArrayList<Long>()
          if (cancel == Cancel.TEMPORARY) stream.collect(events::add)
          else {
            shouldThrow<ExitException> { stream.collect(events::add) }.reason() shouldBe
              reason("oops")
          }
          events shouldBe (0L..49).toList()
        }
      }

      test("GS-33, GS-34: there is nobody, for one that is $cancel") {
        weftTest {
          val dead = start(counter())
          kill(dead)
          for (nobody in
            listOf(
              dead,
              node.address<Produces<Long>>("nobody", node.name().name(), stageCodec()),
            )) {
            val stream = reading(nobody, cancel).asFlow()
            if (cancel == Cancel.TEMPORARY) stream.toList() shouldBe emptyList()
            else {
              shouldThrow<ExitException> { stream.toList() }.reason() shouldBe ExitReason.NOPROC
            }
          }
        }
      }
    }

    test("a stream of several stages has the events of all, and ends with the last") {
      weftTest {
        val first = start(ending(700, ExitReason.NORMAL))
        val second = start(ending(30, ExitReason.SHUTDOWN))
        val stream =
          GenStage.stream<Long> {
            from(first) { cancel = Cancel.TRANSIENT }
            from(second) { cancel = Cancel.TRANSIENT }
          }
        stream.asFlow().toList().sorted() shouldBe ((0L..699) + (0L..29)).sorted()
      }
    }

    test("stages that accumulate demand begin when all are subscribed to, or if others are told") {
      weftTest {
        val held = start(counter { demand(DemandMode.ACCUMULATE) })
        GenStage.stream(held).asFlow().first() shouldBe 0
        val inFront = start(counter { demand(DemandMode.ACCUMULATE) })
        val behind =
          start(
            GenStage.producerConsumer<Long, Long>("behind") {
              onEvents { events, _ -> emit(events.map { -it }) }
              subscribeTo(inFront)
            }
          )
        GenStage.stream<Long> {
            from(behind)
            starting(inFront)
          }
          .asFlow()
          .take(2)
          .toList() shouldBe listOf(0, -1)
      }
    }

    test("more is asked for when the batch is done with, not before: GenStage's demand") {
      weftTest {
        val ear = probe<Heard>("ear")
        val queue = start(queue(ear))
        val reading = launch {
          reading(queue, Cancel.PERMANENT) {
              maxDemand = 4
              minDemand = 2
            }
            .asFlow()
            .collect { event -> if (event == 1L) awaitCancellation() }
        }
        ear.expect<Heard.Subscriber>()
        ear.expectMessage(Heard.Wanted(4))
        queue.tell(Queue.AddLater(listOf(0, 1, 2, 3)))
        ear.expectNone(1.seconds)
        reading.cancel()
        ear.expect<Heard.Ended>().reason shouldBe ExitReason.NORMAL
      }
    }

    // --- threads ---------------------------------------------------------------------------------

    test("a thread iterates, and what it gives up is over") {
      onThreads { node ->
        val counter = node.start(counter())
        val others = node.processIds().toSet()
        GenStage.stream(counter).useSequence { it.take(1_500).toList() } shouldContainExactly
          (0L..1_499).toList()
        val events = GenStage.stream(node.start(counter())).iterator()
        events.next() shouldBe 0
        events.close()
        events.hasNext() shouldBe false
        shouldThrow<NoSuchElementException> { events.next() }
        awaited { node.processIds().size == others.size + 1 }
      }
    }

    test("a stream of Java takes what it needs, and is closed") {
      onThreads { node ->
        val source = node.start(counter())
        val others = node.processIds().toSet()
        val stream = StageStream.of(Long::class.javaObjectType, source)
        stream.asJavaStream().use { it.limit(10).collect(Collectors.toList()) } shouldBe
          (0L..9).toList()
        awaited { node.processIds().toSet() == others }
        val ends = node.start(ending(3_000, ExitReason.NORMAL))
        val all = GenStage.stream<Long> { from(ends) { cancel = Cancel.TRANSIENT } }
        all.asJavaStream().mapToLong { it }.sum() shouldBe (0L..2_999).sum()
      }
    }

    test("a thread gets the very failure of a stage of its node, behind the events before it") {
      onThreads { node ->
        val failure = IllegalStateException("no more")
        val source =
          node.start(
            GenStage.producer<Long>("fails") {
              onDemand {
                emit(listOf(1, 2))
                throw failure
              }
            }
          )
        val events = GenStage.stream(source).iterator()
        events.next() shouldBe 1
        events.next() shouldBe 2
        shouldThrow<IllegalStateException> { events.hasNext() } shouldBeSameInstanceAs failure
        events.hasNext() shouldBe false
      }
    }

    test("who may not block is refused, and told what to do") {
      weftTest {
        val ear = probe<String>("ear")
        val counter = start(counter())
        val wrong =
          actor<String>("wrong") {
            for (use in
              listOf<() -> Any>(
                { GenStage.stream(counter).iterator() },
                { GenStage.stream(counter).useSequence { it.first() } },
                { GenStage.stream(counter).asJavaStream().findFirst() },
              )) {
              ear.tell(runCatching { use() }.exceptionOrNull()?.message ?: "not refused")
            }
          }
        node.spawn(wrong)
        repeat(3) {
          ear.expectMessage(
            "to iterate over a stream blocks and must not be used inside a process; " +
              "collect its asFlow(), which suspends"
          )
        }
      }
    }

    test("a body with a thread of its own may iterate, in virtual time as well") {
      weftTest {
        val ear = probe<List<Long>>("ear")
        val counter = start(counter())
        start(
          Blueprint.straightLine<String>("thread") {
            ear.tell(GenStage.stream(counter).useSequence { it.take(700).toList() })
          }
        )
        ear.expectMessage((0L..699).toList())
      }
    }

    test("a thread that is interrupted while it waits gives the stream up") {
      onThreads { node ->
        val silent = node.start(GenStage.producer<Long>("silent") { onDemand {} })
        val others = node.processIds().toSet()
        val reading = CountDownLatch(1)
        val outcome = LinkedBlockingQueue<Throwable>()
        val thread =
          Thread.ofVirtual().start {
            try {
              val events = GenStage.stream(silent).iterator()
              reading.countDown()
              events.hasNext()
            } catch (failure: Throwable) {
              outcome.add(failure)
            }
          }
        reading.await(20, SECONDS) shouldBe true
        thread.interrupt()
        (outcome.poll(20, SECONDS) is CancellationException) shouldBe true
        awaited { node.processIds().toSet() == others }
      }
    }

    test("an iterator that another thread closes is at its end") {
      onThreads { node ->
        val silent = node.start(GenStage.producer<Long>("silent") { onDemand {} })
        val others = node.processIds().toSet()
        val events = GenStage.stream(silent).iterator()
        val outcome = LinkedBlockingQueue<Boolean>()
        Thread.ofVirtual().start { outcome.add(events.hasNext()) }
        events.close()
        outcome.poll(20, SECONDS) shouldBe false
        awaited { node.processIds().toSet() == others }
      }
    }

    test("a stream needs a stage") {
      shouldThrow<IllegalArgumentException> { GenStage.stream<Long> {} }.message shouldContain
        "a stream needs a stage at least"
    }
  })

private fun onThreads(test: (Node) -> Unit) = Node.start(NodeOptions.local()).use(test)

private fun awaited(condition: () -> Boolean) {
  while (!condition()) Thread.onSpinWait() // the guard of hanging tests sees to its end
}

private fun ProducerScope<Long, *>.tellingEnds(ear: Address<Heard>) {
  onSubscriptionEnd { end, from -> ear.tell(ended(end, from)) }
}

/** Counts as far as [until], tells [seen] what it is asked for. */
private fun counting(until: Long, seen: (Long) -> Unit): Blueprint<Produces<Long>> =
  GenStage.producer("counting") {
    var next = 0L
    onDemand { wanted ->
      seen(wanted)
      emit(List(minOf(wanted, until - next).toInt()) { next++ })
    }
  }

/** Counts as far as [until], and ends when it is asked for more. */
private fun ending(until: Long, why: ExitReason): Blueprint<Produces<Long>> =
  GenStage.producer("ending") {
    var next = 0L
    onDemand { wanted ->
      emit(List(minOf(wanted, until - next).toInt()) { next++ })
      if (next == until) stop(why)
    }
  }

private fun refusing(): Blueprint<Produces<Long>> =
  GenStage.producer("refusing") {
    onDemand {}
    onSubscriber { _, from -> cancelConsumer(from, reason("no_thanks")) }
  }

private fun reading(
  stage: Address<out Produces<Long>>,
  whenItEnds: Cancel,
  more: SubscriptionScope<Long>.() -> Unit = {},
): StageStream<Long> =
  GenStage.stream<Long> {
    from(stage) {
      cancel = whenItEnds
      more()
    }
  }
