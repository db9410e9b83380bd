package io.weft.dist

import io.weft.dist.compression.CompressionOptions
import io.weft.dist.discovery.Discovery
import io.weft.dist.discovery.NodeLocation
import io.weft.dist.discovery.StaticDiscovery
import io.weft.dist.proxy.ProxyOptions
import io.weft.dist.tls.TlsOptions
import io.weft.dist.transport.NioTransport
import io.weft.dist.transport.Transport
import io.weft.runtime.Seams
import java.time.Duration

/**
 * How a node is on the network, beyond what [io.weft.node.NodeOptions] says: what only this module
 * understands. Given to a [DistNetworkProvider], which goes into the node's options. Immutable.
 *
 * ```
 * NodeOptions.builder("shop@10.0.0.7")
 *   .cookie("secret")
 *   .networkProvider(DistNetworkProvider(distOptions { tls(tlsOptions { trust(TlsTrust.pem(ca)) }) }))
 * ```
 */
public class DistOptions private constructor(from: Builder) {
  /** How connections with other nodes are protected; null, the default, for not at all. */
  public val tls: TlsOptions? = from.tls

  /** How what goes to Weft nodes is compressed; null, the default, for not at all. */
  public val compression: CompressionOptions? = from.compression

  /** Its part in connections through other nodes; null, the default, for none. */
  public val proxy: ProxyOptions? = from.proxy

  /**
   * Whether the node registers with EPMD, and asks it for nodes that nothing else knows. Default
   * true.
   */
  public val epmd: Boolean = from.epmd

  /**
   * Whether Weft nodes that one user runs on one machine talk over Unix sockets, which cost a
   * fraction of TCP's time, where they find each other's in the directory for temporary files.
   * Handshake, cookies and all else are the same. Default true.
   */
  public val nearby: Boolean = from.nearby

  /** Where nodes are, by their full names; goes before all else. Default empty. */
  public val routes: Map<String, NodeLocation> = from.routes.toMap()

  /** The cookies of single peers, in place of the node's own. Never shown. Default empty. */
  internal val cookies: Map<String, String> = from.cookies.toMap()

  /**
   * The nodes, and hosts, that this node may be connected with; empty, the default, for all. OTP's
   * `net_kernel:allow/1`.
   */
  public val allowed: Set<String> = from.allowed.toSet()

  /** Addresses to listen at besides that of the node's options. Default none. */
  public val listeners: List<NodeLocation> = from.listeners.toList()

  /**
   * Whether the node keeps connected with every node that its discoveries tell of, how often it
   * looks for them; null, the default, for a node that connects when it has something to send.
   */
  public val joinInterval: Duration? = from.joinInterval

  /** Makes who tells where nodes are, asked in this order after [routes] and before EPMD. */
  internal val newDiscoveries: List<() -> Discovery> =
    (if (from.routes.isEmpty()) emptyList()
    else listOf<() -> Discovery>({ StaticDiscovery.of(routes) })) + from.discoveries

  internal val newTransport: (Seams) -> Transport = from.newTransport

  /** Leaves out the cookies. */
  override fun toString(): String =
    "DistOptions[${tls ?: "no TLS"}, ${compression ?: "no compression"}, ${proxy ?: "no proxy"}, ${if (epmd) "EPMD" else "no EPMD"}, ${if (nearby) "nearby" else "TCP only"}, routes $routes]"

  /** Collects options; each setter returns this. */
  public class Builder internal constructor() {
    internal var tls: TlsOptions? = null
    internal var compression: CompressionOptions? = null
    internal var proxy: ProxyOptions? = null
    internal var epmd = true
    internal var nearby = true
    internal val routes = LinkedHashMap<String, NodeLocation>()
    internal val cookies = LinkedHashMap<String, String>()
    internal val allowed = LinkedHashSet<String>()
    internal val listeners = ArrayList<NodeLocation>()
    internal val discoveries = ArrayList<() -> Discovery>()
    internal var joinInterval: Duration? = null
    internal var newTransport: (Seams) -> Transport = { NioTransport(it.scheduler) }

    public fun tls(tls: TlsOptions?): Builder = apply { this.tls = tls }

    public fun compression(compression: CompressionOptions?): Builder = apply {
      this.compression = compression
    }

    public fun proxy(proxy: ProxyOptions?): Builder = apply { this.proxy = proxy }

    /** With false the node is told of to nobody, and should listen at a port that peers know. */
    public fun epmd(use: Boolean): Builder = apply { epmd = use }

    /** With false all nodes are reached by TCP, those of this machine too. */
    public fun nearby(use: Boolean): Builder = apply { nearby = use }

    /** The node [peer] (`name@host`) is reached at [port] of [host]. */
    public fun route(peer: String, host: String, port: Int): Builder = apply {
      routes[peer] = NodeLocation(host, port)
    }

    /** This node and [peer] share a cookie of their own: `erlang:set_cookie(Peer, Cookie)`. */
    public fun cookie(peer: String, cookie: String): Builder = apply { cookies[peer] = cookie }

    /** Adds nodes (`name@host`) or hosts. */
    public fun allow(vararg nodes: String): Builder = apply { allowed += nodes }

    /** Listens also at [port] of this machine's address [host]. */
    public fun listen(host: String, port: Int): Builder = apply {
      listeners += NodeLocation(host, port)
    }

    /** Adds somebody who knows where nodes are; each node that starts has one made for itself. */
    public fun discovery(newDiscovery: () -> Discovery): Builder = apply {
      discoveries += newDiscovery
    }

    /** Keeps the node connected with every node that is discovered, looked for this often. */
    public fun join(every: Duration): Builder = apply {
      require(every.isPositive) { "nodes must be looked for at times, not every $every" }
      joinInterval = every
    }

    /** What carries bytes; each node gets its own. Default TCP. */
    public fun transport(newTransport: (Seams) -> Transport): Builder = apply {
      this.newTransport = newTransport
    }

    public fun build(): DistOptions = DistOptions(this)
  }

  public companion object {
    /** All defaults. */
    @JvmField public val DEFAULT: DistOptions = Builder().build()

    @JvmStatic public fun builder(): Builder = Builder()
  }
}

/** Makes [DistOptions]. */
public fun distOptions(configure: DistOptions.Builder.() -> Unit): DistOptions =
  DistOptions.builder().apply(configure).build()
