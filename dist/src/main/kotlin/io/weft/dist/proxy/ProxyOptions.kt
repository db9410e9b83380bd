package io.weft.dist.proxy

import io.weft.term.Atom
import io.weft.wire.proxy.ProxyFrame
import io.weft.wire.seal.SealLimits

/**
 * A node's part in connections that go through other nodes; given to it with
 * [io.weft.dist.DistOptions.Builder.proxy]. Immutable. Without them, the default, a node has none.
 *
 * Where A cannot reach C and both are connected with B, or can be, B passes on what they say: A has
 * a [Builder.route], B a [Builder.transit], C an [Builder.accept]. To A and C it is a connection
 * like any other. All of them are Weft nodes with such options: nothing is asked of those that are
 * not.
 *
 * ## What those between can do
 *
 * A and C agree on keys (X25519) that they prove by a cookie, and seal all they say (AES-256-GCM):
 * who passes it on can neither read nor change, repeat or leave out a part of it without notice. He
 * sees how much is said and when, and can break it off. **Who knows the cookie of A and C can be
 * either of them**, and so sit in the middle: if B, which has the cookie of the cluster, is not to
 * be trusted so far, A and C share one of their own: [Builder.cookie]. Certificates, where nodes
 * use TLS, are checked between neighbours only.
 *
 * ## What it costs those between
 *
 * They keep at most [windowBytes] for each tunnel and direction: a slow C holds up A. On a
 * connection that also carries signals of its own, those and the tunnels go out in turns, each
 * tunnel a small piece at a time.
 *
 * Nodes are named by patterns: `name@host`, `host` for all nodes of a host, `*.zone.example` for
 * all hosts of a domain, `name@*`, and `*` for all nodes.
 */
public class ProxyOptions private constructor(from: Builder) {
  internal val routes: List<Route> = from.routes.toList()
  internal val transits: List<Passing> = from.transits.toList()
  internal val accepted: List<Passing> = from.accepted.toList()
  internal val cookies: Map<String, String> = from.cookies.toMap()
  internal val sealLimits = SealLimits(SealLimits.MOST_RECORDS, from.rekeyBytes)

  /** How many nodes may be passed on the way, for tunnels from here and through here. */
  public val maxHops: Int = from.maxHops

  /** How many tunnels of others may end here or pass through here, in all. */
  public val maxTunnels: Int = from.maxTunnels

  /** The same of those that are asked for over one connection. */
  public val maxTunnelsPerConnection: Int = from.maxTunnelsPerConnection

  /** How many bytes of one tunnel and direction wait here at most. */
  public val windowBytes: Int = from.windowBytes

  /** Who is reached through whom. */
  internal class Route(val to: NodePattern, val via: List<Atom>)

  /** From whom to whom, or through whom. */
  internal class Passing(val from: NodePattern, val to: NodePattern)

  /** Leaves out the cookies. */
  override fun toString(): String =
    "ProxyOptions[${routes.size} routes, ${transits.size} transits, accepts ${accepted.size}, at most $maxHops hops, $maxTunnels tunnels, $windowBytes bytes each]"

  /** Collects options; each setter returns this. */
  public class Builder internal constructor() {
    internal val routes = ArrayList<Route>()
    internal val transits = ArrayList<Passing>()
    internal val accepted = ArrayList<Passing>()
    internal val cookies = LinkedHashMap<String, String>()
    internal var maxHops = DEFAULT_MAX_HOPS
    internal var maxTunnels = DEFAULT_MAX_TUNNELS
    internal var maxTunnelsPerConnection = DEFAULT_MAX_TUNNELS_PER_CONNECTION
    internal var windowBytes = DEFAULT_WINDOW_BYTES
    internal var rekeyBytes = SealLimits.DEFAULT.bytes()

