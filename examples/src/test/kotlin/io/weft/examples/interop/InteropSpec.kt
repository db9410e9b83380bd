package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Term
import java.net.InetAddress
import java.net.Socket
import kotlin.random.Random

private const val COOKIE = "interop"
private const val WEFT = "weft@127.0.0.1"

/** Makes random terms of every type in Erlang, so that nothing of ours decides what is tried. */
private val RANDOM_TERMS =
  """
  Pick = fun(N) -> rand:uniform(N) end,
  Term = fun Term(Depth) ->
    Leaves = [
      fun() -> Pick(512) - 257 end,
      fun() -> (Pick(1 bsl 62) - (1 bsl 61)) * Pick(1 bsl 62) end,
      fun() -> (rand:uniform() - 0.5) * math:pow(10, Pick(200) - 100) end,
      fun() -> lists:nth(Pick(6), [ok, '', 'with space', 'h\x{e9}llo', '\x{3b1}\x{3b2}', list_to_atom(lists:duplicate(255, ${'$'}a))]) end,
      fun() -> rand:bytes(Pick(64) - 1) end,
      fun() -> B = rand:bytes(4), L = Pick(7), <<B/binary, 1:L>> end,
      fun() -> [Pick(256) - 1 || _ <- lists:seq(1, Pick(40))] end,
      fun() -> self() end,
      fun() -> make_ref() end,
      fun() -> hd(erlang:ports()) end,
      fun() -> fun lists:map/2 end,
      fun() -> X = Pick(9), fun(Y) -> X + Y end end,
      fun() -> [] end,
      fun() -> {} end,
      fun() -> #{} end
    ],
    Branches = [
      fun() -> list_to_tuple([Term(Depth - 1) || _ <- lists:seq(1, Pick(5))]) end,
      fun() -> [Term(Depth - 1) || _ <- lists:seq(1, Pick(5))] end,
      fun() -> [Term(Depth - 1), Term(Depth - 1) | tail] end,
      fun() -> maps:from_list([{Term(Depth - 1), Term(Depth - 1)} || _ <- lists:seq(1, Pick(5))]) end
    ],
    Choices = case Depth of 0 -> Leaves; _ -> Leaves ++ Branches ++ Branches end,
    (lists:nth(Pick(length(Choices)), Choices))()
  end
  """

/**
 * What an Erlang node can do with the interop node, each as an Erlang programmer would write it.
 */
