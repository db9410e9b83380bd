package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.node.ExitReason
import io.weft.stage.Heard.Batch
import io.weft.stage.Heard.Note
import io.weft.stage.gen.asyncInfo
import io.weft.stage.gen.demand
import io.weft.stage.gen.subscribe
import io.weft.stage.gen.syncInfo
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds

class InfoSpec :
  FunSpec({
    test("GS-25: an info to a consumer arrives at once") {
      weftTest {
        val ear = probe<Heard>("ear")
        val sink = start(sink(ear))
        sink.syncInfo(Sink.Note("sync"))
        sink.asyncInfo(Sink.Note("async"))
        ear.expectSequence(Note("sync"), Note("async"))
      }
    }

    test("GS-25: an info to a producer without buffered events arrives at once") {
      weftTest {
        val ear = probe<Heard>("ear")
        val queue = start(queue(ear))
        queue.syncInfo(Queue.Note("sync"))
        queue.asyncInfo(Queue.Note("async"))
        ear.expectSequence(Note("sync"), Note("async"))
      }
    }

    test("GS-26: an info to a stage between others comes when what it has taken in is handled") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        val middle = start(middle(ear) { subscribeTo(queue) })
        middle.syncInfo(Middle.Note("nothing there"))
        ear.expectMessage(Note("nothing there"))
        queue.call(add(1, 2, 3))
        settle()
        middle.syncInfo(Middle.Note("sync"))
        middle.asyncInfo(Middle.Note("async"))
        ear.expectNone(1.seconds)
        start(sink(probe("sink"))).subscribe(middle)
        ear.expectSequence(batch(1, 2, 3), Note("sync"), Note("async"))
      }
    }

    test("GS-26: it comes when what it stands behind has left, with nothing more wanted") {
      weftTest {
        val ear = probe<Heard>("ear")
        val queue = start(queue(probe("told")))
        val middle = start(middle(ear) { subscribeTo(queue) })
        queue.call(add(1, 2))
        settle()
        middle.syncInfo(Middle.Note("info"))
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(middle, tag)
        raw.ask(middle, tag, 1)
        raw.expectEvents(middle, tag, 1)
        ear.expectMessage(batch(1, 2))
        ear.expectNone(1.seconds)
        raw.ask(middle, tag, 3)
        raw.expectEvents(middle, tag, 1, 2, 2)
        ear.expectMessage(Note("info"))
      }
    }

    test("an end of a producer, too, waits for what it stands behind, and for nothing more") {
      weftTest {
        val ear = probe<Heard>("ear")
        val queue = start(queue(probe("told")))
        val middle = start(middle(ear) { subscribeTo(queue) })
        queue.call(add(1, 2))
        settle()
        queue.call(Queue.Stop)
        settle()
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(middle, tag)
        raw.ask(middle, tag, 4)
        raw.expectEvents(middle, tag, 1, 1, 2, 2)
        ear.expectMessage(batch(1, 2))
        ear.expect<Heard.Ended>().reason shouldBe ExitReason.SHUTDOWN
      }
    }

    test("GS-27: an info stands behind the events that are buffered") {
      for (count in 1L..3) {
        for (bounded in listOf(true, false)) {
          weftTest {
            val told = probe<Heard>("told")
            val queue =
              start(queue(told) { if (bounded) buffer(3, Keep.LAST) else unboundedBuffer() })
            queue.call(Queue.Add((1..count).toList()))
            queue.syncInfo(Queue.Note("info"))
            told.expectNone(1.seconds)
            val ear = probe<Heard>("ear")
            start(sink(ear)).subscribe(queue)
            ear.expectMessage(Batch(1..count))
            told.expect<Heard.Subscriber>()
            told.expect<Heard.Wanted>()
            told.expectMessage(Note("info"))
          }
        }
      }
    }

    test("GS-28: infos keep their place while events come and go") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { buffer(3, Keep.LAST) })
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(queue, tag)
        told.expect<Heard.Subscriber>()
        queue.call(add(1, 2, 3))
        queue.syncInfo(Queue.Note("one"))
        raw.ask(queue, tag, 2)
        raw.expectEvents(queue, tag, 1, 2)
        told.expectNone(1.seconds)
        queue.call(add(4, 5))
        queue.syncInfo(Queue.Note("two"))
        raw.ask(queue, tag, 1)
        raw.ask(queue, tag, 2)
        raw.expectEvents(queue, tag, 3)
        raw.expectEvents(queue, tag, 4, 5)
        told.expectSequence(Note("one"), Note("two"))
      }
    }

    test("GS-29: an info whose event is dropped comes then") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { buffer(3, Keep.LAST) })
        queue.call(add(1, 2))
        queue.syncInfo(Queue.Note("info"))
        told.expectNone(1.seconds)
        queue.call(add(3, 4, 5))
        told.expectMessage(Note("info"))
      }
    }

    test("GS-29: where the first are kept an info waits for its event") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { buffer(3, Keep.FIRST) })
        queue.call(add(1, 2))
        queue.syncInfo(Queue.Note("info"))
        queue.call(add(3, 4, 5))
        told.expectNone(1.seconds)
      }
    }

    test("GS-30: several infos keep their order, among events as well") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(queue, tag)
        told.expect<Heard.Subscriber>()
        queue.call(add(1, 2, 3))
        for (text in listOf("d", "e", "f")) queue.syncInfo(Queue.Note(text))
        queue.call(add(7, 8))
        queue.syncInfo(Queue.Note("i"))
        told.expectNone(1.seconds)
        raw.ask(queue, tag, 5)
        raw.expectEvents(queue, tag, 1, 2, 3)
        raw.expectEvents(queue, tag, 7, 8)
        told.expectSequence(Note("d"), Note("e"), Note("f"), Note("i"))
      }
    }

    test("an info of another node is a message of the protocol, or a term that is none") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val term = atom("hello")
        queue.raw().cast(io.weft.term.Terms.tuple(atom("\$info"), term))
        told.expectMessage(Heard.Unknown(term))
      }
    }

    test("an info behind events that are held back comes after them") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told) { demand(DemandMode.ACCUMULATE) })
        start(sink(ear)).subscribe(queue)
        told.expect<Heard.Subscriber>()
        queue.call(add(1))
        queue.syncInfo(Queue.Note("info"))
        told.expectNone(1.seconds)
        queue.demand(DemandMode.FORWARD)
        ear.expectMessage(batch(1))
        told.all() shouldBe listOf(Heard.Wanted(1000), Note("info"))
      }
    }
  })
