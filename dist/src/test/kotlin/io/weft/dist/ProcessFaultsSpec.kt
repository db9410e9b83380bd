package io.weft.dist

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.OsProcess
import io.weft.dist.testing.Relay
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.WeftProcess
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"
private const val HERE = "here@127.0.0.1"
private const val TICK_SECONDS = 2L
private val TICK: Duration = Duration.ofSeconds(TICK_SECONDS)
private val LONG: Duration = Duration.ofSeconds(30)

/**
 * OTP semantics, 1.1 to 1.5 and 5, when processes of the operating system and connections between
 * them fail for real: a Weft node and an Erlang node, each a process of its own, and one node here.
 */
@EnabledIf(ErlangInstalled::class)
class ProcessFaultsSpec :
  FunSpec({
    test("a node that is stopped for too long is given up, learns of it, and is found again") {
      Trio().use { trio ->
        trio.connectAll()
        trio.weft.freeze()
        trio.bothHearOf("noconnection")
        trio.weft.thaw()
        trio.weft.line("down ") shouldContain "noconnection"
        trio.weft.line("down ") shouldContain "noconnection"
        trio.allReachEachOther()
        trio.weft.linesSoFar("down ") shouldBe emptyList()
      }
    }

    test("a node that is killed is missed at once, and its next life is not taken for it") {
      Trio().use { trio ->
        trio.connectAll()
        val before = trio.node.peer(Atom.of(WEFT))!!.creation()
        trio.weft.kill()
        trio.bothHearOf("noconnection")
        trio.restartWeft()
        trio.allReachEachOther()
        (trio.node.peer(Atom.of(WEFT))!!.creation() == before) shouldBe false
      }
    }

    test("a second node of a name does not start, and the first one does not notice") {
      Trio().use { trio ->
        trio.connectAll()
        WeftProcess.launch(WEFT, trio.world.epmdPort, TICK).use { second ->
          second.awaitEnd().joinToString("\n") shouldContain "registered already"
        }
        shouldThrow<IllegalStateException> {
          ErlangNode.start(ERLANG, COOKIE, trio.world.epmdPort).use {}
        }
        trio.allReachEachOther()
        trio.here.isQuiet shouldBe true
        trio.weft.linesSoFar("down ") shouldBe emptyList()
      }
    }

    test("a node whose cookie changes keeps its connections, makes none, and does so again") {
      Trio().use { trio ->
        trio.connectAll()
        trio.erlang.eval("erlang:set_cookie(another)")
        trio.allReachEachOther()
        trio.erlang.eval("[erlang:disconnect_node(N) || N <- nodes(connected)]")
        trio.here.next() shouldBe trio.downOf(ERLANG, "noconnection")
        trio.weft.line("down ") shouldContain "noconnection"
        trio.erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pang")
        trio.here.monitor("keeper", ERLANG)
        trio.here.next().toString() shouldContain "noconnection"
        trio.erlang.eval("erlang:set_cookie('$COOKIE')")
        trio.allReachEachOther()
      }
    }

    for ((caller, target) in listOf(true to false, false to true, true to true)) {
      val what =
        if (caller && target) "both hear nothing"
        else if (caller) "only we are heard by nobody" else "only we hear nobody"
      test("a connection that is half open is given up by both: $what") {
        Relayed().use { it.isGivenUp { relay -> relay.silence(caller, target) } }
      }
    }

    test("a connection that is reset is given up by both at once, and made again") {
      Relayed().use { it.isGivenUp(Relay::reset) }
    }

    test("what arrives before a reset is what was sent, without a gap") {
      Relayed().use { relayed ->
        repeat(5) { round -> relayed.loseTheEndOfAStream(round) }
      }
    }
  })

/** A Weft node and an Erlang node in processes of their own, and one here. */
private class Trio : AutoCloseable {
  val world = TcpWorld()
  var weft: OsProcess = WeftProcess.start(WEFT, world.epmdPort, TICK)
  val erlang = erlang(world)
  val node: Node = world.start("here") { tickTime(TICK) }
  val here = TermActor.start(node, "here")
  private val monitors = HashMap<String, Term>()

  /** Each monitors a process of each other one. */
  fun connectAll() {
    erlang.eval("register(keeper, self()), R = monitor(process, {keeper, '$WEFT'}), ok")
    monitors[WEFT] = here.monitor("keeper", WEFT)
    monitors[ERLANG] = here.monitor("keeper", ERLANG)
    weftWatches("keeper", ERLANG)
    weftWatches("here", HERE)
    allReachEachOther()
  }

