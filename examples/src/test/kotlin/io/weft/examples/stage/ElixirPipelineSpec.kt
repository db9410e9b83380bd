package io.weft.examples.stage

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ElixirNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.gen.Supervisor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.pipeline.Batches
import io.weft.stage.pipeline.Drained
import io.weft.stage.pipeline.PipelineScope
import io.weft.stage.pipeline.Producers
import io.weft.stage.pipeline.drainPipeline
import io.weft.stage.pipeline.pipeline
import io.weft.stage.pipeline.run
import io.weft.term.Atom
import io.weft.term.Term
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val ELIXIR = "elixir@127.0.0.1"

/** Pipelines of this library, fed by stages of Elixir, and feeding them. */
@EnabledIf(GenStageAtHand::class)
class ElixirPipelineSpec :
  FunSpec({
    lateinit var world: TcpWorld
    lateinit var weft: Node
    lateinit var elixir: ElixirNode

    fun startElixir() {
      elixir = ElixirNode.start(ELIXIR, COOKIE, world.epmdPort)
      elixir.eval("Code.append_path(\"${GenStageAtHand.directory}\")")
      elixir.eval("Logger.configure(level: :none); Process.flag(:trap_exit, true)")
      elixir.eval(ELIXIR_STAGES) shouldBe Atom.OK
      elixir.eval("node = :\"weft@127.0.0.1\"; Node.connect(node)") shouldBe Atom.TRUE
    }

    fun eval(expression: String): Term = elixir.eval(expression)

    beforeSpec {
      world = TcpWorld()
      weft = world.start("weft") { hidden(false) }
      startElixir()
    }

    afterSpec {
      elixir.close()
      world.close()
    }

    fun stage(name: String): Address<Produces<Long>> =
      weft.address(name, ELIXIR, stageCodec<Produces<Long>>())

    suspend fun started(
      producers: Producers<Long>,
      describe: PipelineScope<Long>.() -> Unit,
    ): Address<Supervisor.Query> =
      weft.awaitStart(
        pipeline<Long>("fed") {
            source(producers.resubscribing(SOON))
            describe()
          }
          .supervisor()
      )

    test("a producer of Elixir feeds processors and batchers, each event once and in order") {
      eval("{:ok, _} = GenStage.start(Counting, [], name: :counter); :ok")
      val batches = CopyOnWriteArrayList<List<Long>>()
      val tree =
        started(Producers.of(stage("counter")).subscribing { maxDemand = 100 }) {
          val rows = batcher<Long>("rows", Batches.of(10, 1.seconds)) { batches += it }
          processors(4, { it % 4 }) { it into rows }
        }
      awaited { batches.size > 200 }
      tree.drainPipeline(10.seconds) shouldBe Drained(0)
      val all = batches.flatten()
      all.sorted() shouldContainExactly (0L..<all.size).toList()
      for (key in 0L..3) {
        all.filter { it % 4 == key } shouldContainExactly all.filter { it % 4 == key }.sorted()
      }
      eval("GenStage.stop(:counter)")
    }

    test("an enumerable of Elixir that ends ends the pipeline, when all of it is done") {
      eval("{:ok, _} = GenStage.from_enumerable(0..4999, name: :counter, link: false); :ok")
      val seen = CopyOnWriteArrayList<Long>()
      val result =
        pipeline<Long>("to its end") {
            source(Producers.of(stage("counter")))
            processors(1) {
              seen += it
              done
            }
          }
          .run(weft)
      result.acknowledged shouldBe 5000
      seen shouldContainExactly (0L..4999).toList()
    }

    test("a producer of Elixir that is killed and started again by its supervisor feeds on") {
      eval(
        """
        {:ok, keeper} = Supervisor.start_link(
          [%{id: :counter, start: {GenStage, :start_link, [Counting, [], [name: :counter]]}}],
          strategy: :one_for_one, max_restarts: 1000)
        :ok
        """
      )
      val seen = CopyOnWriteArrayList<Long>()
      val tree =
        started(Producers.of(stage("counter")).subscribing { maxDemand = 20 }) {
          processors(1) {
            seen += it
            done
          }
        }
      repeat(5) { life ->
        awaited { seen.count { it == 50L } == life + 1 }
        eval("Process.exit(Process.whereis(:counter), :kill)")
      }
      awaited { seen.count { it == 50L } == 6 }
      tree.drainPipeline(10.seconds) shouldBe Drained(0)
      // Of each life what came is a beginning of what it counted, without a gap.
      lives(seen).size shouldBe 6
      for (life in lives(seen)) life shouldContainExactly (0L..<life.size).toList()
      eval("Supervisor.stop(keeper)")
    }

    test("the whole node of Elixir is killed: what had come is done, and it feeds on when back") {
      eval("{:ok, _} = GenStage.start(Counting, [], name: :counter); :ok")
      val seen = CopyOnWriteArrayList<Long>()
      val tree =
        started(Producers.of(stage("counter"))) {
          processors(2, { it % 2 }) {
            seen += it
            done
          }
        }
      awaited { seen.size > 100 }
      runCatching { eval("System.halt(1)") }
      elixir.close()
      startElixir()
      seen.clear()
      eval("{:ok, _} = GenStage.start(Counting, [], name: :counter); :ok")
      awaited { seen.containsAll((0L..100).toList()) }
      tree.drainPipeline(10.seconds) shouldBe Drained(0)
      for (key in 0L..1) {
        val ofKey = seen.filter { it % 2 == key }
        ofKey shouldContainExactly ofKey.sorted()
      }
      eval("GenStage.stop(:counter)")
    }

    test("a pipeline that is drained takes no event of Elixir's with it that it was sent") {
      eval("{:ok, _} = GenStage.start(Counting, [], name: :counter); :ok")
      val seen = CopyOnWriteArrayList<Long>()
      repeat(3) {
        val before = seen.size
        val tree =
          started(Producers.of(stage("counter")).subscribing { maxDemand = 50 }) {
            processors(1) {
              seen += it
              done
            }
          }
        awaited { seen.size > before + 200 }
        tree.drainPipeline(10.seconds) shouldBe Drained(0)
      }
      seen shouldContainExactly (0L..<seen.size).toList()
      eval("GenStage.stop(:counter)")
    }

    test("of a broadcast and of partitions of Elixir it takes what it says") {
      eval(
        """
        {:ok, _} = GenStage.start(Counting, [dispatcher: {GenStage.PartitionDispatcher, partitions: 2,
          hash: fn n -> {n, rem(n, 2)} end}], name: :counter)
        {:ok, other} = GenStage.start(Taking, {0, []})
        {:ok, _} = GenStage.sync_subscribe(other, to: :counter, partition: 0)
        :ok
        """
      )
      val seen = CopyOnWriteArrayList<Long>()
      val tree =
        started(Producers.of(stage("counter")).subscribing { partition(1) }) {
          processors(1) {
            seen += it
            done
          }
        }
      awaited { seen.size > 100 }
      tree.drainPipeline(10.seconds) shouldBe Drained(0)
      seen shouldContainExactly (0..<seen.size).map { 2L * it + 1 }
      eval("GenStage.stop(other); GenStage.stop(:counter)")
    }

    test("what a batcher hands to a producer here goes to consumers of Elixir, at their pace") {
      val outbox = weft.awaitStart(outbox)
      eval(
        """
        {:ok, sink} = GenStage.start(Taking, {0, []})
        {:ok, _} = GenStage.sync_subscribe(sink, to: {:outbox, node}, max_demand: 10, cancel: :temporary)
        :ok
        """
      )
      eval("{:ok, _} = GenStage.from_enumerable(0..499, name: :counter, link: false); :ok")
      val result =
        pipeline<Long>("through") {
            source(Producers.of(stage("counter")).subscribing { maxDemand = 50 })
            val out = batcher<Long>("out", Batches.of(7, 1.seconds)) { outbox.call(Outbox.Put(it)) }
            processors(2, { it % 2 }) { (it * 3) into out }
          }
          .run(weft)
      result.acknowledged shouldBe 500
      eval("Await.events(sink, 500) |> Enum.sort() == Enum.map(0..499, & &1 * 3)") shouldBe
        Atom.TRUE
      eval("GenStage.stop(sink)")
      weft.exit(checkNotNull(outbox.pid()), ExitReason.KILL)
    }

    test("a consumer of Elixir that is killed meanwhile: each event was sent before it was done") {
      val outbox = weft.awaitStart(outbox)
      eval("{:ok, _} = GenStage.from_enumerable(0..999, name: :counter, link: false)")
      eval(
        """
        taking = fn ->
          {:ok, sink} = GenStage.start(Taking, {0, []})
          {:ok, _} = GenStage.sync_subscribe(sink, to: {:outbox, node}, max_demand: 10, cancel: :temporary)
          sink
        end
        sink = taking.()
        :ok
        """
      )
      val acknowledged = CopyOnWriteArrayList<Long>()
      val tree =
        started(Producers.of(stage("counter")).subscribing { maxDemand = 50 }) {
          val out =
            batcher<Long>("out", Batches.of(5, 1.seconds)) {
              outbox.call(Outbox.Put(it), 60.seconds)
              acknowledged += it
            }
          processors(1) { it into out }
        }
      eval(
        """
        first = Await.events(sink, 100)
        Process.exit(sink, :kill)
        sink = taking.()
        :ok
        """
      )
      awaited { acknowledged.size == 1000 }
      acknowledged shouldContainExactly (0L..999).toList()
      awaited { !weft.isAlive(checkNotNull(tree.pid())) }
      // It was sent all but what the one that was killed had been sent.
      eval("length(first) == 100 and :lists.last(Await.events(sink, 1)) > 99") shouldBe Atom.TRUE
      eval("GenStage.stop(sink)")
      weft.exit(checkNotNull(outbox.pid()), ExitReason.KILL)
    }
  })

