package io.weft.dist.proxy

import io.weft.term.Atom

/** Which ways lead to a node, as this node's own routes say. */
internal class ProxyRoutes(private val routes: List<ProxyOptions.Route>) {
  /** Whether there is a way to [node] through others. */
  fun leadTo(node: Atom): Boolean = waysTo(node).any()

  /**
   * The ways to [node]: for each the nodes to pass, at least one, the first of which this node
   * connects with directly.
   */
  fun waysTo(node: Atom): Sequence<List<Atom>> =
    routes.asSequence().filter { it.to.fits(node) }.mapNotNull { way(it, node, setOf(node)) }

  /**
   * The way of one route; null if it begins with the node itself, which is then connected with
   * directly, or turns in a circle. A first node that is itself reached through others has their
   * way put in front.
   */
  private fun way(route: ProxyOptions.Route, node: Atom, passed: Set<Atom>): List<Atom>? {
    val via = route.via.takeWhile { it != node }
    val first = via.firstOrNull() ?: return null
    val further = routes.filter { it.to.fits(first) && it.via.first() != first }
    if (further.isEmpty()) return via
    val beyond = passed + via
    return further.firstNotNullOfOrNull { next ->
      if (next.via.any(beyond::contains)) null else way(next, first, beyond)?.plus(via)
    }
  }
}
