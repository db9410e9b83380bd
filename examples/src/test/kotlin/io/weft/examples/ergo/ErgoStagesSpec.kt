package io.weft.examples.ergo

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.examples.stage.doubler
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.Cancel
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.Transforms
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.gen.subscribe
import io.weft.stage.subscribeOptions
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.Term
import io.weft.term.Tuple
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

private const val ERGO = "ergo@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** Stages of this library and of a running Ergo 2.2, on two nodes. */
@EnabledIf(ErgoAtHand::class)
class ErgoStagesSpec :
  FunSpec({
    lateinit var world: TcpWorld
    lateinit var weft: Node
    lateinit var ergo: ErgoNode

    beforeSpec {
      world = TcpWorld()
      weft = world.start("weft") { hidden(false) }
      ergo = ErgoNode.start(ERGO, COOKIE, world.epmdPort)
      ergo.tell("connect $WEFT")
    }

    afterSpec {
      ergo.close()
      world.close()
    }

    fun exit(name: String, reason: ExitReason) =
      weft.exit(checkNotNull(weft.whereis(Atom.of(name))), reason)

    fun theirs(name: String) = weft.address(name, ERGO, stageCodec<Produces<Long>>())

    // --- producers of this node ------------------------------------------------------------------

    test("a consumer of Ergo gets as many events at once as it asks for, bytes among them") {
      weft.start(counter("bytes", until = 600))
      ergo.tell("consumer b")
      ergo.tell("to b subscribe bytes@@$WEFT 2 4 2 false")
      ergo.line("b events") shouldBe "[0,1,2,3]"
      ergo.line("b events") shouldBe "[4,5,6,7]"
      repeat(147) { ergo.line("b events") }
      ergo.line("b events") shouldBe "[596,597,598,599]"
    }

    test("a consumer of Ergo that asks by hand gets what it asked for") {
      weft.start(counter("asked", until = 10_000))
      ergo.tell("consumer a")
      ergo.tell("to a subscribe asked@@$WEFT 1 1000 2 true")
      ergo.line("a") shouldBe "subscribed"
      ergo.tell("to a ask 3")
      ergo.line("a events") shouldBe "[0,1,2]"
      ergo.tell("to a ask 1000")
      ergo.line("a events") shouldBe (3..1002).joinToString(",", "[", "]")
    }

    test("a consumer of Ergo that cancels is gone here, and may subscribe again") {
      val heard = Heard()
      weft.start(counter("left", until = 10_000, heard))
      ergo.tell("consumer l")
      repeat(2) { round ->
        ergo.tell("to l subscribe left@@$WEFT 1 2 2 true")
        ergo.line("l") shouldBe "subscribed"
        ergo.tell("to l ask 2")
        ergo.line("l events") shouldBe "[${2 * round},${2 * round + 1}]"
        ergo.tell("to l cancel enough")
        heard.next() shouldBe "CANCELLED enough"
        ergo.line("l") shouldBe "canceled normal"
      }
    }

    test("a consumer of Ergo that ends, or is killed, is gone here") {
      val heard = Heard()
      weft.start(counter("alone", until = 100, heard))
      for ((name, end) in listOf("m" to "exit m tired", "n" to "kill n")) {
        ergo.tell("consumer $name")
        ergo.tell("to $name subscribe alone@@$WEFT 1 2 2 true")
        ergo.line(name) shouldBe "subscribed"
        ergo.tell("to $name ask 2")
        ergo.line("$name events")
        ergo.tell(end)
        heard.next() shouldBe if (name == "m") "DOWN tired" else "DOWN kill"
      }
    }

    test("what a producer of this node ends with ends consumers of Ergo by their cancel mode") {
      for ((word, reason) in
        listOf(
          "boom" to ExitReason.of(Atom.of("boom")),
          "shutdown" to ExitReason.SHUTDOWN,
          "killed" to ExitReason.KILL,
        )) {
        weft.start(counter("ending", until = 100))
        for (mode in 0..2) {
          ergo.tell("consumer $word$mode")
          ergo.tell("to $word$mode subscribe ending@@$WEFT 1 2 $mode false")
          ergo.line("$word$mode") shouldBe "subscribed"
          ergo.line("$word$mode events")
        }
        exit("ending", reason)
        val said =
          List(if (word == "shutdown") 4 else 5) { ergo.lineWith("canceled", "terminated") }
        said shouldContainExactlyInAnyOrder
          buildList {
            for (mode in 0..2) add("$word$mode canceled $word")
            add("${word}0 terminated $word")
            if (word != "shutdown") add("${word}1 terminated $word")
          }
        awaited { weft.whereis(Atom.of("ending")) == null }
      }
    }

    test("a subscription of Ergo's that this node cancels ends with the reason as text") {
      weft.start(
        GenStage.producer<Long>("rude") {
            onDemand {}
            onSubscriber { _, from ->
              cancelConsumer(from, ExitReason.of(Tuple.of(Atom.of("full"), Atom.of("house"))))
            }
          }
          .named("rude")
      )
      ergo.tell("consumer r")
      ergo.tell("to r subscribe rude@@$WEFT 1 2 2 false")
      ergo.line("r canceled") shouldBe "{full,house}"
      ergo.tell("to r subscribe nobody@@$WEFT 1 2 2 false")
      ergo.line("r canceled") shouldBe "noproc"
    }

    // --- producers of Ergo -----------------------------------------------------------------------

    test("a consumer of this node takes from a producer of Ergo what it asks for, in order") {
      val heard = Heard()
      val taking = weft.start(taking("taking", heard))
      ergo.tell("producer p 10000 0")
      taking.subscribe(theirs("p"), demand(max = 600, min = 300))
      ergo.line("p") shouldBe "subscribed 300 600 2 false"
      List(3) { ergo.line("p demand") } shouldBe listOf("255", "255", "90")
      heard.events(1800).take(1800) shouldBe (0L..1799).toList()
      ergo.tell("exit p boom")
      generateSequence(heard::next).first { it.startsWith("DOWN") } shouldBe "DOWN boom"
    }

    test("a producer of Ergo hears of the end of a consumer of this node") {
      val heard = Heard()
      ergo.tell("producer h 10 0")
      val one = weft.start(taking("one", heard, until = 10))
      one.subscribe(theirs("h"), demand(max = 10, min = 5))
      ergo.line("h cancel") shouldBe "enough"
      heard.events(10) shouldBe (0L..9).toList()
      heard.next() shouldBe "CANCELLED enough"
      one.subscribe(theirs("h"), demand(max = 10, min = 5))
      ergo.line("h") shouldBe "subscribed 5 10 2 false"
      exit("one", ExitReason.of(Atom.of("over")))
      ergo.line("h cancel") shouldBe "over"
    }

    test("a consumer of this node ends with a producer of Ergo if it is to") {
      for (mode in listOf(Cancel.PERMANENT, Cancel.TRANSIENT)) {
        for (end in listOf("exit e normal", "exit e shutdown", "exit e boom")) {
          val heard = Heard()
          val taking = weft.start(taking("ends", heard))
          ergo.tell("producer e 2 0")
          taking.subscribe(theirs("e"), demand(max = 2, min = 1, mode))
          heard.events(2)
          ergo.tell(end)
          val reason = end.substringAfterLast(' ')
          heard.next() shouldBe "DOWN $reason"
          if (mode == Cancel.PERMANENT || reason == "boom") heard.next() shouldBe "ended $reason"
          else exit("ends", ExitReason.KILL)
          awaited { weft.whereis(Atom.of("ends")) == null }
        }
      }
    }

    test("of two subscriptions of a stage to a producer of Ergo the later one counts") {
      val heard = Heard()
      val twice = weft.start(taking("twice", heard))
      ergo.tell("producer t 20 0")
      twice.subscribe(theirs("t"), demand(max = 10, min = 9))
      heard.events(10)
      twice.subscribe(theirs("t"), demand(max = 10, min = 9))
      generateSequence(heard::next).first { it.startsWith("CANCELLED") } shouldBe
        "CANCELLED resubscribed"
    }

    // --- both ------------------------------------------------------------------------------------

    test("a stage of this node stands between two of Ergo") {
      weft.start(doubler.named("doubler"))
      ergo.tell("producer from 1000 0")
      ergo.tell("consumer into")
      ergo.tell("to into subscribe doubler@@$WEFT 5 10 2 false")
      ergo.line("into") shouldBe "subscribed"
      weft
        .address("doubler", WEFT, stageCodec<Transforms<Long, Long>>())
        .subscribe(theirs("from"), demand(max = 20, min = 10))
      val got = ArrayList<Int>()
      while (got.size < 900) {
        got += ergo.line("into events").trim('[', ']').split(',').map(String::toInt)
      }
      got shouldBe List(got.size) { 2 * it }
    }

    test("batches of megabytes pass both ways") {
      val size = 1_500_000
      weft.start(
        GenStage.producer<Term>("large") {
            onDemand { wanted -> emit(List(wanted.toInt()) { Binary.wrap(ByteArray(size)) }) }
          }
          .named("large")
      )
      ergo.tell("consumer fat")
      ergo.tell("to fat subscribe large@@$WEFT 1 3 2 true")
      ergo.tell("to fat ask 3")
      ergo.line("fat events") shouldBe List(3) { "<<$size bytes>>" }.joinToString(",", "[", "]")

      ergo.tell("producer heavy 12 $size")
      val sizes = LinkedBlockingQueue<Int>()
      val weighing =
        weft.start(
          GenStage.consumer<Term>("weighing") {
            onEvents { events, _ -> sizes.addAll(events.map { (it as Binary).size() }) }
          }
        )
      weighing.subscribe(
        weft.address("heavy", ERGO, stageCodec<Produces<Term>>()),
        demand(max = 3, min = 1),
      )
      repeat(12) { sizes.poll(PATIENCE, TimeUnit.SECONDS) shouldBe size }
    }

    test("the death of one node ends the subscriptions of the other") {
      val heard = Heard()
      val other = world.start("other")
      val third = ErgoNode.start("third@127.0.0.1", COOKIE, world.epmdPort)
      third.use {
        other.dist.connect("third@127.0.0.1").get(PATIENCE, TimeUnit.SECONDS)
        other.start(counter("c", until = 100))
        third.tell("consumer left")
        third.tell("to left subscribe c@@${other.name().name()} 1 2 2 false")
        third.line("left events")
        third.tell("producer lost 4 0")
        weft
          .start(taking("losing", heard))
          .subscribe(
            weft.address("lost", "third@127.0.0.1", stageCodec<Produces<Long>>()),
            demand(max = 4, min = 2),
          )
        heard.events(4)
        other.close()
        third.line("left canceled") shouldBe "shutdown"
        third.kill()
        heard.next() shouldBe "DOWN noconnection"
      }
    }

    test("an Ergo whose messages overtake each other subscribes all the same") {
      weft.start(counter("many", until = 1_000_000))
      ErgoNode.start("unruly@127.0.0.1", COOKIE, world.epmdPort, handlers = 4).use { unruly ->
        unruly.tell("connect $WEFT")
        for (i in 1..40) {
          unruly.tell("consumer u$i")
          unruly.tell("to u$i subscribe many@@$WEFT 1 2 2 false")
          unruly.line("u$i") shouldBe "subscribed"
          unruly.line("u$i").substringBefore(' ') shouldBe "events"
          unruly.tell("exit u$i normal")
        }
      }
    }
  })

