package io.weft.dist

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.dist
import io.weft.etf.Etf
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.MessageTooLargeException
import io.weft.node.Node
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import java.time.Duration

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"
private const val LIMIT = 100_000
private val LONG = Duration.ofSeconds(30)
private val LARGE: Term = Terms.binary("x".repeat(LIMIT))

private fun told(what: Term) =
  Term.parse("{system_limit, {message_size, ${Etf.externalSize(what)}, $LIMIT}}")

/** What is too large for a connection with a real Erlang node never touches it. */
@EnabledIf(ErlangInstalled::class)
class MessageSizeSpec :
  FunSpec({
    fun besideErlang(test: Neighbours.() -> Unit) =
      TcpWorld().use { world ->
        val node = world.start("weft") { maxMessageBytes(LIMIT) }
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { erlang ->
          erlang.eval(
            "net_kernel:monitor_nodes(true, [{node_type, all}]), register(driver, self())"
          )
          Neighbours(node, erlang).apply {
            test()
            // the connection is still the first one
            node.dist.peers() shouldBe setOf(Atom.of(ERLANG))
            erlang.eval(
              "receive {nodeup, '$WEFT', _} -> receive {nodedown, _, _} -> down after 0 -> up end end"
            ) shouldBe Atom.of("up")
          }
        }
      }

    test("messages before and after one that is too large arrive in order") {
      besideErlang {
        here.send("driver", ERLANG, IntTerm(1))
        val refused = shouldThrow<MessageTooLargeException> { here.send("driver", ERLANG, LARGE) }
        refused.size() shouldBe Etf.externalSize(LARGE)
        refused.limit() shouldBe LIMIT.toLong()
        refused.message shouldContain "{driver,'$ERLANG'}"
        here.send("driver", ERLANG, IntTerm(2))
        here.send("driver", ERLANG, Terms.binary("y".repeat(LIMIT - 6)))
        here.send("driver", ERLANG, IntTerm(3))
        erlang.eval("Next = fun() -> receive M when not is_tuple(M) -> M end end, ok")
        erlang.eval("[Next(), Next(), byte_size(Next()), Next()]") shouldBe
          Term.parse("[1, 2, ${LIMIT - 6}, 3]")
        node.messagesTooLarge() shouldBe 1
      }
    }

    test("a call that is too large fails at once") {
      besideErlang {
        here.send("driver", ERLANG, Atom.of("hello"))
        erlang.eval("receive hello -> ok end")
        val failure =
          shouldThrow<CallException> { Weft.callTerm(node.address("driver", ERLANG), LARGE, LONG) }
        (failure.reason().term() as Tuple)[0] shouldBe Atom.of("system_limit")
        node.dist.liveSession(Atom.of(ERLANG))?.size() shouldBe 0
      }
    }

    test("a reply that is too large is an error to its caller, and the server goes on") {
      besideErlang {
        val server = TermActor.start(node, "server")
        erlang.eval("Large = binary:copy(<<\$x>>, $LIMIT), ok")
        erlang.eval(
          "{error, {system_limit, {message_size, Size, $LIMIT}}} = " +
            "gen_server:call({server, '$WEFT'}, Large), Size > $LIMIT"
        ) shouldBe Atom.TRUE
        erlang.eval("gen_server:call({server, '$WEFT'}, hello)") shouldBe Atom.of("hello")
        node.isAlive(server.pid) shouldBe true
      }
    }

    test("an exit reason that is too large is replaced for links and monitors in Erlang") {
      besideErlang {
        for ((i, reason) in listOf(LARGE, Tuple.of(Atom.of("shutdown"), LARGE)).withIndex()) {
          val ending = TermActor.start(node, "ending")
          erlang.eval("process_flag(trap_exit, true), M$i = monitor(process, {ending, '$WEFT'})")
          here.send("driver", ERLANG, ending.pid)
          erlang.eval("P$i = receive Pid$i when is_pid(Pid$i) -> Pid$i end, link(P$i)")
          erlang.eval("gen_server:call({ending, '$WEFT'}, linked)") shouldBe Atom.of("linked")
          ending.self.post { ending.self.stop(ExitReason.of(reason)) }
          val expected = if (reason is Tuple) Tuple.of(reason[0], told(reason)) else told(reason)
          erlang.eval("receive {'EXIT', P$i, R$i} -> R$i end") shouldBe expected
          erlang.eval("receive {'DOWN', M$i, process, _, D$i} -> D$i end") shouldBe expected
        }
      }
    }
  })

private class Neighbours(val node: Node, val erlang: ErlangNode) {
  val here = TermActor.start(node)
}