private val SOON = Retry.attempts(Int.MAX_VALUE).backoff(10.milliseconds, 100.milliseconds)

/** What each of several counters has sent, one after the other. */
private fun lives(seen: List<Long>): List<List<Long>> {
  val lives = ArrayList<MutableList<Long>>()
  for (number in seen) {
    if (number == 0L) lives += ArrayList<Long>()
    lives.last() += number
  }
  return lives
}

/** Takes batches, and says so when all of one has been sent to who asked for it. */
private sealed interface Outbox : Produces<Long> {
  class Put(val events: List<Long>) : Outbox, Request<Unit>
}

private val outbox =
  GenStage.producerOf<Long, Outbox>("outbox") {
      val waiting = ArrayDeque<Pair<Long?, io.weft.gen.Reply<Unit>?>>()
      var wanted = 0L
      fun send() {
        while (waiting.isNotEmpty()) {
          val (event, reply) = waiting.first()
          if (event == null) checkNotNull(reply).send(Unit)
          else if (wanted-- > 0) emit(event)
          else {
            wanted = 0
            return
          }
          waiting.removeFirst()
        }
      }
      onDemand {
        wanted += it
        send()
      }
      handleDeferred(Outbox.Put::class) { put, reply ->
        put.events.forEach { waiting += it to null }
        waiting += null to reply
        send()
      }
    }
    .named("outbox")
