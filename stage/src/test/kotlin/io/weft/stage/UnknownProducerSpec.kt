package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.stageCodec
import io.weft.stage.gen.subscribeAsync
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

/** Producers that nobody knows when they are subscribed to: who that is, is found out again. */
class UnknownProducerSpec :
  FunSpec({
    test("GS-33: a name that nobody has is asked for again with each subscription") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = node.named("counter")
        val sink = start(sink(ear))
        repeat(2) { sink.subscribeAsync(counter, demand(3, 0).ending(Cancel.TEMPORARY)) }
        ear.expectNone(10.seconds) // and nobody is told of it
        start(counter().named("counter"))
        sink.subscribeAsync(counter, demand(3, 0).ending(Cancel.TEMPORARY))
        ear.expectMessage(Heard.Batch(0L..2))
      }
    }

    test("GS-33: a name that another node does not know yet ends the subscription, not the next") {
      weftTest {
        val there = node("there@weft")
        val ear = probe<Heard>("ear")
        val counter = node.named("counter", "there@weft")
        val sink = start(sink(ear))
        sink.subscribeAsync(counter, demand(3, 0).ending(Cancel.TEMPORARY))
        ear.expect<Heard.Ended>().reason shouldBe ExitReason.NOPROC
        settle() // what was said to nobody has come
        there.awaitStart(counter().named("counter"))
        sink.subscribeAsync(counter, demand(3, 0).ending(Cancel.TEMPORARY))
        ear.expectMessage(Heard.Batch(0L..2))
      }
    }

    test("GS-34: a node that is not up ends the subscription, and can be subscribed to later") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = node.named("counter", "there@weft")
        val sink = start(sink(ear))
        sink.subscribeAsync(counter, demand(3, 0).ending(Cancel.TEMPORARY))
        ear.expect<Heard.Ended>().cause shouldBe SubscriptionEnd.Cause.DOWN
        node("there@weft").awaitStart(counter().named("counter"))
        sink.subscribeAsync(counter, demand(3, 0).ending(Cancel.TEMPORARY))
        ear.expectMessage(Heard.Batch(0L..2))
      }
    }

    test("who has a name, but is no stage yet, is spoken to as one when its events come") {
      weftTest {
        val seen = ArrayList<Opaque>()
        node.spawn(
          GenStage.producer<Opaque>("slow") {
              delay(5.seconds) // it has its name, and is not there yet
              var next = 0
              onDemand { wanted -> emit(List(wanted.toInt()) { Opaque(next++) }) }
            }
            .named("slow")
        )
        val slow = node.address("slow", node.name().name(), stageCodec<Produces<Opaque>>())
        start(
          GenStage.consumer<Opaque>("sink") {
            onEvents { events, _ ->
              seen += events
              delay(1.seconds)
            }
            subscribeTo(slow) {
              maxDemand = 2
              minDemand = 1
            }
          }
        )
        advance(4.seconds)
        seen shouldContainExactly emptyList()
        advance(5.seconds)
        seen.map { it.number } shouldContainExactly (0..<seen.size).toList()
        (seen.size in 3..6) shouldBe true
      }
    }
  })

/** An event with no form as a term. */
private class Opaque(val number: Int)

private fun Node.named(name: String, on: String = name().name()): Address<Produces<Long>> =
  address(name, on, stageCodec<Produces<Long>>())
