package io.weft.stage.pipeline

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import io.weft.kotlin.awaitStart
import io.weft.node.ExitReason
import io.weft.stage.Produces
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.graph.Outlet
import io.weft.stage.graph.Taken
import io.weft.stage.graph.from
import io.weft.stage.graph.into
import io.weft.stage.graph.merge
import io.weft.stage.graph.producer
import io.weft.stage.graph.transform
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class SourcesSpec :
  FunSpec({
    test("code that emits is a source: it suspends while nothing more may be in flight") {
      weftTest {
        var emitted = 0
        val seen = ArrayList<Int>()
        val tree =
          start(
            of(producer("numbers") { while (emitted < 1000) emit(emitted++) }, { inFlight(7) }) {
                delay(1.seconds)
                seen += it
              }
              .supervisor()
          )
        settle()
        emitted shouldBeLessThanOrEqual 8
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        advance(2000.seconds)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        seen shouldContainExactly (0..999).toList()
      }
    }

    test("a line of stages is a source, and is part of the tree") {
      weftTest {
        val seen = ArrayList<Int>()
        val numbers = producer<Int>("numbers") { emitAll(1..100) }
        val doubled =
          merge(numbers, numbers) into
            transform("doubled") { events: List<Int> -> events.map { it * 2 } }
        val tree = start(of(doubled) { seen += it }.supervisor())
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        seen.sorted() shouldContainExactly (1..100).flatMap { listOf(2 * it, 2 * it) }
      }
    }

    test("stages that run already are a source, also one that has nothing for a while") {
      weftTest {
        val seen = ArrayList<Int>()
        val idle = start(GenStage.producer<Int>("idle") { onDemand {} })
        val busy =
          start(
            GenStage.producer<Int>("busy") {
              var next = 0
              onDemand { wanted -> emit(List(minOf(wanted.toInt(), 50 - next)) { next++ }) }
            }
          )
        val tree = start(of(from(idle, busy), { inFlight(2) }) { seen += it }.supervisor())
        settle()
        seen shouldContainExactly (0..49).toList()
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test(
      "when a stage that ran already fails, what it had sent is finished before the line fails"
    ) {
      weftTest {
        val seen = ArrayList<Int>()
        val doomed =
          start(
            GenStage.producer<Int>("doomed") {
              var next = 0
              onDemand { wanted -> emit(List(minOf(wanted.toInt(), 3 - next)) { next++ }) }
            }
          )
        val tree =
          start(
            of(from(doomed)) {
                delay(1.seconds)
                seen += it
              }
              .supervisor()
          )
        advance(500.milliseconds)
        kill(doomed)
        advance(2400.milliseconds)
        val former = child(lineOf(tree), "desk")
        advance(200.milliseconds)
        node.isAlive(checkNotNull(former.pid())) shouldBe false
        node.isAlive(checkNotNull(tree.pid())) shouldBe false // there is nobody to go on with
        seen shouldContainExactly listOf(0, 1, 2)
      }
    }

    test("stages of another node are a source; when that is cut off what had come is finished") {
      weftTest {
        val here = node("here@weft")
        val there = node("there@weft")
        var next = 0L
        there.awaitStart(
          GenStage.producer<Long>("numbers") {
              onDemand { wanted -> emit(List(minOf(wanted, 20 - next).toInt()) { next++ }) }
            }
            .named("numbers")
        )
        val numbers = here.address("numbers", "there@weft", stageCodec<Produces<Long>>())
        val seen = ArrayList<Long>()
        val tree =
          here.awaitStart(
            pipeline<Long>("far") {
                source(from(numbers))
                processors(1) {
                  delay(1.seconds)
                  seen += it
                  done
                }
                inFlight(4)
              }
              .supervisor()
          )
        advance(2500.milliseconds)
        cut(here, there)
        advance(30.seconds)
        seen shouldContainExactly (0L..19).toList()
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("when the desk is killed the code that emits begins anew: nothing is lost") {
      weftTest {
        val seen = ArrayList<Int>()
        val tree =
          start(
            of(producer("numbers") { emitAll(1..20) }) {
                delay(1.seconds)
                seen += it
              }
              .supervisor()
          )
        advance(4500.milliseconds)
        kill(child(lineOf(tree), "desk"))
        advance(100.seconds)
        seen shouldContainExactly (1..4) + (1..20)
      }
    }

    test("the low watermark never passes what is not done, however others overtake it") {
      weftTest {
        val saved = Saved<Long>()
        start(
          pipeline<Int>("resumed") {
              source(resumableByNumber(saved) { from -> (from.toInt()..9).asSequence() })
              processors(Taken.BY_DEFAULT.by(10).between(0, 1)) {
                delay(if (it == 3) 10.seconds else it.seconds / 10)
                done
              }
            }
            .supervisor()
        )
        advance(5.seconds)
        saved.place shouldBe 3L
        advance(6.seconds)
        saved.place shouldBe 10L
        saved.places shouldContainExactly saved.places.sorted()
      }
    }

    test("from its checkpoint a source goes on, and what overtook the watermark comes again") {
      weftTest {
        val saved = Saved<Long>()
        val seen = ArrayList<Int>()
        var isStuck = true
        val resumed =
          pipeline<Int>("resumed") {
            source(resumableByNumber(saved) { from -> (from.toInt()..9).asSequence() })
            processors(Taken.BY_DEFAULT.by(2).between(0, 1)) {
              if (it == 4 && isStuck) delay(1000.seconds)
              seen += it
              done
            }
            inFlight(4)
          }
        val tree = start(resumed.supervisor())
        settle()
        tree.drainPipeline(1.seconds).left shouldBe 1
        saved.place shouldBe 4L
        val first = seen.toList()
        seen.clear()
        isStuck = false
        start(resumed.supervisor())
        settle()
        saved.place shouldBe 10L
        seen shouldContainExactlyInAnyOrder (4..9).toList()
        (first + seen).toSet() shouldBe (0..9).toSet()
      }
    }

    test("whatever is killed, no place is saved before all up to it are done") {
      weftTest(1L..30) {
        val random = Random(seed)
        val over = HashSet<Int>()
        val saved =
          Saved<Long> { place -> (0 until place.toInt()).all { it in over } shouldBe true }
        val tree =
          start(
            pipeline<Int>("resumed") {
                source(resumableByNumber(saved) { from -> (from.toInt()..149).asSequence() })
                val even =
                  batcher<Int>("even", Batches.of(4, 200.milliseconds).by(2)) {
                    delay(random.nextInt(200).milliseconds)
                    over += it
                  }
                processors(3) {
                  delay(random.nextInt(100).milliseconds)
                  if (random.nextInt(20) == 0) error("an event")
                  if (it % 2 == 0) it into even else done.also { _ -> over += it }
                }
                onFailed { failures -> over += failures.map { it.subject } }
                intensity(1000, 5.seconds)
              }
              .supervisor()
          )
        repeat(20) {
          advance(random.nextInt(200).milliseconds)
          killSomething(tree, random)
        }
        advance(100.seconds)
        saved.place shouldBe 150L
      }
    }

    test("an event that has failed for good does not hold the watermark") {
      weftTest {
        val saved = Saved<Long>()
        start(
          pipeline<Int>("resumed") {
              source(resumableByNumber(saved) { from -> (from.toInt()..4).asSequence() })
              processors(1) { if (it == 2) error("two") else done }
            }
            .supervisor()
        )
        settle()
        saved.place shouldBe 5L
      }
    }

    test("places are what the source says they are, and its iterator is closed") {
      weftTest {
        val saved = Saved<String>()
        var closed = 0
        val letters = listOf("a", "b", "c", "d")
        start(
          pipeline<String>("letters") {
              source(
                resumable(saved) { from ->
                  val rest = if (from == null) letters else letters.dropWhile { it <= from }
                  Sequence { Closing(rest.map { Delivery(it, it) }.iterator()) { closed++ } }
                }
              )
              processors(1) { done }
            }
            .supervisor()
        )
        settle()
        saved.place shouldBe "d"
        closed shouldBe 1
      }
    }

    test("marks in any order pass the last place before which all are passed") {
      checkAll(Arb.int(1..40)) { count ->
        val watermark = Watermark<Int>()
        val marks = List(count) { watermark.add(it) }
        val passed = HashSet<Int>()
        var low: Int? = null
        for (part in marks.shuffled(randomSource().random).chunked(3)) {
          watermark.pass(part)?.let { low = it }
          passed += part.map { it.place }
          low shouldBe (0 until count).takeWhile { it in passed }.lastOrNull()
        }
        low shouldBe count - 1
      }
    }
  })

private class Closing<T>(all: Iterator<T>, private val closed: () -> Unit) :
  Iterator<T> by all, AutoCloseable {
  override fun close() = closed()
}

/** A checkpoint in memory. */
private class Saved<R : Any>(private val check: (R) -> Unit = {}) : Checkpoint<R> {
  val places = ArrayList<R>()
  val place: R?
    get() = places.lastOrNull()

  override suspend fun load(): R? = place

  override suspend fun save(place: R) {
    check(place)
    places += place
  }
}

/** A pipeline of one processor, which has one event at a time. */
private fun of(
  stages: Outlet<Int>,
  more: PipelineScope<Int>.() -> Unit = {},
  code: suspend (Int) -> Unit,
): Pipeline<Int> =
  pipeline("of") {
    source(stages)
    processors(1) {
      code(it)
      done
    }
    more()
  }