@EnabledIf(ErlangInstalled::class)
class InteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).hidden(false).build())
      weft.start(interopProcesses())
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT'")
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    fun eval(expression: String): Term = erlang.eval(expression)

    test("is pinged") { eval("net_adm:ping(N)") shouldBe Atom.of("pong") }

    test("echoes thousands of random terms of every type, equal to the last bit") {
      eval(RANDOM_TERMS)
      eval(
        "[T || T <- [Term(4) || _ <- lists:seq(1, 5000)], gen_server:call({echo, N}, T) =/= T]"
      ) shouldBe ListTerm.NIL
    }

    test("sends a term on to a pid, a name of the other node, or {Name, Node}") {
      eval(
        "register(driver, self()), {echo, N} ! {self(), one}, gen_server:cast({echo, N}, {{driver, node()}, two}), " +
          "[receive one -> one end, receive two -> two end]"
      ) shouldBe Term.parse("[one, two]")
    }

    test("keeps large messages amid small ones in order") {
      eval("gen_server:call({collector, N}, clear)") shouldBe Atom.OK
      eval(
        "Big = binary:copy(<<5>>, 10000000), " +
          "[{collector, N} ! case I rem 10 of 0 -> {I, Big}; _ -> {I, small} end || I <- lists:seq(1, 60)], " +
          "[I || {I, _} <- gen_server:call({collector, N}, take, 60000)] =:= lists:seq(1, 60)"
      ) shouldBe Atom.TRUE
      eval("gen_server:call({collector, N}, count)") shouldBe IntTerm(60)
      eval("gen_server:call({collector, N}, clear)") shouldBe Atom.OK
    }

    test("ends with any term as its reason, and is restarted") {
      eval(
        "Exit = fun Exit(R) -> case element(1, element(2, (catch gen_server:call({victim, N}, {exit, R})))) of " +
          "noproc -> Exit(R); Reason -> Reason end end, " +
          "[Exit(R) || R <- [normal, shutdown, {shutdown, x}, kill, {my, [reason | tail], #{ {1} => 2.5}}]]"
      ) shouldBe
        Term.parse("[normal, shutdown, {shutdown, x}, kill, {my, [reason | tail], #{ {1} => 2.5}}]")
    }

    test("answers monitors of absent names and dead pids with noproc") {
      eval(
        "M1 = monitor(process, {nobody, N}), receive {'DOWN', M1, process, {nobody, N}, R1} -> R1 end"
      ) shouldBe Atom.of("noproc")
    }

    test("links, monitors and hears of the ends of an Erlang process") {
      eval("gen_server:call({linker, N}, {trap_exit, true})") shouldBe Atom.FALSE
      eval(
        "P = spawn(fun() -> receive stop -> exit(bye) end end), " +
          "true = gen_server:call({linker, N}, {link, P}), Ref = gen_server:call({linker, N}, {monitor, P}), " +
          "D = monitor(process, P), P ! stop, receive {'DOWN', D, _, _, _} -> ok end, " +
          "lists:sort(gen_server:call({linker, N}, events)) =:= lists:sort([{'EXIT', P, bye}, {'DOWN', Ref, process, P, bye}])"
      ) shouldBe Atom.TRUE
    }

    test("survives races of link and unlink") {
      eval(
        "Race = fun(I) -> Q = spawn(fun() -> process_flag(trap_exit, true), receive stop -> ok end end), " +
          "gen_server:cast({linker, N}, I), true = gen_server:call({linker, N}, {link, Q}), " +
          "spawn(fun() -> Q ! stop end), gen_server:call({linker, N}, {unlink, Q}) end, " +
          "lists:all(fun(R) -> R end, [Race(I) || I <- lists:seq(1, 500)])"
      ) shouldBe Atom.TRUE
    }

    test("sees a node that went away and came back as another") {
      eval(
        "S = spawn(fun() -> receive stop -> ok end end), gen_server:call({linker, N}, {monitor, S}), ok"
      )
      val epmdPort = (weft.network() as DistNetwork).epmdPort
      erlang.close()
      erlang = ErlangNode.start("driver@127.0.0.1", COOKIE, epmdPort)
      eval("N = '$WEFT', net_adm:ping(N)") shouldBe Atom.of("pong")
      eval("element(5, lists:last(gen_server:call({linker, N}, events)))") shouldBe
        Atom.of("noconnection")
    }

    test("refuses to run what nobody provided") {
      eval("rpc:call(N, erlang, halt, [])") shouldBe
        Term.parse("{badrpc, {'EXIT', {undef, [{erlang, halt, [], []}]}}}")
      eval(
        "R = spawn_request(N, erlang, halt, [], [monitor]), receive {spawn_reply, R, ok, P} -> receive {'DOWN', R, process, P, {Why, _}} -> Why end end"
      ) shouldBe Atom.of("undef")
      eval(
        "{P2, R2} = spawn_monitor(N, erlang, halt, []), receive {'DOWN', R2, process, P2, {Why2, _}} -> Why2 end"
      ) shouldBe Atom.of("undef")
      eval(
        "process_flag(trap_exit, true), L = spawn_link(N, erlang, halt, []), receive {'EXIT', L, {Gone, _}} -> process_flag(trap_exit, false), {node(L) =:= N, Gone} end"
      ) shouldBe Term.parse("{true, undef}")
    }

    test("garbage at the port ends only its own connection") {
      val random = Random(1)
      repeat(50) {
        Socket(InetAddress.getLoopbackAddress(), weft.network()!!.port()).use { stranger ->
          stranger.getOutputStream().write(random.nextBytes(random.nextInt(1, 300)))
          stranger.shutdownOutput()
          while (stranger.getInputStream().read() >= 0) {
            // until the node hangs up
          }
        }
      }
      eval("gen_server:call({echo, N}, still_there)") shouldBe Atom.of("still_there")
    }

    test("is there for more than one peer at a time") {
      val epmdPort = (weft.network() as DistNetwork).epmdPort
      val names = (1..3).map { "more$it@127.0.0.1" }
      val peers = names.map { ErlangNode.start(it, COOKIE, epmdPort) }
      try {
        peers.map { it.eval("net_adm:ping('$WEFT')") } shouldContainExactly
          List(3) { Atom.of("pong") }
      } finally {
        peers.forEach { it.close() }
      }
    }
  })
