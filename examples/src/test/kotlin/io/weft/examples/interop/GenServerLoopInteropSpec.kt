package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.term.Atom

private const val COOKIE = "loops"
private const val WEFT = "weft@127.0.0.1"
private const val ERLANG = "erlang@127.0.0.1"
private const val DIRECTOR = "director@127.0.0.1"

/**
 * OTP semantics, 2.3 and 2.4: servers that do what scripts say, in Erlang and in Weft. Their
 * director sees the same of both: what they handle in which order, what they reply, how they end,
 * and what their parents hear. The module `servers` tells what a script can say.
 */
@EnabledIf(ErlangInstalled::class)
class GenServerLoopInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var director: ErlangNode
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      ServerParents.start(weft)
      val epmdPort = (weft.network() as DistNetwork).epmdPort
      director = ErlangNode.start(DIRECTOR, COOKIE, epmdPort)
      erlang = ErlangNode.start(ERLANG, COOKIE, epmdPort)
      for (node in listOf(director, erlang)) {
        node.eval("logger:set_primary_config(level, none)")
        node.load(resource("/erlang/servers.erl"))
      }
      director.eval(
        """
        Erlang = fun() -> spawn('$ERLANG', servers, parent, [[]]) end,
        Weft = fun() -> gen_server:call({server_parents, '$WEFT'}, start) end,
        ok
        """
      )
    }

    afterSpec {
      listOf(director, erlang).forEach(ErlangNode::close)
      weft.close()
    }

    for ((rule, scripts) in SERVER_SCRIPTS) {
      test(rule) {
        scripts.forEach {
          director.eval("servers:compare({$it}, Erlang, Weft)") shouldBe Atom.of("same")
        }
      }
    }

    test("2.3 a name that is taken, and one that a failed start has freed") {
      director.eval(
        """
        Named = fun(New) ->
          Start = fun(Begin) ->
            Parent = New(), Ref = make_ref(), Parent ! {start, self(), Ref, named, false, Begin},
            receive {Ref, Answer} -> {Parent, Answer} end end,
          {_, Failed} = Start({stop, over}), {_, Ignored} = Start(ignore),
          {Parent, {ok, Server}} = Start(ok), {_, {error, {already_started, Holder}}} = Start(ok),
          exit(Parent, kill), {Failed, Ignored, Server =:= Holder} end, ok
        """
      )
      director.eval("Named(Weft)") shouldBe director.eval("Named(Erlang)")
    }
  })

