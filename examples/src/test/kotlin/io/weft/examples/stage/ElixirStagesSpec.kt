package io.weft.examples.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ElixirNode
import io.weft.dist.testing.TcpWorld
import io.weft.node.ExitException
import io.weft.node.Node
import io.weft.stage.Produces
import io.weft.stage.bridge.asFlow
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.stage.source.Enumerable
import io.weft.stage.stream.stream
import io.weft.term.Atom
import io.weft.term.Term
import kotlinx.coroutines.flow.toList

private const val ELIXIR = "elixir@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** Stages of this library and of Elixir's own in one chain, on two nodes. */
@EnabledIf(GenStageAtHand::class)
class ElixirStagesSpec :
  FunSpec({
    lateinit var world: TcpWorld
    lateinit var weft: Node
    lateinit var elixir: ElixirNode

    fun eval(expression: String): Term = elixir.eval(expression)

    beforeSpec {
      world = TcpWorld()
      weft = world.start("weft") { hidden(false) }
      provideSelectors(weft)
      elixir = ElixirNode.start(ELIXIR, COOKIE, world.epmdPort)
      eval("Code.append_path(\"${GenStageAtHand.directory}\"); Logger.configure(level: :none)")
      eval("node = :\"$WEFT\"; Process.flag(:trap_exit, true); Node.connect(node)") shouldBe
        Atom.TRUE
      eval(ELIXIR_STAGES) shouldBe Atom.OK
    }

    beforeTest { weft.start(stages().named("stages")) }

    afterTest {
      val supervisor = checkNotNull(weft.whereis(Atom.of("stages")))
      weft.exit(supervisor, io.weft.node.ExitReason.SHUTDOWN)
      io.weft.dist.testing.awaited { weft.whereis(Atom.of("stages")) == null }
    }

    afterSpec {
      elixir.close()
      world.close()
    }

    test("a consumer of Elixir takes from a producer of this node, in the batches that it wants") {
      eval(
        """
        {:ok, sink} = GenStage.start_link(Taking, {0, []})
        {:ok, tag} = GenStage.sync_subscribe(sink, to: {:numbers, node}, max_demand: 10, min_demand: 7)
        true = Await.until(fn -> length(GenServer.call(sink, :taken)) > 100 end)
        Enum.take(GenServer.call(sink, :taken), 5)
        """
      ) shouldBe Term.parse("[[0,1,2],[3,4,5],[6,7,8],[9],[10,11,12]]")
      eval("GenStage.stop(sink)")
    }

    test("the sink of this node takes from a producer of Elixir") {
      eval(
        """
        {:ok, counter} = GenStage.start_link(Counting, [])
        {:ok, tag} = GenStage.sync_subscribe({:sink, node}, to: counter, max_demand: 4)
        true = is_reference(tag)
        Await.until(fn -> t = GenServer.call({:sink, node}, :taken); length(t) >= 6 && Enum.take(t, 6) end)
        """
      ) shouldBe Term.parse("[0,1,2,3,4,5]")
      eval("GenStage.stop(counter)")
    }

    test("chains mix both: Elixir, Weft, Elixir and Weft, Elixir, Weft") {
      eval(
        """
        {:ok, counter} = GenStage.start_link(Counting, [])
        {:ok, sink} = GenStage.start_link(Taking, {0, []})
        {:ok, _} = GenStage.sync_subscribe(sink, to: {:doubler, node}, max_demand: 10)
        {:ok, _} = GenStage.sync_subscribe({:doubler, node}, to: counter, max_demand: 8)
        Await.events(sink, 7)
        """
      ) shouldBe Term.parse("[0,2,4,6,8,10,12]")
      eval("GenStage.stop(sink); GenStage.stop(counter)")
      eval(
        """
        {:ok, doubler} = GenStage.start_link(Doubling, [])
        {:ok, _} = GenStage.sync_subscribe({:sink, node}, to: doubler, cancel: :temporary, max_demand: 10)
        {:ok, _} = GenStage.sync_subscribe(doubler, to: {:numbers, node}, cancel: :temporary)
        Await.until(fn -> t = GenServer.call({:sink, node}, :taken); length(t) >= 5 && Enum.take(t, 5) end)
        """
      ) shouldBe Term.parse("[0,2,4,6,8]")
      eval("GenStage.stop(doubler)")
    }

    test("a broadcast of this node: what consumers of Elixir do not select is made up for") {
      eval(
        """
        sinks = for opts <- [[], [selector: Function.capture(:evens, :odd, 1)]] do
          {:ok, sink} = GenStage.start_link(Taking, {0, []})
          {:ok, _} = GenStage.sync_subscribe(sink, [to: {:evens, node}, max_demand: 6] ++ opts)
          sink
        end
        r = Enum.map(sinks, &Await.events(&1, 20))
        Enum.each(sinks, &GenStage.stop/1)
        Enum.map(r, fn all -> {Enum.all?(all, &(rem(&1, 2) == rem(hd(all), 2))), all == Enum.sort(all)} end)
        """
      ) shouldBe Term.parse("[{true,true},{true,true}]")
    }

    test("a selector that is a fun of the BEAM is refused, and the consumer told why") {
      eval(
        """
        {:ok, sink} = GenStage.start(Taking, {0, []})
        ref = Process.monitor(sink)
        {:ok, _} = GenStage.sync_subscribe(sink, to: {:evens, node}, selector: &(&1 > 3))
        receive do {:DOWN, ^ref, _, _, {:bad_opts, text}} -> is_binary(text) after 5000 -> :alive end
        """
      ) shouldBe Atom.TRUE
    }

    test("partitions of this node go to those who take them, by the same names") {
      eval(
        """
        sinks = for part <- 0..2 do
          {:ok, sink} = GenStage.start_link(Taking, {0, []})
          {:ok, _} = GenStage.sync_subscribe(sink, to: {:parts, node}, partition: part, max_demand: 10)
          sink
        end
        r = Enum.map(sinks, &Await.events(&1, 4))
        Enum.each(sinks, &GenStage.stop/1)
        r
        """
      ) shouldBe Term.parse("[[0,3,6,9],[1,4,7,10],[2,5,8,11]]")
    }

    test("the sink of this node takes a partition of a producer of Elixir") {
      eval(
        """
        {:ok, parts} = GenStage.start(Counting, dispatcher: {GenStage.PartitionDispatcher, partitions: 2})
        {:ok, other} = GenStage.start(Taking, {0, []})
        {:ok, _} = GenStage.sync_subscribe({:sink, node}, to: parts, partition: 1, cancel: :temporary, max_demand: 5)
        {:ok, _} = GenStage.sync_subscribe(other, to: parts, partition: 0, max_demand: 5)
        mine = Enum.filter(0..1000, &(:erlang.phash2(&1, 2) == 1)) |> Enum.take(10)
        r = Await.until(fn -> t = GenServer.call({:sink, node}, :taken); length(t) >= 10 && Enum.take(t, 10) == mine end)
        GenStage.stop(parts)
        r
        """
      ) shouldBe Atom.TRUE
    }

    test("GenStage.stream reads a producer of this node") {
      eval("[{{:numbers, node}, max_demand: 10}] |> GenStage.stream() |> Enum.take(25)") shouldBe
        Term.parse("[${(0..24).joinToString(",")}]")
      eval("receive do {:\"\$gen_consumer\", _, _} = m -> m after 50 -> :none end") shouldBe
        Atom.of("none")
    }

    test("GS-53: streams of each side read enumerables of the other to their end") {
      eval("{:ok, _} = GenStage.from_enumerable(0..2499, name: :source, link: false); :ok")
      val theirs = weft.address("source", ELIXIR, stageCodec<Produces<Long>>())
      theirs.asFlow().toList() shouldBe (0L..2499).toList()
      eval("Await.until(fn -> Process.whereis(:source) == nil end)") shouldBe Atom.TRUE

      weft.start(Enumerable.fromIterable(0L..2499).asProducer("ours").named("ours"))
      eval(
        "[{{:ours, node}, cancel: :transient}] |> GenStage.stream() |> Enum.to_list() == Enum.to_list(0..2499)"
      ) shouldBe Atom.TRUE
      weft.whereis(Atom.of("ours")) shouldBe null
    }

    test("GS-53: a stream that is given up ends an enumerable of the other side that is to") {
      eval(
        "{:ok, _} = GenStage.from_enumerable(0..99_999, name: :source, link: false, on_cancel: :stop); :ok"
      )
      val theirs = weft.address("source", ELIXIR, stageCodec<Produces<Long>>())
      GenStage.stream(theirs).useSequence { it.take(700).toList() } shouldBe (0L..699).toList()
      eval("Await.until(fn -> Process.whereis(:source) == nil end)") shouldBe Atom.TRUE

      val ours = Enumerable.fromIterable(0L..99_999).endingAlone().asProducer("ours")
      weft.start(ours.named("ours"))
      eval(
        "[{:ours, node}] |> GenStage.stream() |> Enum.take(700) == Enum.to_list(0..699)"
      ) shouldBe Atom.TRUE
      io.weft.dist.testing.awaited { weft.whereis(Atom.of("ours")) == null }
    }

    test("GS-53: a permanent stream fails with the end of its stage, in both languages") {
      val enumerable = "{:ok, _} = GenStage.from_enumerable([1], name: :source, link: false)"
      eval(
        "$enumerable; try do Enum.to_list(GenStage.stream([:source])) catch :exit, {why, _} -> why end"
      ) shouldBe Atom.of("normal")
      eval("Await.until(fn -> Process.whereis(:source) == nil end); $enumerable; :ok")
      val theirs = weft.address("source", ELIXIR, stageCodec<Produces<Long>>())
      shouldThrow<ExitException> { GenStage.stream(theirs).asFlow().toList() }
        .reason()
        .term() shouldBe Atom.of("normal")
    }

    test("what is asked of a stage by a call is answered as Elixir's stages answer") {
      eval(
        "{:ok, counter} = GenStage.start_link(Counting, []); {:ok, mine} = GenStage.start_link(Taking, {0, []}); :ok"
      )
      for ((theirs, ours) in listOf("counter" to "{:numbers, node}", "mine" to "{:sink, node}")) {
        for (question in
          listOf(
            "GenStage.demand(STAGE)",
            "GenStage.estimate_buffered_count(STAGE)",
            "GenStage.sync_subscribe(STAGE, to: counter, max_demand: 0)",
            "GenStage.sync_subscribe(STAGE, to: counter, max_demand: :infinity)",
            "GenStage.sync_subscribe(STAGE, to: counter, max_demand: 10, min_demand: 10)",
            "GenStage.sync_subscribe(STAGE, to: counter, cancel: :sometimes)",
            "GenStage.sync_info(STAGE, :hello)",
            "GenStage.async_info(STAGE, :hello)",
          )) {
          val wanted = eval(question.replace("STAGE", theirs))
          "$question: ${eval(question.replace("STAGE", ours))}" shouldBe "$question: $wanted"
        }
      }
      eval("GenStage.stop(mine); GenStage.stop(counter)")
    }

    test("a producer of this node that is killed ends its consumers by their cancel mode") {
      eval(
        """
        modes = for mode <- [:permanent, :transient, :temporary] do
          {:ok, sink} = GenStage.start(Taking, {5, []})
          {:ok, _} = GenStage.sync_subscribe(sink, to: {:numbers, node}, cancel: mode)
          Await.events(sink, 1)
          {mode, sink, Process.monitor(sink)}
        end
        pid = :rpc.call(node, :erlang, :whereis, [:numbers])
        Process.exit(pid, :kill)
        for {mode, sink, ref} <- modes do
          receive do {:DOWN, ^ref, _, _, why} -> {mode, why} after 500 -> {mode, Process.alive?(sink)} end
        end
        """
      ) shouldBe Term.parse("[{permanent,killed},{transient,killed},{temporary,true}]")
    }

    test("a producer of Elixir that dies ends the subscription here, and a new one can follow") {
      eval(
        """
        {:ok, counter} = GenStage.start(Counting, [])
        {:ok, _} = GenStage.sync_subscribe({:sink, node}, to: counter, cancel: :temporary, max_demand: 2)
        Await.until(fn -> length(GenServer.call({:sink, node}, :taken)) >= 3 end)
        Process.exit(counter, :kill)
        {:ok, other} = GenStage.start(Counting, [])
        GenStage.call(other, {:push, [:again]})
        {:ok, _} = GenStage.sync_subscribe({:sink, node}, to: other, cancel: :temporary, max_demand: 2)
        r = Await.until(fn -> :again in GenServer.call({:sink, node}, :taken) end)
        GenStage.stop(other)
        r
        """
      ) shouldBe Atom.TRUE
    }

    test("resubscribing and cancelling from outside do what they do with Elixir's stages") {
      eval(
        """
        {:ok, sink} = GenStage.start_link(Taking, {5, []})
        {:ok, tag} = GenStage.sync_subscribe(sink, to: {:numbers, node}, cancel: :temporary)
        Await.events(sink, 5)
        {:ok, tag2} = GenStage.sync_resubscribe(sink, tag, :again, to: {:numbers, node}, cancel: :temporary)
        Await.until(fn -> {:cancel, :again} in GenServer.call(sink, :taken) end)
        pid = :rpc.call(node, :erlang, :whereis, [:numbers])
        GenStage.cancel({pid, tag2}, :enough)
        r = Await.until(fn -> {:cancel, :enough} in GenServer.call(sink, :taken) end)
        GenStage.stop(sink)
        r
        """
      ) shouldBe Atom.TRUE
    }
  })
