package io.weft.examples.interop

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ElixirInstalled
import io.weft.dist.testing.ElixirNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.gen.Intensity
import io.weft.gen.Supervisor
import io.weft.global.Global
import io.weft.node.CallException
import io.weft.node.ErrorException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Weft
import io.weft.pg.ProcessGroups
import io.weft.rpc.Mfa
import io.weft.rpc.Rpc
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val ELIXIR = "elixir@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"
private val WITHIN = Duration.ofSeconds(20)

/** What an Elixir node does with other nodes, done with this one. */
@EnabledIf(ElixirInstalled::class)
class ElixirInteropSpec :
  FunSpec({
    lateinit var world: TcpWorld
    lateinit var weft: Node
    lateinit var elixir: ElixirNode
    lateinit var echo: TermActor

    beforeSpec {
      world = TcpWorld()
      weft = world.start("weft") { hidden(false) }
      echo = TermActor.start(weft, "echo")
      weft
        .functions()
        .provide("Elixir.Shop", "price", 1) { call ->
          when (val what = call.argument(0)) {
            Atom.of("apple") -> IntTerm.of(3)
            else -> throw ErrorException(Tuple.of(Atom.of("unknown"), what), ListTerm.NIL)
          }
        }
        .provide("Elixir.Shop", "tell", 2) { call ->
          call.node().address(call.argument(0, Pid::class.java)).tell(call.argument(1))
          Atom.OK
        }
      elixir = ElixirNode.start(ELIXIR, COOKIE, world.epmdPort)
      elixir.eval("Logger.configure(level: :none); node = :\"$WEFT\"")
      elixir.eval("Node.connect(node)") shouldBe Atom.TRUE
      elixir.eval(
        """
        defmodule Counter do
          use GenServer
          def init(n), do: {:ok, n}
          def handle_call({:add, k}, _from, n), do: {:reply, n + k, n + k}
          def handle_call(:boom, _from, _n), do: raise(ArgumentError, "boom")
          def handle_cast({:set, n}, _), do: {:noreply, n}
          def handle_info({:ping, from}, n), do: (send(from, {:pong, n}); {:noreply, n})
        end
        {:ok, _} = GenServer.start(Counter, 1, name: Counter)
        :ok
        """
      )
    }

    afterSpec {
      elixir.close()
      world.close()
    }

    fun eval(expression: String): Term = elixir.eval(expression)
    fun exitOf(expression: String): Term =
      eval("try do $expression catch kind, why -> {kind, why} end")

    test("a node that connects lists this one, and answers and is answered") {
      eval("Node.list()") shouldBe Term.parse("['$WEFT']")
      eval("Node.ping(node)") shouldBe Atom.of("pong")
      weft.nodes() shouldBe listOf(Atom.of(ELIXIR))
      eval("Node.connect(:\"nobody@127.0.0.1\")") shouldBe Atom.FALSE
    }

    test("GenServer calls, casts and stops a process of this node by its name") {
      eval("GenServer.call({:echo, node}, {:hello, 1})") shouldBe Term.parse("{hello, 1}")
      eval("GenServer.cast({:echo, node}, :cast)") shouldBe Atom.OK
      echo.next() shouldBe Atom.of("cast")
      eval("send({:echo, node}, :sent)") shouldBe Atom.of("sent")
      echo.next() shouldBe Atom.of("sent")
      TermActor.start(weft, "stopped")
      eval("GenServer.stop({:stopped, node})") shouldBe Atom.OK
      weft.whereis(Atom.of("stopped")) shouldBe null
      exitOf("GenServer.call({:nobody, node}, :hello)") shouldBe
        Term.parse("{exit, {noproc, {'Elixir.GenServer', call, [{nobody, '$WEFT'}, hello, 5000]}}}")
      eval("GenServer.multi_call([node], :echo, :many)") shouldBe
        Term.parse("{[{'$WEFT', many}], []}")
    }

    test("this node calls, casts to and monitors a GenServer of Elixir") {
      val counter = weft.address("Elixir.Counter", ELIXIR)
      Weft.callTerm(counter, Term.parse("{add, 4}"), WITHIN) shouldBe IntTerm.of(5)
      counter.cast(Term.parse("{set, 10}"))
      Weft.callTerm(counter, Term.parse("{add, 1}"), WITHIN) shouldBe IntTerm.of(11)
      val here = TermActor.start(weft)
      here.send("Elixir.Counter", ELIXIR, Tuple.of(Atom.of("ping"), here.pid))
      here.next() shouldBe Term.parse("{pong, 11}")
      val monitor = here.monitor("Elixir.Counter", ELIXIR)
      val failed = shouldThrow<CallException> { Weft.callTerm(counter, Atom.of("boom"), WITHIN) }
      val exception = (failed.reason().term() as Tuple)[0] as MapTerm
      exception[Atom.of("__struct__")] shouldBe Atom.of("Elixir.ArgumentError")
      exception[Atom.of("message")] shouldBe Term.parse("<<\"boom\">>")
      (here.next() as Tuple)[1] shouldBe monitor
    }

    test("structs, strings and what else Elixir makes come back as they were") {
      for (value in
        listOf(
          "%URI{host: \"a\", port: 1}",
          "~D[2024-02-29]",
          "DateTime.from_unix!(1)",
          "MapSet.new([1, :two, \"three\"])",
          "1..10//2",
          "[a: 1, b: [c: nil]]",
          "{nil, true, :ok, 'list', \"smörgås\", <<1::3>>, 1.5, 2 ** 80}",
          "%{1 => 1, 1.0 => 2, \"k\" => :v, nil => []}",
          "&String.upcase/1",
          "make_ref()",
          "self()",
          "~r/a+/i",
        )) {
        "$value: " + eval("v = $value; GenServer.call({:echo, node}, v) == v") shouldBe
          "$value: true"
      }
      val uri = eval("%URI{host: \"a\", port: 1}") as MapTerm
      uri[Atom.of("__struct__")] shouldBe Atom.of("Elixir.URI")
      uri[Atom.of("host")] shouldBe Binary.wrap("a".toByteArray())
    }

    test("Process.monitor tells of a process here, by pid and by name") {
      val short = TermActor.start(weft, "short")
      // The call comes behind the monitor, so the process is watched when it ends.
      eval("m = Process.monitor({:short, node}); GenServer.call({:short, node}, :sync)") shouldBe
        Atom.of("sync")
      short.does { stop(ExitReason.of(Atom.of("done"))) }
      eval(
        "receive do {:DOWN, ^m, :process, who, why} -> {who, why} after 9000 -> :nothing end"
      ) shouldBe Term.parse("{{short, '$WEFT'}, done}")
      eval(
        "m = Process.monitor({:short, node}); receive do {:DOWN, ^m, _, _, why} -> why after 9000 -> :nothing end"
      ) shouldBe Atom.of("noproc")
    }

    test("Node.spawn runs what was provided by name; a closure is code that is not here") {
      eval(
        "Node.spawn(node, Shop, :tell, [self(), :spawned]); receive do x -> x after 9000 -> :nothing end"
      ) shouldBe Atom.of("spawned")
      val closure =
        eval(
          "{p, m} = Node.spawn_monitor(node, fn -> 1 end); receive do {:DOWN, ^m, _, ^p, why} -> why after 9000 -> :nothing end"
        )
          as Tuple
      closure[0] shouldBe Atom.of("undef")
      val absent =
        eval(
          "{p, m} = Node.spawn_monitor(node, System, :halt, []); receive do {:DOWN, ^m, _, ^p, why} -> why after 9000 -> :nothing end"
        )
          as Tuple
      absent[0] shouldBe Atom.of("undef")
    }

    test("Task.Supervisor toward this node fails at once, and says why") {
      exitOf("Task.Supervisor.async({Tasks, node}, fn -> 1 end)").toString() shouldContain "noproc"
      val tasks = Supervisor.define("tasks", Intensity(1, Duration.ofSeconds(1))) {}
      weft.start(tasks.named("Elixir.Tasks"))
      val refused = exitOf("Task.Supervisor.async({Tasks, node}, fn -> 1 end)").toString()
      refused shouldNotBe "nothing"
      exitOf("Task.Supervisor.start_child({Tasks, node}, Shop, :price, [:apple])")
        .toString() shouldNotBe "nothing"
      // A task of a provided function is what :erpc is for.
      eval(
        "Task.async(fn -> :erpc.call(node, Shop, :price, [:apple]) end) |> Task.await()"
      ) shouldBe IntTerm.of(3)
    }

    test(":rpc and :erpc reach what was provided, with Elixir's exceptions for the rest") {
      eval(":rpc.call(node, Shop, :price, [:apple])") shouldBe IntTerm.of(3)
      eval(":erpc.call(node, Shop, :price, [:apple])") shouldBe IntTerm.of(3)
      eval(":rpc.multicall([node, node()], :erlang, :node, [])") shouldBe
        Term.parse("{['$WEFT', '$ELIXIR'], []}")
      eval(
        "try do :erpc.call(node, Shop, :price, [:pear]) rescue e in ErlangError -> e.original end"
      ) shouldBe Term.parse("{exception, {unknown, pear}, []}")
      eval("match?({:badrpc, {:EXIT, {:undef, _}}}, :rpc.call(node, System, :cwd!, []))") shouldBe
        Atom.TRUE
      eval(
        ":erpc.cast(node, Shop, :tell, [self(), :cast]); receive do x -> x after 9000 -> :nothing end"
      ) shouldBe Atom.of("cast")
      Rpc.call(
        weft,
        ELIXIR,
        Mfa.of("Elixir.String", "upcase", Binary.wrap("abc".toByteArray())),
        WITHIN,
      ) shouldBe Binary.wrap("ABC".toByteArray())
    }

    test(":global names are the same on both sides") {
      eval(":global.sync()") shouldBe Atom.OK
      eval(":global.register_name(:theirs, Process.whereis(Counter) || self())") shouldBe
        Atom.of("yes")
      awaited { Global.of(weft).whereisName(Atom.of("theirs")) != null }
      Global.of(weft).registerName(Atom.of("ours"), echo.pid).get() shouldBe true
      eval("GenServer.call({:global, :ours}, :by_global_name)") shouldBe Atom.of("by_global_name")
      eval(":global.whereis_name(:ours)") shouldBe echo.pid
    }

    test("a PubSub over a pg scope of its own reaches members of both nodes") {
      val scope = "Elixir.Demo.PubSub"
      val topic = Binary.wrap("room:1".toByteArray())
      val groups = ProcessGroups.of(weft, scope)
      val member = TermActor.start(weft)
      groups.join(topic, member.pid).get()
      eval("{:ok, _} = :pg.start(Demo.PubSub); :pg.join(Demo.PubSub, \"room:1\", self())")
      awaited { groups.members(topic).size == 2 }
      awaited { eval("length(:pg.get_members(Demo.PubSub, \"room:1\"))") == IntTerm.of(2) }
      eval(
        "for pid <- :pg.get_members(Demo.PubSub, \"room:1\"), do: send(pid, {:forward_to_local, \"room:1\", %{event: \"new\"}})"
      )
      member.next() shouldBe
        Tuple.of(Atom.of("forward_to_local"), topic, Term.parse("#{event => <<\"new\">>}"))
      groups.members(topic).forEach { weft.address(it).tell(Atom.of("from_weft")) }
      member.next() shouldBe Atom.of("from_weft")
      eval(
        "receive do {:forward_to_local, _, _} -> receive do x -> x after 9000 -> :nothing end after 9000 -> :nothing end"
      ) shouldBe Atom.of("from_weft")
    }

    test("Node.monitor tells when this node goes, and :net_kernel when it comes") {
      val gone = world.start("gone") { hidden(false) }
      eval("Node.connect(:\"gone@127.0.0.1\")") shouldBe Atom.TRUE
      eval(":net_kernel.monitor_nodes(true); Node.monitor(:\"gone@127.0.0.1\", true)") shouldBe
        Atom.TRUE
      gone.close()
      world.nodes.remove(gone)
      val told =
        (1..2).map {
          eval("receive do {:nodedown, n} -> n after 9000 -> :nothing end")
        }
      told shouldBe List(2) { Atom.of("gone@127.0.0.1") }
      world.start("gone") { hidden(false) }
      eval("Node.connect(:\"gone@127.0.0.1\")") shouldBe Atom.TRUE
      eval("receive do {:nodeup, n} -> n after 9000 -> :nothing end") shouldBe
        Atom.of("gone@127.0.0.1")
    }
  })
