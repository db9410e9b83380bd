package io.weft.stage.graph

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.weft.node.ExitReason
import io.weft.node.Received
import io.weft.testkit.Probe
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class GraphSpec :
  FunSpec({
    test("a producer emits as far as somebody wants events, and suspends then") {
      weftTest {
        var emitted = 0
        val ear = probe<List<Int>>("ear")
        val endless = producer<Int>("endless") { while (true) emit(emitted++) }
        start(
          (endless into
              consumer("few", Taken.BY_DEFAULT.between(2, 4)) {
                ear.tell(it)
                if (it.last() > 5) delay(1.seconds)
              })
            .supervisor("line")
        )
        ear.expectSequence(listOf(0, 1), listOf(2, 3), listOf(4, 5), listOf(6, 7))
        ear.expectNone(900.milliseconds)
        emitted shouldBeLessThanOrEqual 12
      }
    }

    test("what is emitted before a pause does not wait for what comes after it") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        val slow =
          producer<Int>("slow") {
            emit(1)
            emit(2)
            delay(10.seconds)
            emit(3)
          }
        start((slow into listening(ear)).supervisor("line"))
        ear.expectMessage(listOf(1, 2))
        ear.expectNone(9.seconds)
        ear.expectMessage(listOf(3))
      }
    }

    test("a list is emitted as far as its events are wanted, and stays with who emits it") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        val again = ArrayList<Int>()
        val lists =
          producer<Int>("lists") {
            for (first in listOf(0, 5)) {
              again.clear()
              repeat(5) { again.add(first + it) }
              emitAll(again)
            }
            emit(10)
            emitAll(again.subList(0, 0))
            again.clear()
          }
        start(
          (lists into consumer("few", Taken.BY_DEFAULT.between(2, 4)) { ear.tell(it) }).supervisor(
            "line"
          )
        )
        allOf(ear, 11) shouldContainExactly (0..10).toList()
      }
    }

    test("what is emitted one by one and in lists keeps its order, however little is wanted") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        val mixed =
          producer<Int>("mixed") {
            for (first in 0 until 3000 step 30) {
              emit(first)
              emitAll(List(28) { first + 1 + it })
              emitAll(setOf(first + 29))
            }
          }
        val line =
          mixed into
            transform("7", Taken.BY_DEFAULT.atMost(7)) { events: List<Int> -> events } into
            listening(ear)
        start(line.supervisor("line"))
        allOf(ear, 3000) shouldContainExactly (0 until 3000).toList()
      }
    }

    test("when the producer is done its events go through all stages, which then end with it") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        val line =
          numbers(1..1000) into
            transform("double") { events: List<Int> -> events.flatMap { listOf(it, it) } } into
            transform("text", Taken.BY_DEFAULT.atMost(10)) { events: List<Int> ->
              delay(1.seconds)
              events.map { it.toString() }
            } into
            consumer<String>("end") { ear.tell(it.map(String::toInt)) }
        val tree = start(line.supervisor("line"))
        ear.watch(tree)
        allOf(ear, 2000) shouldContainExactly (1..1000).flatMap { listOf(it, it) }
        ear.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("a stage that fails is started again with those after it, and the line goes on") {
      weftTest {
        var failures = 0
        val ear = probe<List<Int>>("ear")
        val line =
          numbers(1..20) into
            transform("brittle", Taken.BY_DEFAULT.between(0, 5)) { events: List<Int> ->
              if (10 in events && failures++ == 0) error("ten")
              events
            } into
            listening(ear)
        val tree = start(line.supervisor("line"))
        ear.watch(tree)
        // Those in the hands of the stage that failed are gone; a line does not promise more.
        allOf(ear, 15) shouldContainExactly (1..5) + (11..20)
        ear.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("a failure that comes again ends the tree") {
      weftTest {
        val watcher = probe<Unit>("watcher")
        val line = numbers(1..20) into consumer<Int>("broken") { error("no") }
        val tree = start(line.supervisor("line"))
        watcher.watch(tree)
        // The producer is done, and what it sent is lost: the last try fails for that reason.
        watcher.expectDown(tree).reason() shouldBe ExitReason.NOPROC
      }
    }

    test("every branch of a broadcast gets all events; branches that share get each event once") {
      weftTest {
        val ears = List(2) { probe<List<Int>>("ear$it") }
        start(
          numbers(1..300)
            .toAll({ it into listening(ears[0]) }, { it into listening(ears[1]) })
            .supervisor("all")
        )
        for (ear in ears) allOf(ear, 300) shouldContainExactly (1..300)
        val shared = probe<List<Int>>("shared")
        start(
          numbers(1..3000)
            .toAny({ it into listening(shared) }, { it into listening(shared) })
            .supervisor("any")
        )
        allOf(shared, 3000).sorted() shouldContainExactly (1..3000)
      }
    }

    test("events of several producers come together, each in its order") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        start(
          (merge(numbers(1..100), numbers(1001..1100)) into listening(ear)).supervisor("merged")
        )
        val all = allOf(ear, 200)
        all.filter { it <= 100 } shouldContainExactly (1..100)
        all.filter { it > 100 } shouldContainExactly (1001..1100)
      }
    }

    test("events of one key go through one of many stages, in order") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        val line =
          numbers(1..1000) into
            transform("keyed", Taken.byKey(4) { n: Int -> n % 10 }) { events: List<Int> ->
              events
            } into
            listening(ear)
        start(line.supervisor("keyed"))
        val all = allOf(ear, 1000)
        for (key in 0..9) all.filter { it % 10 == key } shouldContainExactly
          (1..1000).filter { it % 10 == key }
      }
    }

    test("batches are full, or as old as they may be, or the last") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        val slow =
          producer<Int>("slow") {
            for (n in 1..7) emit(n)
            delay(10.seconds)
            emit(8)
          }
        start(
          (slow into
              batches(3, 2.seconds) into
              consumer<List<Int>>("ear") { it.forEach(ear::tell) })
            .supervisor("batched")
        )
        ear.expectSequence(listOf(1, 2, 3), listOf(4, 5, 6))
        ear.expectNone(1900.milliseconds)
        ear.expectMessage(listOf(7))
        ear.expectNone(7.seconds)
        ear.expectMessage(listOf(8))
      }
    }

    test("a rate is kept over spans of time") {
      weftTest {
        val ear = probe<List<Int>>("ear")
        start(
          (numbers(1..100) into rateLimit(10, 1.seconds) into listening(ear)).supervisor("slow")
        )
        var taken = allOf(ear, 10).size
        repeat(5) {
          ear.expectNone(800.milliseconds)
          taken += allOf(ear, 10).size
        }
        taken shouldBe 60
      }
    }
  })

private fun numbers(range: IntRange): Outlet<Int> = producer("numbers") { emitAll(range) }

private fun listening(ear: Probe<List<Int>>): Inlet<Int> = consumer("listening") { ear.tell(it) }

private suspend fun allOf(ear: Probe<List<Int>>, count: Int): List<Int> {
  val all = ArrayList<Int>()
  while (all.size < count) all += (ear.next() as Received.Message<List<Int>>).content()
  return all
}
