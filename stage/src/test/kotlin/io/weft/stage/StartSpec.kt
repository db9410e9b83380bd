package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.node.Blueprint
import io.weft.node.StartException
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.subscribe
import io.weft.term.Terms
import io.weft.testkit.WeftTestScope
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class StartSpec :
  FunSpec({
    for (kind in listOf("producer", "consumer", "stage between others")) {
      test("GS-38: a $kind may decide not to serve, or to stop") {
        weftTest {
          refused(stage(kind) { self.ignore() }).isIgnored() shouldBe true
          refused(stage(kind) { stop(reason("oops")) }).reason() shouldBe reason("oops")
          shouldThrow<StartException> { start(stage(kind) { error("broken") }) }
            .message shouldContain "broken"
        }
      }

      test("GS-38: a name that is taken keeps a $kind from starting") {
        weftTest {
          start(stage(kind) {}.named("taken"))
          val why = refused(stage(kind) {}.named("taken")).reason().term()
          why.toString() shouldContain "already_started"
        }
      }
    }

    test("GS-38: options that make no sense keep a stage from starting, in GenStage's words") {
      weftTest {
        val counter = start(counter())
        val bad =
          GenStage.consumer<Long>("bad") {
            onEvents { _, _ -> }
            subscribeTo(counter) { maxDemand = 0 }
          }
        refused(bad).reason().term() shouldBe
          Terms.tuple(
            atom("bad_opts"),
            Terms.binary("expected :max_demand to be equal to or greater than 1, got: 0"),
          )
      }
    }

    test("a message of a sealed protocol without a handler fails the start and is named") {
      weftTest {
        val mute =
          GenStage.producerOf<Long, Queue>("mute") {
            onDemand {}
            handleCall(Queue.Add::class) { "added" }
            handleCast(Queue.Note::class) {}
          }
        shouldThrow<StartException> { start(mute) }.message shouldContain
          "no handler for AddAfterReply, AddLater, Stop of the protocol io.weft.stage.Queue"
        val deaf = GenStage.consumerOf<Long, Sink>("deaf") { onEvents { _, _ -> } }
        shouldThrow<StartException> { start(deaf) }.message shouldContain
          "no handler for Ask, Cancel, Note, Stop of the protocol io.weft.stage.Sink"
        val between =
          GenStage.producerConsumerOf<Long, Long, Middle>("between") {
            onEvents { _, _ -> }
            handleCast(Middle::class) {}
          }
        start(between)
      }
    }

    test("a stage says what its body left out") {
      weftTest {
        shouldThrow<StartException> { start(GenStage.producer<Long>("lazy") {}) }
          .message shouldContain "lazy needs onDemand"
        shouldThrow<StartException> { start(GenStage.consumer<Long>("lazy") {}) }
          .message shouldContain "lazy needs onEvents"
      }
    }

    test("options belong in the body") {
      weftTest {
        val ear = probe<Heard>("ear")
        val late =
          start(
            GenStage.producer<Long>("late") {
              onDemand { buffer(5, Keep.LAST) }
              onTerminate { ear.tell(Heard.Terminated(it)) }
            }
          )
        start(sink(probe("sink"))).subscribe(late)
        (ear.all().single() as Heard.Terminated).reason.toString() shouldContain
          "options and handlers belong in its body"
      }
    }

    test("GS-39: what GenStage finds wrong with a mode is not to be written here") {
      // onSubscriber has nothing to choose, and onSubscribed one of two: both by their types.
      Asking.entries.map { it.name } shouldBe listOf("AUTOMATIC", "MANUAL")
    }

    test("a body may suspend, and a stage serves after it") {
      weftTest {
        val ear = probe<Heard>("ear")
        val slow =
          node.spawn(
            GenStage.producer<Long>("slow") {
              delay(5.seconds)
              onDemand { wanted -> emit((1..minOf(wanted, 3)).toList()) }
            }
          )
        val sink = start(sink(ear))
        sink.subscribe(slow)
        ear.expectNone(2.seconds)
        advance(3.seconds)
        ear.expectMessage(batch(1, 2, 3))
      }
    }
  })

private suspend fun WeftTestScope.refused(blueprint: Blueprint<*>): StartException =
  shouldThrow<StartException> { start(blueprint) }

private fun StartException.isIgnored() = "ignore" in checkNotNull(message)

private fun stage(kind: String, body: StageScope<*>.() -> Unit): Blueprint<*> =
  when (kind) {
    "producer" ->
      GenStage.producer<Long>("stage") {
        onDemand {}
        body()
      }
    "consumer" ->
      GenStage.consumer<Long>("stage") {
        onEvents { _, _ -> }
        body()
      }
    else ->
      GenStage.producerConsumer<Long, Long>("stage") {
        onEvents { events, _ -> emit(events) }
        body()
      }
  }