/** The rules of 2.3 and 2.4, each with scripts that show it. */
private val SERVER_SCRIPTS: Map<String, List<String>> = buildMap {
  fun rule(name: String, vararg scripts: String) {
    check(put(name, scripts.asList()) == null) { "two rules $name" }
  }

  /** For a server that traps exits, and one that does not. */
  fun both(begin: String, steps: String) =
    arrayOf("$begin, false, [$steps]", "$begin, true, [$steps]")

  // --- 2.3 start

  for (begin in
    listOf(
      "ignore",
      "{stop, normal}",
      "{stop, {my, reason}}",
      "{stop, shutdown}",
      "{exit, bye}",
      "{exit, normal}",
      "crash",
    )) {
    rule("2.3 a start that ends with $begin, and what its parent hears", *both(begin, ""))
  }

  rule(
    "2.3 init may go on, wait for a timeout, or hibernate",
    *both("{ok, {continue, {c, noreply}}}", "{call, 1, {reply, a}}"),
    *both("{ok, {continue, {c, {noreply, {continue, {d, noreply}}}}}}", "{call, 1, {reply, a}}"),
    *both("{ok, {continue, {c, {stop, over}}}}", "{call, 1, {reply, a}}"),
    *both("{ok, {continue, {c, crash}}}", "{call, 1, {reply, a}}"),
    *both("{ok, {'after', 0}}", "{await, timeout}"),
    *both("{ok, {'after', 30}}", "{await, timeout}, {call, 1, {reply, a}}"),
    *both("{ok, hibernate}", "{call, 1, {reply, a}}"),
  )

  // --- 2.4 loop

  rule(
    "2.4 each kind of message, replies now and later",
    *both(
      "ok",
      """
      {call, 1, {reply, {a, [term]}}}, {cast, 2, noreply}, {info, 3, noreply}, {some, other, message},
      {call, 4, noreply}, {call, 5, noreply}, {cast, 6, {reply_to, 5, five}}, {info, 7, {reply_to, 4, four}},
      {call, 8, {reply, a, hibernate}}, {cast, 9, {noreply, hibernate}}, {call, 10, {reply, last}}
      """,
    ),
  )

  rule(
    "2.4 continue runs before any message, even those already queued",
    *both(
      "ok",
      """
      {queue, [{call, 1, {reply, a, {continue, {c1, {noreply, {continue, {c2, noreply}}}}}}}, {cast, 2, noreply}]},
      {queue, [{cast, 3, {noreply, {continue, {c3, {stop, over}}}}}, {call, 4, {reply, b}}, {cast, 5, noreply}]}
      """,
    ),
    *both("ok", "{queue, [{info, 1, {noreply, {continue, {c, crash}}}}, {call, 2, {reply, b}}]}"),
  )

  rule(
    "2.4 a timeout of 0 fires only if the mailbox is empty",
    *both(
      "ok",
      """
      {queue, [{cast, 1, {noreply, {'after', 0}}}, {cast, 2, {noreply, {'after', 0}}}, {cast, 3, {noreply, {'after', 0}}}]},
      {await, timeout}
      """,
    ),
  )

  rule(
    "2.4 every message cancels a timeout",
    *both(
      "ok",
      """
      {queue, [{cast, 1, {noreply, {'after', 20}}}, {cast, 2, noreply}, {cast, 3, {noreply, {'after', 60}}}]},
      {await, timeout}, {call, 4, {reply, a, {'after', 20}}}, {await, timeout}, {call, 5, {reply, b}}
      """,
    ),
  )

  rule(
    "2.4 a system message restarts a timeout from its full value",
    *both("ok", "{cast, 1, {noreply, {'after', 800}}}, {system_messages, 1200}, {await, timeout}"),
  )

  for (reason in listOf("normal", "shutdown", "{shutdown, x}", "{my, [reason]}")) {
    rule(
      "2.4 stop with $reason: terminate, then the reply, then the end; what is left is not handled",
      *both(
        "ok",
        "{queue, [{call, 1, {stop, $reason, bye}}, {call, 2, {reply, a}}, {cast, 3, noreply}]}",
      ),
      *both(
        "ok",
        "{queue, [{call, 1, noreply}, {call, 2, {stop, $reason}}, {call, 3, {reply, a}}]}",
      ),
      *both("ok", "{queue, [{cast, 1, {stop, $reason}}, {call, 2, {reply, a}}]}"),
      *both("ok", "{info, 1, {exit, $reason}}"),
      *both("ok", "{call, 1, {exit, $reason}}"),
      *both("ok", "{call, 1, noreply}, {stop, $reason}"),
    )
    rule(
      "2.4 an exit signal with $reason, of the parent and of others",
      *both("ok", "{exit, $reason}, {call, 1, {reply, a}}"),
      *(if (reason == "normal") arrayOf("ok, true, [{parent, normal}]")
      else both("ok", "{call, 1, noreply}, {parent, $reason}")),
    )
  }

  rule(
    "2.4 a crash terminates with reason and stack",
    *both("ok", "{queue, [{call, 1, noreply}, {call, 2, crash}, {call, 3, {reply, a}}]}"),
    *both("ok", "{queue, [{cast, 1, crash}, {call, 2, {reply, a}}]}"),
  )

  rule("2.4 kill does not let it terminate", *both("ok", "{call, 1, noreply}, {exit, kill}"))

  rule(
    "2.4 stop of one that has ended, and of one that ends otherwise",
    *both("ok", "{cast, 1, {stop, over}}, {stop, normal}"),
    *both("ok", "{queue, [{cast, 1, {stop, over}}]}, {stop, {my, reason}}"),
  )
}
