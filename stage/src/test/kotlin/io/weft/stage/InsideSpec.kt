package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Received
import io.weft.node.Sys
import io.weft.stage.gen.demand
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.subscribe
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.testkit.WeftTestScope
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlinx.coroutines.future.await

class InsideSpec :
  FunSpec({
    test("sys:get_status shows type, dispatcher, producers, consumers and the buffer") {
      weftTest {
        val counter = start(counter(0))
        val middle = start(middle(probe("ear")) { subscribeTo(counter) })
        val sink = start(sink(probe("ear")) { subscribeTo(middle) })
        settle()
        val counterPid = checkNotNull(counter.pid())
        val middlePid = checkNotNull(middle.pid())
        val sinkPid = checkNotNull(sink.pid())
        items(counter).drop(1) shouldBe
          listOf(
            item("Stage", atom("producer")),
            item("Dispatcher", Terms.binary("DemandDispatch")),
            item("Consumers", Terms.list(middlePid)),
            item("Buffer size", Terms.integer(0)),
          )
        items(middle).drop(1) shouldBe
          listOf(
            item("Stage", atom("producer_consumer")),
            item("Dispatcher", Terms.binary("DemandDispatch")),
            item("Producers", Terms.list(counterPid)),
            item("Consumers", Terms.list(sinkPid)),
            item("Buffer size", Terms.integer(0)),
          )
        items(sink).drop(1) shouldBe
          listOf(item("Stage", atom("consumer")), item("Producers", Terms.list(middlePid)))
      }
    }

    test("sys:get_state shows what is buffered and what is wanted") {
      weftTest {
        val queue = start(queue(probe("told")))
        queue.call(add(1, 2))
        Sys.state(queue).await().toString() shouldContain "buffered=>2"
        queue.demand(DemandMode.ACCUMULATE)
        Sys.state(queue).await().toString() shouldContain "demand=>accumulate"
      }
    }

    test("a stage that goes on with other code keeps subscriptions, events and demand") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        val sink = start(sink(ear))
        queue.call(add(1, 2, 3))
        val raw = rawStage("raw")
        raw.subscribe(queue, atom("t"))
        raw.ask(queue, atom("t"), 1)
        raw.expectEvents(queue, atom("t"), 1)
        sink.subscribe(queue, demand(2, 0))
        ear.expectMessage(batch(2, 3))
        told.all()

        Sys.changeCode(queue, queue(told) { onDemand { told.tell(Heard.Note("newly $it")) } }, "x")
          .await() shouldBe true
        Sys.changeCode(sink, sink(ear) { onEvents { _, _ -> ear.tell(Heard.Note("new")) } }, "x")
          .await() shouldBe true
        queue.call(add(4)) shouldBe "added"
        ear.expectMessage(Heard.Note("new"))
        raw.ask(queue, atom("t"), 5)
        told.expectMessage(Heard.Note("newly 5"))
        raw.cancel(queue, atom("t"), atom("normal"))
        raw.expectCancel(queue, atom("t"), atom("normal"))
      }
    }

    test("newer code is told of the demand that the former one was not told of yet") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val raw = rawStage("raw")
        raw.subscribe(queue, atom("t"))
        raw.ask(queue, atom("t"), 1_000_003)
        told.all().filterIsInstance<Heard.Wanted>() shouldBe listOf(Heard.Wanted(1_000_000))
        Sys.changeCode(queue, queue(told) { onDemand { told.tell(Heard.Note("newly $it")) } }, "x")
          .await() shouldBe true
        queue.call(Queue.Add((1L..1_000_000).toList())) shouldBe "added"
        told.expectMessage(Heard.Note("newly 3"))
      }
    }

    test("a stage does not go on as one of another kind, and stays what it was") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        @Suppress("UNCHECKED_CAST") // it is refused
        val other = sink(told) as Blueprint<Queue>
        shouldThrow<Exception> { Sys.changeCode(queue, other, "x").await() }
        queue.call(add(1)) shouldBe "added"
        queue.estimateBufferedCount() shouldBe 1
      }
    }
  })

private fun item(name: String, value: Term): Term = Terms.tuple(Terms.charlist(name), value)

/** The last part of the status: what is of the stage itself. */
private suspend fun WeftTestScope.items(stage: Address<*>): List<Term> {
  val raw = rawStage("asker")
  val from = Terms.tuple(raw.pid, atom("tag"))
  stage.raw().tell(Terms.tuple(atom("system"), from, atom("get_status")))
  val reply = (raw.probe.next() as Received.Message).content() as Tuple
  val status = reply.get(1) as Tuple
  val misc = (status.get(3) as ListTerm).elements.last() as ListTerm
  return ((misc.elements.last() as Tuple).get(1) as ListTerm).elements
}
