package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.weft.global.Global
import io.weft.kotlin.call
import io.weft.kotlin.callTerm
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.StartException
import io.weft.stage.Heard.Subscribed
import io.weft.stage.Heard.Subscriber
import io.weft.stage.SubscriptionEnd.Cause
import io.weft.stage.SubscriptionEnd.Role
import io.weft.stage.gen.resubscribe
import io.weft.stage.gen.resubscribeAsync
import io.weft.stage.gen.stageCodec
import io.weft.stage.gen.subscribe
import io.weft.term.Atom
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.testkit.expect
import io.weft.testkit.fish
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds

class SubscriptionSpec :
  FunSpec({
    test("GS-31: subscribing returns the tag, by which both sides know the subscription") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        val sink = start(sink(ear) { tellsSubscribed(ear) })
        val tag = sink.subscribe(queue)
        tag.shouldBeInstanceOf<Reference>()
        ear.expectMessage(Subscribed(StageFrom(checkNotNull(queue.pid()), tag)))
        told.expectMessage(Subscriber(StageFrom(checkNotNull(sink.pid()), tag)))
      }
    }

    test("GS-31: who tells a dead consumer to subscribe hears of it") {
      weftTest {
        val counter = start(counter())
        val sink = start(sink(probe("ear")))
        sink.call(Sink.Stop)
        settle()
        shouldThrow<CallException> { sink.subscribe(counter) }.reason() shouldBe ExitReason.NOPROC
      }
    }

    test("GS-32: demand out of range is refused in GenStage's words, also in place of another") {
      weftTest {
        val sink = start(sink(probe("ear")))
        val old = Terms.tuple(atom("old"), atom("why"))
        for (current in listOf(RawStage.NIL, old)) {
          refusal(sink, current, option("max_demand", 0)) shouldBe
            "expected :max_demand to be equal to or greater than 1, got: 0"
          refusal(sink, current, option("min_demand", 2000)) shouldBe
            "expected :min_demand to be equal to or less than 999, got: 2000"
        }
        refusal(sink, RawStage.NIL, option("max_demand", "infinity")) shouldBe
          "expected :max_demand to be an integer, got: :infinity"
        refusal(sink, RawStage.NIL, option("cancel", "never")) shouldBe
          "expected :cancel to be one of [:temporary, :transient, :permanent], got: :never"
      }
    }

    test("GS-32: the same options are refused where they are written") {
      shouldThrow<IllegalArgumentException> { subscribeOptions<Long> { maxDemand = 0 } }
        .message shouldBe "expected :max_demand to be equal to or greater than 1, got: 0"
      shouldThrow<IllegalArgumentException> { subscribeOptions<Long> { minDemand = 2000 } }
        .message shouldBe "expected :min_demand to be equal to or less than 999, got: 2000"
    }

    test("GS-33: nobody of that name ends a consumer, unless the subscription is temporary") {
      weftTest {
        for (cancel in Cancel.entries) {
          val ear = probe<Heard>("ear")
          val sink = start(sink(ear))
          ear.watch(sink)
          val reply =
            sink
              .raw()
              .callTerm(
                Terms.tuple(
                  atom("\$subscribe"),
                  RawStage.NIL,
                  atom("unknown"),
                  Terms.list(option("cancel", cancel.name.lowercase())),
                ),
                5.seconds,
              )
          (reply as Tuple).get(0) shouldBe Atom.OK
          reply.get(1).shouldBeInstanceOf<Reference>()
          if (cancel == Cancel.TEMPORARY) ear.expectNone(1.seconds)
          else {
            ear.expectMessage(Heard.Terminated(ExitReason.NOPROC))
            ear.expectDown(sink).reason() shouldBe ExitReason.NOPROC
          }
        }
      }
    }

    test("GS-33: nobody of that name where a consumer begins keeps it from starting") {
      weftTest {
        val nobody = node.address("nobody", node.name().name(), stageCodec<Produces<Long>>())
        val ear = probe<Heard>("ear")
        shouldThrow<StartException> { start(sink(ear) { subscribeTo(nobody) }) }.reason() shouldBe
          ExitReason.NOPROC
        start(sink(ear) { subscribeTo(nobody) { cancel = Cancel.TEMPORARY } })
      }
    }

    test("GS-34: a dead producer ends a consumer, unless the subscription is temporary") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        queue.call(Queue.Stop)
        settle()
        for (cancel in Cancel.entries) {
          val ear = probe<Heard>("ear")
          val sink = start(sink(ear))
          val tag = sink.subscribe(queue, ending(cancel))
          val from = StageFrom(checkNotNull(queue.pid()), tag)
          ear.expectMessage(Heard.Ended(Cause.DOWN, ExitReason.NOPROC, Role.PRODUCER, from))
          if (cancel == Cancel.TEMPORARY) ear.expectNone(1.seconds)
          else ear.expectMessage(Heard.Terminated(ExitReason.NOPROC))
        }
      }
    }

    test("GS-36: a subscription takes the place of another, with a tag of its own") {
      for (waits in listOf(true, false)) {
        weftTest {
          val told = probe<Heard>("told")
          val ear = probe<Heard>("ear")
          val queue = start(queue(told))
          val sink = start(sink(ear) { tellsSubscribed(ear) })
          val old = sink.subscribe(queue, ending(Cancel.TEMPORARY))
          val why = reason("again")
          if (waits) sink.resubscribe(old, why, queue, SubscribeOptions.DEFAULT)
          else sink.resubscribeAsync(old, why, queue, SubscribeOptions.DEFAULT)
          val producer = checkNotNull(queue.pid())
          val consumer = checkNotNull(sink.pid())
          ear.expectMessage(Subscribed(StageFrom(producer, old)))
          val new = ear.expect<Subscribed>().from.tag
          new shouldNotBe old
          ear.expectMessage(
            Heard.Ended(Cause.CANCELLED, why, Role.PRODUCER, StageFrom(producer, old))
          )
          told.all().filter { it !is Heard.Wanted } shouldBe
            listOf(
              Subscriber(StageFrom(consumer, old)),
              Heard.Ended(Cause.CANCELLED, why, Role.CONSUMER, StageFrom(consumer, old)),
              Subscriber(StageFrom(consumer, new)),
            )
        }
      }
    }

    test("GS-36: also in the place of one that does not exist") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        val sink = start(sink(ear) { tellsSubscribed(ear) })
        val tag = sink.resubscribe(atom("none"), reason("again"), queue, SubscribeOptions.DEFAULT)
        ear.expectMessage(Subscribed(StageFrom(checkNotNull(queue.pid()), tag)))
        told.expectMessage(Subscriber(StageFrom(checkNotNull(sink.pid()), tag)))
      }
    }

    test("GS-37: a consumer that asks itself gets nothing until then, and that in one batch") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter())
        val manual: ConsumerScope<Long, Sink>.() -> Unit = {
          onSubscribed { _, from ->
            ear.tell(Subscribed(from))
            Asking.MANUAL
          }
        }
        val later = start(sink(ear, manual))
        later.subscribe(counter)
        val from = ear.expect<Subscribed>().from
        ear.expectNone(1.seconds)
        later.call(Sink.Ask(from, 50))
        ear.expectMessage(Heard.Batch(0L..49))
        later.call(Sink.Ask(from, 0))
        ear.expectNone(1.seconds)
        later.call(Sink.Ask(from, 900))
        ear.expectMessage(Heard.Batch(50L..949))

        val atOnce =
          start(
            sink(ear) {
              manual()
              subscribeTo(counter)
            }
          )
        val second = ear.expect<Subscribed>().from
        atOnce.call(Sink.Ask(second, 50))
        ear.expectMessage(Heard.Batch(950L..999))
      }
    }

    test("a consumer that asks for less than nothing is at fault") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter())
        val sink = start(sink(ear) { tellsSubscribed(ear) })
        sink.subscribe(counter)
        val from = ear.expect<Subscribed>().from
        shouldThrow<CallException> { sink.call(Sink.Ask(from, -1)) }
      }
    }

    test("GS-54: a producer is subscribed to by pid and by names of all kinds") {
      weftTest {
        val counter = start(counter().named("counter"))
        val pid = checkNotNull(counter.pid())
        Global.of(node).registerName(atom("world"), pid)
        settle()
        val here = node.name()
        listOf(
            pid,
            atom("counter"),
            Terms.tuple(atom("counter"), here),
            Terms.tuple(atom("global"), atom("world")),
            Terms.tuple(atom("via"), atom("global"), atom("world")),
          )
          .forEach { to ->
            val ear = probe<Heard>("ear")
            val sink = start(sink(ear))
            val reply =
              sink
                .raw()
                .callTerm(
                  Terms.tuple(
                    atom("\$subscribe"),
                    RawStage.NIL,
                    to,
                    Terms.list(option("max_demand", 2)),
                  ),
                  5.seconds,
                )
            (reply as Tuple).get(0) shouldBe Atom.OK
            ear.expect<Heard.Batch>()
          }
      }
    }

    test("GS-54: and by an address that is a name") {
      weftTest {
        start(counter(10).named("counter"))
        val ear = probe<Heard>("ear")
        val byName = node.address("counter", node.name().name(), stageCodec<Produces<Long>>())
        start(sink(ear) { subscribeTo(byName) })
        ear.expectMessage(Heard.Batch(0L..9))
      }
    }

    test("a producer cannot be told to subscribe") {
      weftTest {
        val counter = start(counter())
        counter
          .raw()
          .callTerm(
            Terms.tuple(atom("\$subscribe"), RawStage.NIL, atom("x"), Terms.list()),
            5.seconds,
          ) shouldBe Terms.tuple(Atom.ERROR, atom("not_a_consumer"))
      }
    }

    test("what else is told of a subscription goes to the producer as it is") {
      weftTest {
        val producer = rawStage("producer")
        val sink = start(sink(probe("ear")))
        val wishes = listOf(option("max_demand", 7), option("batcher", "mail"), atom("quick"))
        subscribeRaw(sink, producer, *wishes.toTypedArray())
        producer.expectSubscribe().second shouldBe Terms.list(wishes)
      }
    }

    test("options of one's own reach the producer, typed or as terms") {
      weftTest {
        val told = probe<Heard>("told")
        val queue =
          start(
            queue(told) {
              onSubscriber { options, _ ->
                told.tell(Heard.Note("${options.others} ${options.maxDemand}"))
              }
            }
          )
        start(sink(probe("ear")) { subscribeTo(queue) { option("batcher", "mail") } })
        told.expectMessage(Heard.Note("{batcher=mail} 1000"))
        rawStage("raw").subscribe(queue, atom("t"), option("max_demand", 3), atom("quick"))
        told.fish<Heard.Note> { it.text == "{quick=true} 3" }
      }
    }
  })

private fun ConsumerScope<Long, Sink>.tellsSubscribed(ear: Address<Heard>) =
  onSubscribed { _, from ->
    ear.tell(Subscribed(from))
    Asking.AUTOMATIC
  }

private suspend fun refusal(
  consumer: Address<*>,
  current: Term,
  option: Term,
): String {
  val request = Terms.tuple(atom("\$subscribe"), current, atom("whatever"), Terms.list(option))
  val error = (consumer.raw().callTerm(request, 5.seconds) as Tuple).get(1) as Tuple
  error.get(0) shouldBe atom("bad_opts")
  return checkNotNull((error.get(1) as io.weft.term.Binary).utf8OrNull())
}
