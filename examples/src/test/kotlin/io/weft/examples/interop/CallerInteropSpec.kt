package io.weft.examples.interop

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.etf.Etf
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration
import java.util.Base64

private const val COOKIE = "callers"
private const val WEFT = "weft@127.0.0.1"
private const val ERLANG = "callee@127.0.0.1"
private const val CALLER = "caller@127.0.0.1"
private val LONG = Duration.ofSeconds(20)
private val SHORT = Duration.ofMillis(50)

/**
 * OTP semantics, 2.2: what a caller in Weft sees of a server in Erlang is what a caller in Erlang,
 * on another node, sees of it.
 */
@EnabledIf(ErlangInstalled::class)
class CallerInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var callee: ErlangNode
    lateinit var caller: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      val epmdPort = (weft.network() as DistNetwork).epmdPort
      callee = ErlangNode.start(ERLANG, COOKIE, epmdPort, hidden = true)
      caller = ErlangNode.start(CALLER, COOKIE, epmdPort, hidden = true)
      for (node in listOf(callee, caller)) {
        node.eval("logger:set_primary_config(level, none)")
        node.load(resource("/erlang/callee.erl"))
      }
      callee.eval(
        "Start = fun() -> case whereis(callee) of undefined -> callee:start(); P -> P end end"
      )
    }

    afterSpec {
      listOf(caller, callee).forEach(ErlangNode::close)
      weft.close()
    }

    fun start() = callee.eval("Start()") as Pid

    fun shouldSeeTheSame(server: String, request: String, within: Duration, call: () -> Term) {
      start()
      val theirs = caller.eval("callee:why($server, $request, ${within.toMillis()})")
      start()
      withClue("$request to $server") { call() shouldBe theirs }
    }

    for (request in
      listOf(
        "{reply, [any, {term}]}",
        "reply_to_pid",
        "{stop, normal}",
        "{stop, shutdown}",
        "{stop, {shutdown, x}}",
        "{stop, {my, [reason]}}",
        "{stop, normal, bye}",
        "{exit, bye}",
        "{exit, normal}",
        "crash",
        "throw",
        "bad_return",
        "kill",
        "disconnect",
      )) {
      test("2.2 a server that does $request") {
        val term = Term.parse(request)
        val byName = weft.address("callee", ERLANG)
        shouldSeeTheSame("{callee, '$ERLANG'}", request, LONG) {
          outcome { Weft.callTerm(byName, term, LONG) }
        }
        shouldSeeTheSame("{callee, '$ERLANG'}", request, LONG) {
          val pid = start()
          outcome { Weft.callTerm(weft.address(pid), term, LONG) }
        }
      }
    }

    test("2.2 a server that keeps silent, or is not there, or whose node is not") {
      val silence = Atom.of("silence")
      fun check(server: String, address: Address<Term>, within: Duration) =
        shouldSeeTheSame(server, "silence", within) {
          outcome { Weft.callTerm(address, silence, within) }
        }
      check("{callee, '$ERLANG'}", weft.address("callee", ERLANG), SHORT)
      check("{nobody, '$ERLANG'}", weft.address("nobody", ERLANG), LONG)
      check("{callee, 'no@127.0.0.1'}", weft.address("callee", "no@127.0.0.1"), LONG)
      val dead =
        callee.eval(
          "{Dead, M} = spawn_monitor(fun() -> ok end), receive {'DOWN', M, _, _, _} -> Dead end"
        ) as Pid
      val theirs = caller.eval("callee:why(${literal(dead)}, silence, ${LONG.toMillis()})")
      outcome { Weft.callTerm(weft.address(dead), silence, LONG) } shouldBe theirs
    }
  })

private fun literal(pid: Pid) =
  "binary_to_term(base64:decode(\"${Base64.getEncoder().encodeToString(Etf.encode(pid))}\"))"

/** `{reply, Value}` or `{exit, Why}`, as the module `callee` has it. */
private fun outcome(call: () -> Term): Term =
  try {
    Tuple.of(Atom.of("reply"), call())
  } catch (failed: CallException) {
    Tuple.of(Atom.of("exit"), withoutStack(failed.reason().term()))
  }

private fun withoutStack(reason: Term): Term {
  val stack = (reason as? Tuple)?.takeIf { it.arity() == 2 }?.get(1) as? ListTerm ?: return reason
  val first = stack.elements().firstOrNull() as? Tuple ?: return reason
  return if (first.arity() == 4) Tuple.of(reason[0], Atom.of("stack")) else reason
}
