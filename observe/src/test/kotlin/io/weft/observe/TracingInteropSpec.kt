package io.weft.observe

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

private const val COOKIE = "traced"
private const val WEFT = "traced@127.0.0.1"
private const val ERLANG = "tracer@127.0.0.1"

/** A message that somebody is to send back. */
private const val RELAY =
  "fun Loop() -> receive {To, Message} -> To ! {self(), Message}, Loop() end end"

/** A new process sends a traced message to a relay; the token that comes back with the answer. */
private fun traced(relay: String) =
  """
  (fun() ->
    Me = self(),
    spawn(fun() ->
      seq_trace:set_token(label, {my, "label"}),
      seq_trace:set_token(send, true),
      seq_trace:set_token(timestamp, true),
      $relay ! {self(), hi},
      Token = receive {_, hi} -> seq_trace:get_token() after 10000 -> timeout end,
      seq_trace:set_token([]),
      Me ! {token, Token}
    end),
    receive {token, Token} -> Token end
  end)()
  """

/** Trace tokens against a real Erlang node. */
@EnabledIf(ErlangInstalled::class)
class TracingInteropSpec :
  FunSpec({
    val spans = Spans()
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    val relay =
      Behavior<Term> { self, message ->
        val (to, content) = (message as Tuple).let { it.get(0) as Pid to it.get(1) }
        self.node().address(to).tell(Tuple.of(self.pid(), content))
      }

    fun begin(observed: Boolean) {
      val options = NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0)
      if (observed) options.observer(Tracing(spans.telemetry))
      weft = Node.start(options.build())
      erlang =
        ErlangNode.start(ERLANG, COOKIE, (weft.network() as DistNetwork).epmdPort, hidden = true)
      weft.spawn(Blueprint.of("relay") { relay }.codec(TermCodec.identity()).named("relay"))
      erlang.eval("pong = net_adm:ping('$WEFT'), register(relay, spawn($RELAY))")
    }

    fun end() {
      erlang.close()
      weft.close()
      spans.clear()
    }

    for (observed in listOf(false, true)) {
      test(
        "a token of seq_trace comes back from a process of Weft as from one of Erlang, observed: $observed"
      ) {
        begin(observed)
        try {
          val theirs = erlang.eval(traced("relay")) as Tuple
          val ours = erlang.eval(traced("{relay, '$WEFT'}")) as Tuple
          for (place in listOf(0, 1, 2, 4)) ours.get(place) shouldBe theirs.get(place)
          ours.get(3) shouldBe weft.whereis(Atom.of("relay"))
        } finally {
          end()
        }
      }
    }

    test("a process of Weft that gets a message without a token has none any more") {
      begin(false)
      try {
        erlang.eval(traced("{relay, '$WEFT'}"))
        erlang.eval(
          "seq_trace:set_token([]), {relay, '$WEFT'} ! {self(), hi}, receive {_, hi} -> seq_trace:get_token() end"
        ) shouldBe Terms.list()
      } finally {
        end()
      }
    }

    test("a trace goes on behind a process of Erlang") {
      begin(true)
      try {
        val sink =
          weft.spawn(
            Blueprint.of("sink") { Behavior<Term> { _, _ -> } }.codec(TermCodec.identity())
          )
        val outer = spans.telemetry.getTracer("test").spanBuilder("request").startSpan()
        outer.makeCurrent().use {
          weft.address("relay", ERLANG).tell(Tuple.of(checkNotNull(sink.pid()), IntTerm.of(1)))
        }
        outer.end()
        spans.awaitNames(
          "request" to null,
          "send term" to "request",
          "handle term" to "send term", // by way of Erlang
        )
        spans.named("handle term").traceId shouldBe outer.spanContext.traceId
      } finally {
        end()
      }
    }
  })
