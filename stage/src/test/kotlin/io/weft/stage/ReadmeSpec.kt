package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Request
import io.weft.stage.bridge.asFlow
import io.weft.stage.bridge.collecting
import io.weft.stage.bridge.flowing
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.graph.Graph
import io.weft.stage.graph.Taken
import io.weft.stage.graph.batches
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.producer
import io.weft.stage.graph.supervisor
import io.weft.stage.graph.transform
import io.weft.stage.pipeline.Batches
import io.weft.stage.pipeline.Checkpoint
import io.weft.stage.pipeline.Drained
import io.weft.stage.pipeline.Producers
import io.weft.stage.pipeline.drainPipeline
import io.weft.stage.pipeline.pipeline
import io.weft.stage.pipeline.resumableByNumber
import io.weft.stage.pipeline.run
import io.weft.stage.source.Enumerable
import io.weft.stage.stream.stream
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.fold
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.Serializable

// What stands between the marks is what the README shows.
// readme: lines
/** Counts the words of [lines], however many there are; [report] gets the counts of each batch. */
fun wordCounts(lines: Sequence<String>, report: (Map<String, Int>) -> Unit): Graph =
  producer<String>("lines") {
    for (line in lines) emit(line) // suspends while nobody wants more
  } into
    transform("words", Taken.BY_DEFAULT.by(copies = 2)) { lines: List<String> ->
      lines.flatMap { it.split(' ') }
    } into
    batches<String>(size = 100, within = 1.seconds) into
    consumer<List<String>>("count") { batches ->
      for (batch in batches) report(batch.groupingBy { it }.eachCount())
    }

suspend fun count(node: Node, lines: Sequence<String>, report: (Map<String, Int>) -> Unit) {
  node.awaitStart(wordCounts(lines, report).supervisor("words")) // ends when the lines do
}

// readme: table
@Serializable
sealed interface Tickets : Produces<Long> {
  @Serializable data object Sold : Tickets, Request<Long>
}

val tickets =
  GenStage.producerOf<Long, Tickets>("tickets") {
    var next = 0L
    onDemand { wanted -> emit(List(wanted.toInt()) { next++ }) }
    call { _: Tickets.Sold -> next }
  }

fun printer(of: Address<out Produces<Long>>) =
  GenStage.consumer<Long>("printer") {
    onEvents { numbers, _ -> println("tickets ${numbers.first()} to ${numbers.last()}") }
    subscribeTo(of) { maxDemand = 10 } // only a producer of Long compiles here
  }

// readme: pipeline
/** Imports [lines] from where it stopped last, [most] at once in each `insert`. */
fun importing(lines: Sequence<String>, place: Checkpoint<Long>, database: Database, most: Int) =
  pipeline<String>("import") {
    source(resumableByNumber(place) { from -> lines.drop(from.toInt()) })
    val rows =
      batcher("rows", Batches.of(most, 1.seconds).by(2)) { sales: List<Sale> ->
        database.insert(sales) // what it throws fails the batch, which is tried again
      }
    processors(4) { line ->
      val sale = Sale.parse(line) // what it throws fails this one line
      if (sale.amount == 0L) done else sale into rows
    }
    retry(Retry.attempts(3).backoff(100.milliseconds, 5.seconds))
    onFailed { failures -> failures.forEach { database.putAside(it.subject, it.why) } }
  }

// readme: producers
/** Stores the orders of a stage of Elixir's, `use GenStage` under the name `:orders`. */
fun storing(node: Node, shop: String, store: suspend (List<Long>) -> Unit) =
  pipeline<Long>("orders") {
    val orders = node.address("orders", shop, stageCodec<Produces<Long>>()) // "shop@host"
    source(Producers.of(orders).subscribing { maxDemand = 100 })
    val rows = batcher("rows", Batches.of(50, 1.seconds)) { batch: List<Long> -> store(batch) }
    processors(4, { it % 16 }) { order -> order into rows }
  }

// readme: bridges
/** Sums what is in a file: its lines as events, and steps in the words of flows. */
fun sumOf(file: Path, report: (Long) -> Unit): Graph =
  Enumerable.fromStream { Files.lines(file) }.asOutlet("lines") into // read beside the carriers
    flowing<String, Long>("cents") { lines ->
      lines.filter { it.isNotBlank() }.map { it.trim().toLong() }
    } into
    collecting<Long>("sum") { cents -> report(cents.fold(0, Long::plus)) }

/** Reads a stage, wherever it runs; suspends. When it has enough, the stage hears of it. */
suspend fun firstTickets(of: Address<out Produces<Long>>): List<Long> =
  of.asFlow(subscribeOptions<Long> { maxDemand = 10 }).take(100).toList()