  private fun weftWatches(name: String, node: String) {
    ask("keeper", WEFT, Term.parse("{watch, {$name, '$node'}}"))
  }

  private fun ask(name: String, at: String, request: Term) =
    Weft.callTerm(node.address(name, at), request, LONG)

  fun bothHearOf(why: String) {
    erlang.eval("receive {'DOWN', R, process, _, Why} -> Why end") shouldBe Atom.of(why)
    here.next() shouldBe downOf(WEFT, why)
  }

  /** What is heard here of the keeper of a node. */
  fun downOf(node: String, why: String): Term =
    Tuple.of(
      Atom.of("DOWN"),
      monitors.getValue(node),
      Atom.of("process"),
      Term.parse("{keeper, '$node'}"),
      Atom.of(why),
    )

  fun allReachEachOther() {
    ask("keeper", WEFT, IntTerm(1)) shouldBe IntTerm(1)
    ask("net_kernel", ERLANG, Tuple.of(Atom.of("is_auth"), node.name())) shouldBe Atom.of("yes")
    erlang.eval("gen_server:call({keeper, '$WEFT'}, hello)") shouldBe Atom.of("hello")
    erlang.eval("gen_server:call({here, '$HERE'}, hello)") shouldBe Atom.of("hello")
  }

  fun restartWeft() {
    weft = WeftProcess.start(WEFT, world.epmdPort, TICK)
  }

  override fun close() {
    weft.close()
    erlang.close()
    world.close()
  }
}

private fun erlang(world: TcpWorld) =
  ErlangNode.start(
    ERLANG,
    COOKIE,
    world.epmdPort,
    arguments = listOf("-kernel", "net_ticktime", "$TICK_SECONDS"),
  )

/** A node here that reaches an Erlang node through a relay. */
private class Relayed : AutoCloseable {
  private val world = TcpWorld()
  private val erlang = erlang(world)
  private val port = erlang.eval("{port, P, _} = erl_epmd:port_please(\"erlang\", {127,0,0,1}), P")
  private val relay = Relay((port as IntTerm).value().toInt())
  private val node =
    world.start("here", distOptions { route(ERLANG, "127.0.0.1", relay.port) }) { tickTime(TICK) }
  private val here = TermActor.start(node, "here")

  fun isGivenUp(fault: (Relay) -> Unit) {
    val monitor = here.monitor("init", ERLANG)
    awaitPeer()
    erlang.eval("R = monitor(process, {here, '$HERE'}), ok")
    fault(relay)
    erlang.eval("receive {'DOWN', R, process, _, Why} -> Why end") shouldBe Atom.of("noconnection")
    here.next() shouldBe
      Tuple.of(
        Atom.of("DOWN"),
        monitor,
        Atom.of("process"),
        Term.parse("{init, '$ERLANG'}"),
        Atom.of("noconnection"),
      )
    relay.silence(caller = false, target = false)
    Weft.callTerm(
      node.address("net_kernel", ERLANG),
      Tuple.of(Atom.of("is_auth"), node.name()),
      LONG,
    ) shouldBe Atom.of("yes")
    here.isQuiet shouldBe true
  }

  private fun awaitPeer() {
    Weft.callTerm(
      node.address("net_kernel", ERLANG),
      Tuple.of(Atom.of("is_auth"), node.name()),
      LONG,
    )
  }

  suspend fun loseTheEndOfAStream(round: Int) {
    awaitPeer()
    erlang.eval("catch register(keeper, self()), R$round = monitor(process, {here, '$HERE'}), ok")
    val monitor = here.monitor("keeper", ERLANG)
    val load = Term.parse("<<\"${"x".repeat(LOAD_BYTES)}\">>")
    here.does {
      val keeper = node().address("keeper", ERLANG)
      for (i in 1L..STREAM) keeper.tell(Tuple.of(Atom.of("n"), IntTerm(i), load))
    }
    erlang.eval("receive {n, 1, _} -> ok end")
    relay.reset()
    (here.next() as Tuple)[1] shouldBe monitor
    awaited { node.dist.peers().isEmpty() }
    erlang.eval("receive {'DOWN', R$round, process, _, _} -> ok end")
    val heard =
      erlang.eval(
        "(fun Take(N) -> receive {n, M, _} -> M = N + 1, Take(M) after 0 -> N end end)(1)"
      )
    ((heard as IntTerm).value() in 1L..STREAM) shouldBe true
  }

  override fun close() {
    erlang.close()
    world.close()
    relay.close()
  }

  private companion object {
    const val STREAM = 2000L
    const val LOAD_BYTES = 1000
  }
}
