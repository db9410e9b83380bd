package io.weft.examples.interop

import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangNode
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.term.ListTerm

/**
 * A Weft node, an Erlang node that drives it, and another one that is driven in the same way: what
 * the two answer is compared.
 */
internal class BesideOtp(
  private val weftName: String,
  driver: String,
  private val otherName: String,
  cookie: String,
  configure: NodeOptions.Builder.() -> Unit = {},
) : AutoCloseable {
  val weft: Node =
    Node.start(NodeOptions.builder(weftName).cookie(cookie).epmdPort(0).apply(configure).build())
  private val epmd = (weft.network() as DistNetwork).epmdPort
  val erlang = ErlangNode.start(driver, cookie, epmd)
  val other = ErlangNode.start(otherName, cookie, epmd)

  init {
    for (node in listOf(erlang, other)) node.eval("logger:set_primary_config(level, none)")
  }

  /** Loads a module into both Erlang nodes. */
  fun load(source: String) {
    erlang.load(source)
    other.load(source)
  }

  /** Evaluates [expression], with `N` for the node it is about, for both, and compares. */
  fun same(expression: String) {
    val theirs = erlang.eval("(fun(N) -> $expression end)('$otherName')")
    val ours = erlang.eval("(fun(N) -> $expression end)('$weftName')")
    "$expression: $ours" shouldBe "$expression: $theirs"
  }

  /** Applies a fun of the driver that returns a list to both, and compares element by element. */
  fun sameOfEach(function: String) {
    val theirs = erlang.eval("$function('$otherName')") as ListTerm
    val ours = erlang.eval("$function('$weftName')") as ListTerm
    for (i in 0 until theirs.size()) "$i: ${ours[i]}" shouldBe "$i: ${theirs[i]}"
  }

  override fun close() {
    erlang.close()
    other.close()
    weft.close()
  }
}
