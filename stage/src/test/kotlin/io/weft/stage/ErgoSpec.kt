package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.weft.etf.Etf
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.stage.SubscriptionEnd.Cause.CANCELLED
import io.weft.stage.gen.subscribeAsync
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.testkit.expect
import io.weft.testkit.fish
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.util.HexFormat
import kotlin.time.Duration.Companion.seconds

/**
 * Stages of Ergo 2.2 as the other end: by the messages that its source makes and takes
 * (`gen/stage.go` and `etf` of v2.2.4), played by a process here. With a running Ergo they are
 * tried in `ErgoStagesSpec` of the examples.
 */
class ErgoSpec :
  FunSpec({
    test("a consumer of Ergo subscribes, asks and gets events, and its options are understood") {
      weftTest {
        val told = probe<SubscribeOptions>("told")
        val counter = start(counter { onSubscriber { options, _ -> told.tell(options) } })
        val ergo = rawStage("ergo")
        ergo.subscribe(counter, tag, *ergoOptions(min = 2, max = 4, cancel = 2))
        ergo.ask(counter, tag, 4)
        ergo.expectEvents(counter, tag, 0, 1, 2, 3)
        val options = told.expect<SubscribeOptions>()
        options.maxDemand shouldBe 4
        options.minDemand shouldBe 2
        options.cancel shouldBe Cancel.TEMPORARY
        options.others[Atom.of("manual")] shouldBe Atom.FALSE
      }
    }

    test("what Ergo encodes is read as such") {
      // {subscribe, nil, [{min_demand, 2}, {max_demand, 600}, {cancel, 1}, {manual, false}]}
      val bytes =
        "83680377097375627363726962657703" +
          "6e696c6c0000000468027" +
          "70a6d696e5f64656d616e646102680277" +
          "0a6d61785f64656d616e6462000002586802770663616e63656c6101680277066d616e75616c770566616c73656a"
      val operation = Etf.decode(HexFormat.of().parseHex(bytes)) as Tuple
      operation.get(2) shouldBe Terms.list(*ergoOptions(2, 600, 1).take(4).toTypedArray())
      // {cancel, "normal"}
      val cancel = Etf.decode(HexFormat.of().parseHex("836802770663616e63656c6b00066e6f726d616c"))
      cancel shouldBe Terms.tuple(atom("cancel"), Terms.charlist("normal"))
    }

    test("a consumer of Ergo gets no fewer events at once than its least demand") {
      weftTest {
        val queue = start(queue(probe("queue")))
        val ergo = rawStage("ergo")
        ergo.subscribe(queue, tag, *ergoOptions(min = 3, max = 6, cancel = 0))
        ergo.ask(queue, tag, 6)
        queue.call(add(1, 2))
        ergo.probe.expectNone(1.seconds)
        queue.call(add(3, 4))
        ergo.expectEvents(queue, tag, 1, 2, 3, 4)
        ergo.ask(queue, tag, 4)
        queue.call(add(5, 6, 7))
        ergo.expectEvents(queue, tag, 5, 6, 7)
      }
    }

    test("what a consumer of another node asks before it subscribes counts when it has") {
      weftTest {
        val counter = start(counter())
        val ergo = rawStage(node("there@host"), "ergo")
        ergo.ask(counter, tag, 2)
        ergo.ask(counter, tag, 1)
        ergo.subscribe(counter, tag, *ergoOptions(min = 1, max = 4, cancel = 0))
        ergo.expectEvents(counter, tag, 0, 1)
        ergo.expectEvents(counter, tag, 2)
        ergo.ask(counter, tag, 1)
        ergo.expectEvents(counter, tag, 3)
      }
    }

    test("GS-48: an ask of another node to which no subscription comes is refused in a moment") {
      weftTest {
        val counter = start(counter())
        val raw = rawStage(node("there@host"), "raw")
        raw.subscribe(counter, tag)
        raw.ask(counter, tag, 1)
        raw.expectEvents(counter, tag, 0)
        repeat(2) { raw.ask(counter, atom("unknown"), 1) }
        raw.expectCancel(counter, atom("unknown"), atom("unknown_subscription"))
        raw.probe.expectNone(1.seconds)
      }
    }

    test("what a producer could not tell from text is told number by number") {
      val small = Terms.list(Terms.integer(1), Terms.integer(255))
      Etf.encode(Dialect.ERGO.events(small)) shouldBe
        HexFormat.of().parseHex("836c00000002610161ff6a")
      Etf.encode(Dialect.GEN_STAGE.events(small)) shouldBe HexFormat.of().parseHex("836b000201ff")
    }

    test("reasons are text, both ways") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val ergo = rawStage("ergo")
        ergo.subscribe(queue, tag, *ergoOptions(min = 1, max = 4, cancel = 0))
        ergo.cancel(queue, tag, Terms.charlist("normal"))
        ergo.expectCancel(queue, tag, Terms.charlist("normal"))
        told.fish<Heard.Ended> { it.reason == ExitReason.NORMAL && it.cause == CANCELLED }
        // an ask that was on its way is not answered: the atom in it would end Ergo's stage
        ergo.ask(queue, tag, 1)
        ergo.probe.expectNone(1.seconds)

        // what is refused is told so as well
        val again = Terms.binary("again")
        repeat(2) { ergo.subscribe(queue, again, *ergoOptions(min = 1, max = 4, cancel = 0)) }
        ergo.expectCancel(queue, again, Terms.charlist("duplicated_subscription"))
      }
    }

    test(
      "a producer of Ergo is subscribed to in its forms, and asked for no more than it can read"
    ) {
      weftTest {
        val ear = probe<Heard>("ear")
        val ergo = rawStage("ergo")
        val sink = start(sink(ear))
        val tag = subscribed(sink, ergo, max = 600, min = 300)
        ergo.expectAsk() shouldBe 255
        ergo.expectAsk() shouldBe 255
        ergo.expectAsk() shouldBe 90
        // Events come with the pid of the consumer.
        val pid = checkNotNull(sink.pid())
        val events = Terms.list((1L..300).map { Terms.integer(it) })
        sink.raw().tell(Terms.tuple(RawStage.TO_CONSUMER, Terms.tuple(pid, tag), events))
        ear.expectMessage(Heard.Batch((1L..300).toList()))
        ergo.expectAsk() shouldBe 255
        ergo.expectAsk() shouldBe 45
      }
    }

    test("an end for a reason that Ergo gives as text is what the text says") {
      weftTest {
        val ear = probe<Heard>("ear")
        val ergo = rawStage("ergo")
        val sink = start(sink(ear))
        val tag = subscribed(sink, ergo, max = 4, min = 0)
        ergo.expectAsk() shouldBe 4
        val end = Terms.tuple(atom("cancel"), Terms.charlist("shutdown"))
        val pid = checkNotNull(sink.pid())
        sink.raw().tell(Terms.tuple(RawStage.TO_CONSUMER, Terms.tuple(pid, tag), end))
        ear.expect<Heard.Ended>().reason shouldBe ExitReason.SHUTDOWN
        // it is transient, and lives on
        subscribed(sink, ergo, max = 4, min = 0)
      }
    }

    test("a subscription to Ergo that is cancelled is over, as Ergo does not confirm") {
      weftTest {
        val ear = probe<Heard>("ear")
        val from = probe<StageFrom>("from")
        val ergo = rawStage("ergo")
        val sink =
          start(
            sink(ear) {
              onSubscribed { _, producer ->
                from.tell(producer)
                Asking.AUTOMATIC
              }
            }
          )
        subscribed(sink, ergo, max = 4, min = 0)
        ergo.expectAsk()
        sink.call(Sink.Cancel(from.expect<StageFrom>(), ExitReason.NORMAL))
        val (_, operation) = ergo.expectToProducer()
        operation shouldBe Terms.tuple(atom("cancel"), Terms.charlist("normal"))
        ear.expect<Heard.Ended>().reason shouldBe ExitReason.NORMAL
      }
    }

    test(
      "reasons without a name are told as text too, and orderly ones by the name that Ergo knows"
    ) {
      val timeout = Terms.tuple(Atom.of("timeout"), Terms.integer(5))
      text(ExitReason.of(timeout)) shouldStartWith "{timeout,"
      text(ExitReason.of(Terms.tuple(Atom.of("shutdown"), Atom.of("done")))) shouldBe "shutdown"
      Dialect.ERGO.meant(ExitReason.of(Terms.charlist("resubscribed"))) shouldBe
        reason("resubscribed")
      Dialect.GEN_STAGE.meant(ExitReason.of(Terms.charlist("normal"))) shouldBe
        ExitReason.of(Terms.charlist("normal"))
    }
  })

