package io.weft.examples.interop

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.term.Atom

private const val COOKIE = "signals"

/** Of each kind; `-Dweft.seeds=N` makes it more. */
private val RANDOM_SCRIPTS = java.lang.Long.getLong("weft.seeds", 25)
private const val WEFT = "weft@127.0.0.1"
private const val OTHER_WEFT = "weft2@127.0.0.1"
private const val DIRECTOR = "director@127.0.0.1"
private const val ERLANG = "erlang@127.0.0.1"
private const val OTHER_ERLANG = "erlang2@127.0.0.1"

/**
 * OTP semantics, section 1: the same scripts run by processes of two Erlang nodes, by processes of
 * Weft, and by some of each; the outcomes are the same to the last term. The module `puppets` tells
 * what a script can say.
 *
 * A script whose puppets are all `near` runs on one node of each kind; one with `far` puppets runs
 * on two, in every combination. An Erlang node of its own directs them.
 */
@EnabledIf(ErlangInstalled::class)
class SignalInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var otherWeft: Node
    lateinit var director: ErlangNode
    val erlangs = ArrayList<ErlangNode>()

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      val epmdPort = (weft.network() as DistNetwork).epmdPort
      otherWeft =
        Node.start(NodeOptions.builder(OTHER_WEFT).cookie(COOKIE).epmdPort(epmdPort).build())
      listOf(weft, otherWeft).forEach(Puppeteer::start)
      val module = resource("/erlang/puppets.erl")
      for (name in listOf(DIRECTOR, ERLANG, OTHER_ERLANG)) {
        // hidden, so that global does not mend what a script cuts
        val node = ErlangNode.start(name, COOKIE, epmdPort, hidden = true)
        erlangs.add(node)
        node.eval("logger:set_primary_config(level, none)")
        node.load(module)
      }
      director = erlangs.first()
      director.eval(
        """
        Erlang = fun() -> spawn('$ERLANG', puppets, loop, [[]]) end,
        OtherErlang = fun() -> spawn('$OTHER_ERLANG', puppets, loop, [[]]) end,
        Weft = fun() -> gen_server:call({puppeteer, '$WEFT'}, start) end,
        OtherWeft = fun() -> gen_server:call({puppeteer, '$OTHER_WEFT'}, start) end,
        Reference = #{near => Erlang, far => OtherErlang},
        Local = [{weft, #{near => Weft}}],
        Distributed = [
          {weft_to_erlang, #{near => Weft, far => Erlang}},
          {erlang_to_weft, #{near => Erlang, far => Weft}},
          {weft_to_weft, #{near => Weft, far => OtherWeft}}
        ],
        ok
        """
      )
    }

    afterSpec {
      erlangs.forEach(ErlangNode::close)
      listOf(otherWeft, weft).forEach(Node::close)
    }

    fun outcomeIsThatOfErlang(script: String) {
      val placements = if ("far" in script) "Distributed" else "Local"
      director.eval("puppets:compare({$script}, Reference, $placements)") shouldBe Atom.of("same")
    }

    for ((rule, scripts) in SIGNAL_SCRIPTS) {
      test(rule) { scripts.forEach(::outcomeIsThatOfErlang) }
    }

    for (home in listOf("near", "far")) {
      test("random programs whose other puppets are $home") {
        for (seed in 0L until RANDOM_SCRIPTS) {
          val script = randomScript(seed, home)
          withClue("seed $seed: $script") { outcomeIsThatOfErlang("unordered, {$script}") }
        }
      }
    }
  })

internal fun resource(path: String): String =
  checkNotNull(SignalInteropSpec::class.java.getResource(path)) { "no $path" }.readText()
