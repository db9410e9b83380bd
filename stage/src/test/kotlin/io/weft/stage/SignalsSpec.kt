package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.node.Received
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.gen.subscribe
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds

class SignalsSpec :
  FunSpec({
    test("GS-47: a tag that is known is refused, and what it means stays") {
      weftTest {
        val counter = start(counter())
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(counter, tag)
        raw.subscribe(counter, tag)
        raw.expectCancel(counter, tag, atom("duplicated_subscription"))
        raw.ask(counter, tag, 2)
        raw.expectEvents(counter, tag, 0, 1)
      }
    }

    test("GS-47: any term is a tag") {
      weftTest {
        val counter = start(counter())
        val raw = rawStage("raw")
        val tags: List<Term> =
          listOf(
            Terms.binary("a binary"),
            Terms.integer(7),
            Terms.tuple(atom("a"), Terms.list(atom("b"))),
          )
        tags.forEachIndexed { i, tag ->
          raw.subscribe(counter, tag)
          raw.ask(counter, tag, 1)
          raw.expectEvents(counter, tag, i.toLong())
        }
        for (tag in tags) {
          raw.cancel(counter, tag, atom("normal"))
          raw.expectCancel(counter, tag, atom("normal"))
        }
      }
    }

    test("GS-48: an ask of nobody is answered with the end of the subscription") {
      weftTest {
        val counter = start(counter())
        val raw = rawStage("raw")
        raw.ask(counter, atom("t"), 10)
        raw.expectCancel(counter, atom("t"), atom("unknown_subscription"))
      }
    }

    test("the end of a subscription that is not known is ignored") {
      weftTest {
        val counter = start(counter())
        val raw = rawStage("raw")
        raw.cancel(counter, atom("t"), atom("why"))
        raw.probe.expectNone(1.seconds)
        val sink = start(sink(probe("ear")))
        raw.cancelConsumer(sink, atom("t"), atom("why"))
        raw.probe.expectNone(1.seconds)
      }
    }

    test("GS-49: events that nobody asked for are answered with the end of the subscription") {
      weftTest {
        val ear = probe<Heard>("ear")
        val raw = rawStage("raw")
        val sink = start(sink(ear))
        raw.events(sink, atom("t"), 1, 2, 3)
        raw.probe.expectMessage(
          Terms.tuple(
            RawStage.TO_PRODUCER,
            Terms.tuple(checkNotNull(sink.pid()), atom("t")),
            Terms.tuple(atom("cancel"), atom("unknown_subscription")),
          )
        )
        ear.expectNone(1.seconds)
      }
    }

    test("GS-50: messages in the wrong direction are survived") {
      weftTest {
        val ear = probe<Heard>("ear")
        val told = probe<Heard>("told")
        val raw = rawStage("raw")
        val sink = start(sink(ear))
        val queue = start(queue(told))
        raw.subscribe(sink, atom("t"))
        raw.ask(sink, atom("t"), 3)
        raw.events(queue, atom("t"), 1, 2)
        raw.probe.expectNone(1.seconds)
        ear.expectNone(1.seconds)
        told.expectNone(1.seconds)
        sink.subscribe(queue)
        queue.call(add(1))
        ear.expectMessage(batch(1))
      }
    }

    test("what only looks like a signal is for the stage's own code") {
      weftTest {
        val told = probe<Heard>("told")
        val raw = rawStage("raw")
        val queue = start(queue(told))
        val sink = start(sink(told))
        val from = Terms.tuple(raw.pid, atom("t"))
        val odd =
          listOf(
            Terms.tuple(RawStage.TO_PRODUCER, from, Terms.tuple(atom("ask"), atom("x"))),
            Terms.tuple(RawStage.TO_PRODUCER, from, atom("ask")),
            Terms.tuple(RawStage.TO_PRODUCER, atom("from"), Terms.tuple(atom("ask"), atom("x"))),
            Terms.tuple(
              RawStage.TO_PRODUCER,
              from,
              Terms.tuple(atom("subscribe"), atom("x"), from),
            ),
            Terms.tuple(RawStage.TO_CONSUMER, from, atom("events")),
            Terms.tuple(RawStage.TO_CONSUMER, Terms.tuple(atom("a"), atom("b")), Terms.list()),
            Terms.tuple(atom("\$demand"), atom("sometimes")),
          )
        for (term in odd) {
          queue.raw().tell(term)
          told.expectMessage(Heard.Unknown(term))
          sink.raw().tell(term)
          told.expectMessage(Heard.Unknown(term))
        }
      }
    }

    test("an empty batch is nothing to a consumer, and a batch to one that asks itself") {
      weftTest {
        val ear = probe<Heard>("ear")
        val raw = rawStage("raw")
        val sink = start(sink(ear))
        subscribeRaw(sink, raw, 10, 5)
        val (tag) = raw.expectSubscribe()
        raw.expectAsk()
        raw.events(sink, tag)
        ear.expectNone(1.seconds)
        raw.probe.expectNone(1.seconds)
        val manual = start(sink(ear) { onSubscribed { _, _ -> Asking.MANUAL } })
        subscribeRaw(manual, raw, 10, 5)
        val (other) = raw.expectSubscribe()
        raw.events(manual, other)
        ear.expectMessage(batch())
      }
    }

    test("integers come as integers, also those that fit a byte") {
      weftTest {
        val far = node("far@two")
        val ear = probe<Heard>("ear")
        val counter = start(counter(300))
        val sink = far.awaitStart(sink(ear))
        sink.subscribe(far.address(checkNotNull(counter.pid()), stageCodec<Produces<Long>>()))
        ear.expectMessage(Heard.Batch(0L..299))
      }
    }

    test("events that are none end the consumer, and tell which") {
      weftTest {
        val ear = probe<Heard>("ear")
        val raw = rawStage("raw")
        val sink = start(sink(ear))
        ear.watch(sink)
        subscribeRaw(sink, raw, 10, 5)
        val (tag) = raw.expectSubscribe()
        raw.toConsumer(sink, tag, Terms.list(Terms.integer(1), atom("two")))
        ear.expect<Heard.Terminated>()
        val why = ear.expectDown(sink).reason().toString()
        check("two" in why) { why }
      }
    }

    test("a producer whose events have no form as terms refuses who would need one") {
      weftTest {
        class Opaque
        val producer =
          start(
            GenStage.producer<Opaque>("opaque") { onDemand { emit(List(it.toInt()) { Opaque() }) } }
          )
        val raw = rawStage("raw")
        raw.subscribe(producer, atom("t"))
        val operation = ((raw.probe.next() as Received.Message).content() as Tuple).get(2)
        val reason = (operation as Tuple).get(1) as Tuple
        check("have no form as terms" in reason.toString()) { operation }
      }
    }

    test("one of this node needs no form") {
      weftTest {
        class Opaque(val number: Int)
        val ear = probe<Heard>("ear")
        val producer =
          start(
            GenStage.producer<Opaque>("opaque") { onDemand { emit(listOf(Opaque(1), Opaque(2))) } }
          )
        start(
          GenStage.consumer<Opaque>("reader") {
            onEvents { events, _ -> ear.tell(Heard.Batch(events.map { it.number.toLong() })) }
            subscribeTo(producer)
          }
        )
        ear.expectMessage(batch(1, 2))
      }
    }

    test("demand beyond a million comes in portions, each when the one before is sent") {
      weftTest {
        val told = ArrayList<Long>()
        val producer =
          start(
            GenStage.producer<Long>("portions") {
              var next = 0L
              onDemand { wanted ->
                told += wanted
                emit(List(wanted.toInt()) { next++ })
              }
            }
          )
        val raw = rawStage("raw")
        raw.subscribe(producer, atom("t"))
        raw.ask(producer, atom("t"), 2_500_000)
        settle()
        told shouldBe listOf(1_000_000L, 1_000_000L, 500_000L)
      }
    }

    test("a huge ask does no harm") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val raw = rawStage("raw")
        raw.subscribe(queue, atom("t"))
        repeat(3) { raw.ask(queue, atom("t"), Long.MAX_VALUE) }
        queue.call(add(1, 2))
        raw.expectEvents(queue, atom("t"), 1, 2)
      }
    }
  })