/** The same for a thread that may wait. */
fun firstTicketsOnThread(of: Address<out Produces<Long>>): List<Long> =
  GenStage.stream(of).useSequence { tickets -> tickets.take(100).toList() }

// readme: end

/** What the example of a pipeline writes to. */
interface Database {
  suspend fun insert(sales: List<Sale>)

  suspend fun putAside(line: String, why: Throwable)
}

/** What it reads. */
data class Sale(val item: String, val amount: Long) {
  companion object {
    fun parse(line: String): Sale {
      val (item, amount) = line.split(',')
      return Sale(item, amount.toLong())
    }
  }
}

/** The examples of the README: that they are these, and that they do what it says. */
class ReadmeSpec :
  FunSpec({
    test("a line of stages counts words, and ends") {
      weftTest {
        val counts = HashMap<String, Int>()
        count(node, sequence { repeat(1000) { yield("warp and weft") } }) {
          it.forEach { (word, n) -> counts.merge(word, n, Int::plus) }
        }
        eventually(10.seconds) { counts.values.sum() shouldBe 3000 }
        counts shouldBe mapOf("warp" to 1000, "and" to 1000, "weft" to 1000)
      }
    }

    test("a producer with a protocol of its own is asked how much was wanted") {
      weftTest {
        val tickets = start(tickets)
        val ear = probe<List<Long>>("ear")
        start(
          GenStage.consumer<Long>("buyer") {
            onSubscribed { _, producer -> Asking.MANUAL.also { ask(producer, 20) } }
            onEvents { events, _ -> ear.tell(events) }
            subscribeTo(tickets)
          }
        )
        ear.expectMessage((0L..19).toList())
        tickets.call(Tickets.Sold) shouldBe 20
      }
    }

    test("a pipeline imports lines, puts bad ones aside, and goes on where it stopped") {
      weftTest {
        val lines = (1..1000).map { if (it % 100 == 0) "broken" else "item $it,${it % 5}" }
        val saved = ArrayList<Long>()
        val checkpoint =
          object : Checkpoint<Long> {
            override suspend fun load() = saved.lastOrNull()

            override suspend fun save(place: Long) {
              saved += place
            }
          }
        val rows = HashSet<Sale>()
        val aside = HashSet<String>()
        val database =
          object : Database {
            override suspend fun insert(sales: List<Sale>) {
              delay(10.milliseconds)
              rows += sales
            }

            override suspend fun putAside(line: String, why: Throwable) {
              aside += line
            }
          }
        val import = importing(lines.asSequence(), checkpoint, database, most = 50)
        val first = start(import.supervisor())
        advance(50.milliseconds)
        first.drainPipeline(10.seconds) shouldBe Drained(0)
        val before = saved.last()
        (before in 1..900) shouldBe true
        val last = import.run(node)
        last.received shouldBe 1000 - before
        saved.last() shouldBe 1000
        rows.size shouldBe 800
        aside shouldBe setOf("broken")
      }
    }

    test("a pipeline is fed by a stage of another node, which comes, and comes again") {
      weftTest {
        val here = node("here@weft")
        val stored = ArrayList<Long>()
        val tree = here.awaitStart(storing(here, "shop@weft") { stored += it }.supervisor())
        repeat(2) {
          val shop = node("shop@weft")
          shop.awaitStart(
            GenStage.producer<Long>("orders") {
                var next = 0L
                onDemand { wanted -> emit(List(minOf(wanted, 200 - next).toInt()) { next++ }) }
              }
              .named("orders")
          )
          eventually(30.seconds) { stored.sorted() shouldBe (0L..199).toList() }
          stored.clear()
          stop(shop)
        }
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
    }

    test("a file is summed by flows in a line of stages, and a stage is read from outside") {
      val file = Files.createTempFile("weft", "prices")
      try {
        Files.writeString(file, (1..2_000).joinToString("\n\n"))
        weftTest {
          val sums = ArrayList<Long>()
          node.awaitStart(sumOf(file, sums::add).supervisor("sum"))
          eventually(10.seconds) { sums shouldBe listOf(2_001_000) }
          firstTickets(start(tickets)) shouldBe (0L..99).toList()
        }
      } finally {
        Files.delete(file)
      }
      Node.start(NodeOptions.local()).use {
        firstTicketsOnThread(it.start(tickets)) shouldBe (0L..99).toList()
      }
    }

    test("the README shows these examples") {
      val source = Path.of("src/test/kotlin/io/weft/stage/ReadmeSpec.kt")
      val parts = Files.readString(source).split(Regex("// readme: \\w+\n")).drop(1).dropLast(1)
      val readme = Files.readString(Path.of("../README.md"))
      for (part in parts.filter { !it.startsWith("\\") }) {
        readme.contains("```kotlin\n${part.trim()}\n```") shouldBe true
      }
    }
  })
