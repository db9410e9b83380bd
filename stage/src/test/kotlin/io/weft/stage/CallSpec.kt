package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.kotlin.callTerm
import io.weft.kotlin.codecOf
import io.weft.kotlin.etf.Etf
import io.weft.node.ExitReason
import io.weft.node.Request
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.asStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.demandMode
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.stageCodec
import io.weft.stage.gen.subscribe
import io.weft.stage.wire.SetDemandMode
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

class CallSpec :
  FunSpec({
    test("GS-41: events of a call go before its reply") {
      weftTest {
        val raw = rawStage("raw")
        val orders = start(orders())
        raw.subscribe(orders, atom("t"))
        raw.ask(orders, atom("t"), 3)
        raw.call(orders, Orders.Add(listOf(1, 2, 3)))
        raw.expectEvents(orders, atom("t"), 1, 2, 3)
        raw.probe.expectMessage(Terms.tuple(CALL, Terms.integer(3)))
      }
    }

    test("GS-41: a reply that is sent by hand goes before the events that follow it") {
      weftTest {
        val raw = rawStage("raw")
        val orders = start(orders())
        raw.subscribe(orders, atom("t"))
        raw.ask(orders, atom("t"), 3)
        raw.call(orders, Orders.AddAfterReply(listOf(1, 2, 3)))
        raw.probe.expectMessage(Terms.tuple(CALL, Terms.integer(3)))
        raw.expectEvents(orders, atom("t"), 1, 2, 3)
      }
    }

    test("GS-42: a stage may end with an answer, which comes when it has terminated") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        told.watch(queue)
        queue.call(Queue.Stop) shouldBe "stopped"
        told.expectMessage(Heard.Terminated(ExitReason.SHUTDOWN))
        told.expectDown(queue).reason() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("GS-44: a stage that ends by itself terminates with that reason") {
      weftTest {
        val told = probe<Heard>("told")
        val sink = start(sink(told))
        sink.call(Sink.Stop)
        told.expectMessage(Heard.Terminated(ExitReason.NORMAL))
      }
    }

    test("what drives a stage of another node answers in the words of GenStage") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val raw = queue.raw()
        raw.callTerm(atom("\$demand"), 5.seconds) shouldBe atom("forward")
        raw.cast(Terms.tuple(atom("\$demand"), atom("accumulate")))
        raw.callTerm(atom("\$demand"), 5.seconds) shouldBe atom("accumulate")
        raw.callTerm(atom("\$estimate_buffered_count"), 5.seconds) shouldBe Terms.integer(0)
        raw.callTerm(Terms.tuple(atom("\$info"), atom("hello")), 5.seconds) shouldBe Atom.OK
        told.expectMessage(Heard.Unknown(atom("hello")))
        val sink = start(sink(told)).raw()
        sink.callTerm(atom("\$demand"), 5.seconds) shouldBe atom("forward")
        sink.callTerm(atom("\$estimate_buffered_count"), 5.seconds) shouldBe Terms.integer(0)
        sink.cast(Terms.tuple(atom("\$demand"), atom("accumulate")))
        sink.callTerm(atom("\$demand"), 5.seconds) shouldBe atom("forward")
      }
    }

    test("a stage that another node drives is told, and asked, as it is") {
      weftTest {
        val other = node("other@two")
        val queue = start(queue(probe("told")))
        val far = other.address(checkNotNull(queue.pid()), stageCodec<Queue>())
        far.demandMode() shouldBe DemandMode.FORWARD
        far.demand(DemandMode.ACCUMULATE)
        far.demandMode() shouldBe DemandMode.ACCUMULATE
        far.estimateBufferedCount() shouldBe 0
        queue.asStage().tell(SetDemandMode(DemandMode.FORWARD))
        far.demandMode() shouldBe DemandMode.FORWARD
      }
    }

    test("a term that is no message of the protocol is unknown, a call with one is refused") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        queue.raw().tell(atom("nonsense"))
        told.expect<Heard.Unknown>().term shouldBe atom("nonsense")
      }
    }
  })

@Serializable
internal sealed interface Orders : Produces<Long> {
  @Serializable data class Add(val events: List<Long>) : Orders, Request<Int>

  @Serializable data class AddAfterReply(val events: List<Long>) : Orders, Request<Int>
}

private val CALL: Term = atom("the call")

private fun orders() =
  GenStage.producerOf<Long, Orders>("orders") {
    onDemand {}
    handleCall(Orders.Add::class) {
      emit(it.events)
      it.events.size
    }
    handleDeferred(Orders.AddAfterReply::class) { request, reply ->
      reply.send(request.events.size)
      emit(request.events)
    }
  }

private fun RawStage.call(stage: io.weft.node.Address<Orders>, request: Orders) {
  stage
    .raw()
    .tell(
      Terms.tuple(
        atom("\$gen_call"),
        Terms.tuple(pid, CALL),
        codecOf(Etf, Orders.serializer()).encode(request),
      )
    )
}