    /**
     * Nodes that fit [to] are reached through the nodes [via], in this order: the first is one that
     * this node connects with, each is connected with the next. After the last, the way is left to
     * the routes of that node; without any, it connects with the wanted node itself.
     *
     * Of several routes for a node each is tried in the order in which they were given, until one
     * leads there. A node with a route is never connected with directly. A route does not count for
     * the first of its own [via], so that it may be given for all nodes.
     *
     * @throws IllegalArgumentException if that is no pattern, or no way
     */
    public fun route(to: String, vararg via: String): Builder = apply {
      require(via.isNotEmpty()) { "a route to $to leads through at least one node" }
      require(via.toSet().size == via.size) { "a route to $to leads twice through the same node" }
      via.forEach { require(isName(it)) { "$it is no name of a node, which is name@host" } }
      routes += Route(NodePattern.of(to), via.map(Atom::of))
    }

    /**
     * Nodes that fit [from] may have what they say passed on by this node to those that fit [to],
     * and through such if they name one. It connects with them if it has to. Without one, the
     * default, it passes nothing on.
     *
     * What is known of a node that is more than one hop away is the word of the hop before: only
     * the two ends have proof.
     */
    public fun transit(from: String, to: String): Builder = apply {
      transits += Passing(NodePattern.of(from), NodePattern.of(to))
    }

    /**
     * Nodes that fit [from] may connect with this one through nodes that fit [through]. Those are
     * all on the way. Without one, the default, nobody may. `DistOptions.allowed` counts besides.
     */
    public fun accept(from: String, through: String = "*"): Builder = apply {
      accepted += Passing(NodePattern.of(from), NodePattern.of(through))
    }

    /**
     * This node and [peer] prove a cookie of their own where they connect through others. By
     * default it is the one that they have without.
     */
    public fun cookie(peer: String, cookie: String): Builder = apply {
      require(isName(peer)) { "$peer is no name of a node, which is name@host" }
      require(cookie.isNotEmpty()) { "the cookie of $peer is empty" }
      cookies[peer] = cookie
    }

    /** Default 4, at most 14. */
    public fun maxHops(hops: Int): Builder = apply {
      require(hops in 1..MOST_HOPS) { "maxHops is 1 to $MOST_HOPS, not $hops" }
      maxHops = hops
    }

    /** Default 256. */
    public fun maxTunnels(tunnels: Int): Builder = apply {
      require(tunnels >= 1) { "maxTunnels is at least 1, not $tunnels" }
      maxTunnels = tunnels
    }

    /** Default 64. */
    public fun maxTunnelsPerConnection(tunnels: Int): Builder = apply {
      require(tunnels >= 1) { "maxTunnelsPerConnection is at least 1, not $tunnels" }
      maxTunnelsPerConnection = tunnels
    }

    /**
     * Default 256 KiB. The node keeps at most twice as much for each of [maxTunnels]. A tunnel
     * carries at most as much in the time that a byte takes to the next hop and back.
     */
    public fun windowBytes(bytes: Int): Builder = apply {
      require(bytes in MIN_WINDOW_BYTES..ProxyFrame.MAX_WINDOW) {
        "windowBytes is $MIN_WINDOW_BYTES to ${ProxyFrame.MAX_WINDOW}, not $bytes"
      }
      windowBytes = bytes
    }

    /** After so many bytes to a peer the key is changed. Default 1 GiB. */
    public fun rekeyBytes(bytes: Long): Builder = apply {
      require(bytes >= 1) { "rekeyBytes is at least 1, not $bytes" }
      rekeyBytes = bytes
    }

    public fun build(): ProxyOptions = ProxyOptions(this)

    private fun isName(node: String) =
      node.split('@').let { it.size == 2 && "" !in it && '*' !in node }
  }

  public companion object {
    private const val DEFAULT_MAX_HOPS = 4
    private const val MOST_HOPS = ProxyFrame.MAX_PATH - 2
    private const val DEFAULT_MAX_TUNNELS = 256
    private const val DEFAULT_MAX_TUNNELS_PER_CONNECTION = 64
    private const val DEFAULT_WINDOW_BYTES = 256 * 1024
    private const val MIN_WINDOW_BYTES = 1024

    @JvmStatic public fun builder(): Builder = Builder()
  }
}

/** Makes [ProxyOptions]. */
public fun proxyOptions(configure: ProxyOptions.Builder.() -> Unit): ProxyOptions =
  ProxyOptions.builder().apply(configure).build()
