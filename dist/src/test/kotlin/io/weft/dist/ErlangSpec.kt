package io.weft.dist

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.ForeignEpmd
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** Connections with a real Erlang node: how they are made, refused, lost and made again. */
@EnabledIf(ErlangInstalled::class)
class ErlangSpec :
  FunSpec({
    fun TcpWorld.erlang(
      cookie: String = COOKIE,
      hidden: Boolean = false,
      arguments: List<String> = emptyList(),
      name: String = ERLANG,
    ) = ErlangNode.start(name, cookie, epmdPort, hidden, arguments)

    test("with another cookie neither gets through to the other, and the log says why") {
      TcpWorld().use { world ->
        val node = world.start("weft")
        val there = TermActor.start(node, "there")
        world.erlang(cookie = "another").use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pang")
          erlang.eval("{there, '$WEFT'} ! hello, nodes(connected)") shouldBe Term.parse("[]")
          val monitor = there.monitor("init", ERLANG)
          there.next() shouldBe
            Tuple.of(
              Atom.of("DOWN"),
              monitor,
              Atom.of("process"),
              Term.parse("{init, '$ERLANG'}"),
              Atom.of("noconnection"),
            )
          awaited { world.log.lines.count { "cookie" in it } >= 2 }
          world.log.lines.filter { "cookie" in it }.forEach { it shouldContain ERLANG }
        }
      }
    }

    for (hidden in listOf(false, true)) {
      test("a ${if (hidden) "hidden" else "published"} node is listed as such") {
        TcpWorld().use { world ->
          world.start("weft") { hidden(hidden) }
          world.erlang().use { erlang ->
            erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
            erlang.eval("nodes(${if (hidden) "hidden" else "visible"})") shouldBe
              Term.parse("['$WEFT']")
            erlang.eval("nodes(${if (hidden) "visible" else "hidden"})") shouldBe Term.parse("[]")
            erlang.eval(
              "{ok, Names} = net_adm:names({127,0,0,1}), lists:sort([N || {N, _} <- Names])"
            ) shouldBe Term.parse("""["erlang", "weft"]""")
          }
        }
      }
    }

    test("a node without a name of its own gets one from Weft") {
      TcpWorld().use { world ->
        val node = world.start("weft")
        world.erlang(name = "undefined@127.0.0.1").use { erlang ->
          erlang.eval("net_kernel:connect_node('$WEFT')") shouldBe Atom.of("true")
          val name = erlang.eval("node()") as Atom
          name.name() shouldEndWith "@127.0.0.1"
          node.dist.peers() shouldBe setOf(name)
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
        }
      }
    }

    test("each learns of the other's end, and finds the one that comes back under the same name") {
      TcpWorld().use { world ->
        val node = world.start("weft")
        val here = TermActor.start(node)
        repeat(3) {
          world.erlang().use { erlang ->
            val echo = erlang.startEcho()
            here.send(echo, Tuple.of(here.pid, IntTerm(it.toLong())))
            here.next() shouldBe IntTerm(it.toLong())
            val monitor = here.monitor(echo)
            erlang.kill()
            here.next() shouldBe down(monitor, echo, "noconnection")
          }
        }
      }
    }

    test("an Erlang node tells the lives of a Weft node apart") {
      TcpWorld().use { world ->
        world.erlang().use { erlang ->
          erlang.eval("net_kernel:monitor_nodes(true, [{node_type, all}])")
          repeat(3) {
            val node = world.start("weft")
            val there = TermActor.start(node, "there")
            erlang.eval("R$it = monitor(process, {there, '$WEFT'}), register(driver, self())")
            erlang.eval("gen_server:call({there, '$WEFT'}, hello)") shouldBe Atom.of("hello")
            there.send("driver", ERLANG, there.pid)
            erlang.eval("receive P$it when is_pid(P$it) -> unregister(driver) end")
            node.close()
            erlang.eval("receive {'DOWN', R$it, process, _, Why$it} -> Why$it end") shouldBe
              Atom.of("shutdown")
            erlang.eval("receive {nodedown, '$WEFT', _} -> down end") shouldBe Atom.of("down")
          }
          val last = world.start("weft")
          TermActor.start(last, "there")
          erlang.eval("gen_server:call({there, '$WEFT'}, again)") shouldBe Atom.of("again")
          erlang.eval("{'EXIT', {Gone, _}} = (catch gen_server:call(P0, hello)), Gone") shouldBe
            Atom.of("noproc")
        }
      }
    }

    for (short in listOf("weft", "alpha")) {
      val which = if (short > "erlang") "greater" else "lesser"
      test("nodes that connect to each other at once agree on one connection, as the $which name") {
        TcpWorld().use { world ->
          val node = world.start(short) { hidden(true) } // nothing else connects them
          val here = TermActor.start(node, "here")
          world.erlang().use { erlang ->
            erlang.eval(
              "register(there, spawn(fun Loop() -> receive M -> {here, '${node.name().name()}'} ! M, Loop() end end))"
            )
            repeat(Integer.getInteger("weft.rounds", ROUNDS)) { round ->
              erlang.begin("{here, '${node.name().name()}'} ! {theirs, $round}, ok")
              repeat(round % 8 * YIELDS) { Thread.yield() } // a little later each time
              here.self.post { node.address("there", ERLANG).tell(IntTerm(round.toLong())) }
              erlang.result() shouldBe Atom.of("ok")
              withClue("round $round") {
                listOf(here.next(), here.next()) shouldContainExactlyInAnyOrder
                  listOf(Term.parse("{theirs, $round}"), IntTerm(round.toLong()))
              }
              erlang.eval("[N] = nodes(connected), erlang:disconnect_node(N)") shouldBe
                Atom.of("true")
              awaited { node.dist.peers().isEmpty() }
            }
          }
        }
      }
    }

    test("a peer that hangs is given up after the tick time, and a quiet one is not") {
      TcpWorld().use { world ->
        val node = world.start("weft") { tickTime(Duration.ofSeconds(4)) }
        val here = TermActor.start(node)
        world.erlang(arguments = listOf("-kernel", "net_ticktime", "4")).use { erlang ->
          val echo = erlang.startEcho()
          val monitor = here.monitor(echo)
          erlang.eval("timer:sleep(7000)")
          here.isQuiet shouldBe true
          erlang.eval("length(nodes(connected))") shouldBe IntTerm(1)
          erlang.freeze()
          here.next() shouldBe down(monitor, echo, "noconnection")
          erlang.thaw()
          Weft.callTerm(
            node.address("net_kernel", ERLANG),
            Tuple.of(Atom.of("is_auth"), node.name()),
            LONG,
          ) shouldBe Atom.of("yes")
        }
      }
    }

    test("OTP's own epmd serves both, and each finds the other by it") {
      ForeignEpmd.start().use { epmd ->
        TcpWorld(epmd.port).use { world ->
          val node = world.start("weft")
          node.dist.servesEpmd shouldBe false
          world.erlang().use { erlang ->
            erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
            erlang.eval("erlang:disconnect_node('$WEFT')") shouldBe Atom.of("true")
            awaited { node.dist.peers().isEmpty() }
            Weft.callTerm(
              node.address("net_kernel", ERLANG),
              Tuple.of(Atom.of("is_auth"), node.name()),
              LONG,
            ) shouldBe Atom.of("yes")
          }
        }
      }
    }
  })

private const val ROUNDS = 400
private const val YIELDS = 200
private val LONG: Duration = Duration.ofSeconds(30)

private fun down(monitor: Term, who: Term, why: String): Term =
  Tuple.of(Atom.of("DOWN"), monitor, Atom.of("process"), who, Atom.of(why))

/** Starts a process that sends what it gets in `{From, Term}` back, and returns its pid. */
private fun ErlangNode.startEcho() =
  eval("spawn(fun Loop() -> receive {From, Term} -> From ! Term, Loop() end end)") as Pid