private const val PATIENCE = 30L

/** What a stage of this node hears of, in order. */
private class Heard {
  private val lines = LinkedBlockingQueue<String>()

  fun add(line: String) {
    lines.add(line)
  }

  fun next(): String = checkNotNull(lines.poll(PATIENCE, TimeUnit.SECONDS)) { "nothing is heard" }

  /** Returns the next events, which come in batches. */
  fun events(count: Int): List<Long> {
    val events = ArrayList<Long>()
    while (events.size < count) {
      events += next().trim('[', ']').split(", ").map(String::toLong)
    }
    return events
  }
}

private fun counter(
  name: String,
  until: Long,
  heard: Heard = Heard(),
): Blueprint<Produces<Long>> =
  GenStage.producer<Long>(name) {
      var next = 0L
      onDemand { wanted -> emit(List(minOf(wanted, until - next).toInt()) { next++ }) }
      onSubscriptionEnd { end, _ -> heard.add("${end.cause} ${end.reason.term()}") }
    }
    .named(name)

/** Takes events, and cancels the subscription when it has got the one before [until]. */
private fun taking(name: String, heard: Heard, until: Long = -1): Blueprint<Consumes<Long>> =
  GenStage.consumer<Long>(name) {
      onEvents { events, from ->
        heard.add(events.toString())
        if (events.last() == until - 1) cancelSubscription(from, ExitReason.of(Atom.of("enough")))
      }
      onSubscriptionEnd { end, _ -> heard.add("${end.cause} ${end.reason.term()}") }
      onTerminate { heard.add("ended ${it.term()}") }
    }
    .named(name)

private fun demand(max: Int, min: Int, whenItEnds: Cancel = Cancel.TEMPORARY) =
  subscribeOptions<Any> {
    maxDemand = max
    minDemand = min
    cancel = whenItEnds
    fromErgo()
  }