private val tag: Term = atom("t")

private fun text(reason: ExitReason): String {
  val list = Dialect.ERGO.term(reason) as io.weft.term.ListTerm
  return String(ByteArray(list.size()).also { list.copyBytesTo(it, 0) })
}

/** The options in the order in which Ergo tells them. */
private fun ergoOptions(min: Int, max: Int, cancel: Int): Array<Term> =
  arrayOf(
    option("min_demand", min),
    option("max_demand", max),
    option("cancel", cancel),
    Terms.tuple(atom("manual"), Atom.FALSE),
    option("partition", 0),
  )

/** Subscribes a sink to a process that plays a producer of Ergo; returns the tag. */
private suspend fun subscribed(sink: Address<Sink>, ergo: RawStage, max: Int, min: Int): Term {
  @Suppress("UNCHECKED_CAST") // it plays one
  val producer = ergo.probe as Address<out Produces<Long>>
  sink.subscribeAsync(
    producer,
    subscribeOptions<Long> {
      maxDemand = max
      minDemand = min
      cancel = Cancel.TRANSIENT
      fromErgo()
    },
  )
  val (tag, options) = ergo.expectSubscribe()
  options shouldBe
    Terms.list(
      option("max_demand", max),
      option("min_demand", min),
      option("cancel", 1),
      Terms.tuple(atom("manual"), Atom.FALSE),
    )
  return tag
}
