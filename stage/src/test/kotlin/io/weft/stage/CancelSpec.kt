package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.stage.Heard.Ended
import io.weft.stage.SubscriptionEnd.Cause
import io.weft.stage.SubscriptionEnd.Role
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.subscribe
import io.weft.term.Terms
import io.weft.testkit.Probe
import io.weft.testkit.WeftTestScope
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds

class CancelSpec :
  FunSpec({
    // Which ends of a subscription a consumer outlives.
    val reasons =
      listOf(
        ExitReason.NORMAL,
        ExitReason.SHUTDOWN,
        ExitReason.of(Terms.tuple(atom("shutdown"), atom("why"))),
        reason("already_subscribed"),
        reason("other"),
      )
    for (cancel in Cancel.entries) {
      for ((i, reason) in reasons.withIndex()) {
        val survives =
          when (cancel) {
            Cancel.PERMANENT -> i == 3
            Cancel.TRANSIENT -> i <= 3
            Cancel.TEMPORARY -> true
          }
        test("GS-45: a $cancel subscription that is cancelled for $reason: survives $survives") {
          weftTest {
            for (between in listOf(false, true)) {
              val ear = probe<Heard>("ear")
              val told = probe<Heard>("told")
              val queue = start(queue(told))
              val consumer = start(if (between) middle(ear) else sink(ear))
              val tag = consumer.subscribe(queue, ending(cancel))
              val producer = checkNotNull(queue.pid())
              told.expect<Heard.Subscriber>()
              told.all()
              rawStage("anybody").cancel(queue, tag, reason.term())
              told.expectMessage(
                Ended(
                  Cause.CANCELLED,
                  reason,
                  Role.CONSUMER,
                  StageFrom(checkNotNull(consumer.pid()), tag),
                )
              )
              ear.expectMessage(
                Ended(Cause.CANCELLED, reason, Role.PRODUCER, StageFrom(producer, tag))
              )
              expectEnd(ear, consumer, if (survives) null else reason)
            }
          }
        }
      }
    }

    for (cancel in Cancel.entries) {
      test("GS-45: a producer of a $cancel subscription goes down") {
        weftTest {
          for (end in listOf(ExitReason.SHUTDOWN, ExitReason.KILLED)) {
            for (between in listOf(false, true)) {
              val ear = probe<Heard>("ear")
              val queue = start(queue(probe("told")))
              val consumer = start(if (between) middle(ear) else sink(ear))
              val tag = consumer.subscribe(queue, ending(cancel))
              val producer = checkNotNull(queue.pid())
              if (end == ExitReason.SHUTDOWN) queue.call(Queue.Stop) else kill(queue)
              ear.expectMessage(Ended(Cause.DOWN, end, Role.PRODUCER, StageFrom(producer, tag)))
              val survives =
                cancel == Cancel.TEMPORARY ||
                  cancel == Cancel.TRANSIENT && end == ExitReason.SHUTDOWN
              expectEnd(ear, consumer, if (survives) null else end)
            }
          }
        }
      }
    }

    test("GS-40: a consumer that ends reaches its producer, who tells it of the end") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val sink = start(sink(probe("ear")))
        val tag = sink.subscribe(queue)
        settle()
        kill(sink)
        val from = StageFrom(checkNotNull(sink.pid()), tag)
        told.all().filterIsInstance<Ended>() shouldBe
          listOf(Ended(Cause.DOWN, ExitReason.KILLED, Role.CONSUMER, from))
      }
    }

    test("GS-40: a consumer ends its subscription, once") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        val sink = start(sink(ear))
        val tag = sink.subscribe(queue, ending(Cancel.TEMPORARY))
        val producer = StageFrom(checkNotNull(queue.pid()), tag)
        repeat(2) { sink.call(Sink.Cancel(producer, reason("enough"))) }
        ear.expectMessage(Ended(Cause.CANCELLED, reason("enough"), Role.PRODUCER, producer))
        ear.expectNone(1.seconds)
        told.all().filterIsInstance<Ended>().size shouldBe 1
      }
    }

    test("GS-40: a producer ends the subscription of a consumer") {
      weftTest {
        val ear = probe<Heard>("ear")
        val producer =
          start(
            GenStage.producer<Long>("one and done") {
              onDemand {
                emit(1)
                consumers.forEach { from -> cancelConsumer(from, ExitReason.SHUTDOWN) }
              }
            }
          )
        start(sink(ear)).subscribe(producer, ending(Cancel.TRANSIENT))
        ear.expectMessage(batch(1))
        ear.expect<Ended>().reason shouldBe ExitReason.SHUTDOWN
      }
    }

    test("GS-13: events of a producer that is gone are handled when somebody wants them") {
      weftTest {
        val ear = probe<Heard>("ear")
        val told = probe<Heard>("told")
        val counter = start(counter())
        val middle = start(middle(ear))
        val tag = middle.subscribe(counter, demand(100, 50, Cancel.TEMPORARY))
        settle()
        rawStage("anybody").cancel(counter, tag, atom("done"))
        ear.expectNone(1.seconds)
        val sink = start(sink(told))
        sink.subscribe(middle, demand(100, 50))
        ear.expectMessage(Heard.Batch(0L..99))
        ear.expectMessage(
          Ended(
            Cause.CANCELLED,
            reason("done"),
            Role.PRODUCER,
            StageFrom(checkNotNull(counter.pid()), tag),
          )
        )
        ear.expectNone(1.seconds)
        val seen = told.all().filterIsInstance<Heard.Batch>().flatMap { it.events }
        seen shouldBe (0L..99).flatMap { listOf(it, it) }
      }
    }

    test("GS-43: a report of a monitor that is none of a subscription is the stage's own") {
      weftTest {
        val told = probe<Heard>("told")
        val other = start(sink(probe("ear")))
        val queue =
          start(queue(told) { self.monitor(io.weft.node.Target.ByPid(checkNotNull(other.pid()))) })
        kill(other)
        told.expectMessage(Heard.Down(checkNotNull(other.pid())))
        queue.estimateBufferedCount() shouldBe 0
      }
    }

    test("demand of one who left goes to the others") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        val first = start(sink(probe("first")))
        first.subscribe(queue, demand(10, 0))
        settle()
        kill(first)
        start(sink(ear)).subscribe(queue, demand(4, 0))
        told.all().filterIsInstance<Heard.Wanted>() shouldBe listOf(Heard.Wanted(10))
        queue.call(Queue.Add((1L..5).toList()))
        ear.expectMessage(Heard.Batch(1L..4))
        ear.expectMessage(batch(5))
      }
    }

    test("a stage that ends leaves nothing behind") {
      weftTest {
        val counter = start(counter(10))
        val sink = start(sink(probe("ear")))
        sink.subscribe(counter)
        kill(counter)
        settle()
        node.isAlive(checkNotNull(sink.pid())) shouldBe false
        io.weft.stage.wire.LocalStages.of(node).find(checkNotNull(counter.pid())) shouldBe null
      }
    }
  })

private suspend fun WeftTestScope.expectEnd(
  ear: Probe<Heard>,
  stage: Address<*>,
  reason: ExitReason?,
) {
  if (reason != null) ear.expectMessage(Heard.Terminated(reason))
  else {
    ear.all().shouldBeEmpty()
    node.isAlive(checkNotNull(stage.pid())) shouldBe true
  }
}
