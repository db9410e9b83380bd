package io.weft.dist

import io.weft.dist.compression.Compression
import io.weft.dist.discovery.SelfNode
import io.weft.dist.epmd.Registrar
import io.weft.dist.proxy.LinkTunnels
import io.weft.dist.proxy.Proxy
import io.weft.dist.proxy.ProxyOptions
import io.weft.dist.proxy.ProxySecurity
import io.weft.dist.tls.Plain
import io.weft.dist.tls.TlsException
import io.weft.dist.tls.TlsOptions
import io.weft.dist.tls.TlsSecurity
import io.weft.dist.transport.LimitExceededException
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Reception
import io.weft.dist.transport.SchedulerDispatcher
import io.weft.dist.transport.Transport
import io.weft.dist.transport.blocking
import io.weft.dist.transport.pause
import io.weft.dist.transport.within
import io.weft.node.Network
import io.weft.node.NetworkProvider
import io.weft.node.Node
import io.weft.node.NodeDownReason
import io.weft.node.NodeOptions
import io.weft.node.NodeStartException
import io.weft.node.PeerSession
import io.weft.node.PeerStatistics
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.term.Atom
import io.weft.wire.epmd.NodeEntry
import io.weft.wire.handshake.Cookie
import io.weft.wire.handshake.DistFlags
import io.weft.wire.handshake.LocalNode
import io.weft.wire.seal.SealParty
import java.io.IOException
import java.security.cert.X509Certificate
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import org.slf4j.Logger
import org.slf4j.LoggerFactory

/**
 * Gives nodes the network of this module: found by [java.util.ServiceLoader], over TCP unless told
 * otherwise.
 */
public class DistNetworkProvider(
  /** What the networks of its nodes are told. */
  public val dist: DistOptions
) : NetworkProvider {
  /** With the defaults. */
  public constructor() : this(DistOptions.DEFAULT)

  /** With another transport than TCP. */
  public constructor(
    newTransport: (Seams) -> Transport
  ) : this(distOptions { transport(newTransport) })

  override fun create(node: Node, options: NodeOptions): DistNetwork =
    DistNetwork(node, options, dist.newTransport(node.seams()), dist = dist)
}

/**
 * Makes a node a member of Erlang clusters: it is found through EPMD, speaks the distribution
 * protocol, and connects to peers when the first signal for them is sent, as OTP's nodes do.
 *
 * ## Hidden or published
 *
 * A Weft node is published, as `erl -name` is, unless [NodeOptions.hidden] says otherwise. It is a
 * member of the cluster: its peers list it in `nodes()`, it is connected with all nodes that any of
 * them knows, agrees with them on the names and locks of `io.weft.global`, and shares the groups of
 * `io.weft.pg`. With `global` comes what keeps partitions from overlapping: where two members lose
 * each other, others disconnect from one of them too. A hidden node has none of that; every signal
 * works both ways between it and all others.
 *
 * ## Without a name
 *
 * A node called `undefined@host` is a guest: it listens nowhere, and the first peer that it
 * connects with gives it a name. See [NodeOptions.dynamic].
 *
 * ## What a peer can do
 *
 * Whatever comes over the wire ends at most the connection that it came on, with one line in the
 * log, and lines that strangers can cause are limited: of each kind a hundred at once, one a second
 * in the long run. Sizes are checked before memory is taken. 256 handshakes may be under way at a
 * time, for seven seconds each; one more ends the eldest.
 *
 * ## Order
 *
 * Signals of one process to another arrive in the order in which they were sent, as long as one
 * connection lasts. Its end is told to every process that shares a link or monitor with the peer
 * before any signal of the next connection arrives.
 */
public class DistNetwork
internal constructor(
  private val node: Node,
  private val options: NodeOptions,
  private val transport: Transport,
  logger: Logger = LoggerFactory.getLogger(DistNetwork::class.java),
  private val dist: DistOptions = DistOptions.DEFAULT,
) : Network {
  private val seams = node.seams()
  private val peerLog = LogLimiter(logger, seams.clock)
  private val strangerLog = LogLimiter(logger, seams.clock)
  private val scope =
    CoroutineScope(
      SupervisorJob() +
        SchedulerDispatcher(seams.scheduler) +
        CoroutineExceptionHandler { _, bug ->
          peerLog.error("a failure in the network of {}; it goes on", node.name(), bug)
        }
    )
  private val compression = Compression(dist.compression)
  private val offered =
    (if (options.hidden()) DistFlags.OFFERED_HIDDEN else DistFlags.OFFERED_PUBLISHED)
      .or(DistFlags.CALL_DEADLINES)
      .or(compression.offered)
      .or(if (dist.proxy == null) DistFlags.NONE else DistFlags.PROXY)
  private val cookie = cookie()
  private val local = localNode()
  private val tls = dist.tls
  private val security = tls?.let { TlsSecurity(it, options.name(), seams, peerLog) } ?: Plain
  private val registrar = Registrar(transport, seams, peerLog, options.epmdPort())
  private val cookies = Cookies(cookie, dist.cookies)
  private val allowed = AllowList(dist.allowed)
  private val discoveries = dist.newDiscoveries.map { it() }
  private val locator =
    Locator(
      transport,
      seams.timers,
      discoveries,
      epmdPort = if (dist.epmd) registrar::epmdPort else null,
    )
  private val footing = Footing(local, security, cookies)
  private val through = dist.proxy?.let(::throughOthers)
  private val connector =
    Connector(footing, ownName(), transport, seams, locator, allowed, through, dist.nearby)
  private val connections: Connections =
    Connections(
      node.name(),
      seams.timers,
      newConnection = { peer, after ->
        Connection(peer, node::newSession, after, peerLog, compression, through?.proxy, ::forget)
      },
      startAttempt = { scope.launch { connector.pursue(it, connections) } },
    )
  private val acceptor = Acceptor(footing, seams, connections, allowed, strangerLog)

  private val listeners = CopyOnWriteArrayList<Listener>()

  /** Beside those, for nodes of this machine. */
  private val nearby = CopyOnWriteArrayList<Listener>()

  /**
   * The port of the EPMD that the node is registered with; every host is expected to have its EPMD
   * there.
   */
  public val epmdPort: Int
    get() = registrar.epmdPort

  /** Whether the EPMD of this host is served by this node: it was not there, or it died. */
  public val servesEpmd: Boolean
    get() = registrar.servesItself

  private fun cookie(): Cookie {
    if (options.cookie().isEmpty()) {
      throw NodeStartException(
        "node ${options.name()} has no cookie: give it the one of its cluster"
      )
    }
    return Cookie.of(options.cookie())
  }

  private fun localNode(): LocalNode = LocalNode.of(node.name(), node.creation(), offered, cookie)

  private fun ownName(): OwnName =
    if (options.dynamic() && dist.proxy != null)
      throw NodeStartException(
        "node ${options.name()} has no name of its own, by which others could lead to it"
      )
    else if (options.dynamic())
      GivenName(node, LocalNode.unnamed(options.host(), offered, cookie), offered, cookie)
    else OwnedName(local)

  private fun throughOthers(options: ProxyOptions): ThroughOthers {
    // what goes through others carries nothing of others itself
    val inside = local.offering(local.offered().without(DistFlags.PROXY))
    val own = Cookies(cookies::of, options.cookies)
    val self = SealParty(node.name(), node.creation())
    val sealing = ProxySecurity(self, own::of, options.sealLimits, seams)
    val footing = Footing(inside, sealing, own)
    val reception = Reception(scope, seams.timers, MAX_HANDSHAKES, strangerLog)
    val acceptor by lazy { Acceptor(footing, seams, connections, allowed, strangerLog) }
    val proxy =
      Proxy(node.name(), options, scope, seams.timers, peerLog, ::tunnelsWith) {
        reception.admit(it) { guest -> acceptor.welcome(guest) }
      }
    return ThroughOthers(proxy, footing)
  }

  private suspend fun tunnelsWith(hop: Atom): LinkTunnels? {
    val connection = connections.obtain(hop)
    connection.awaitUp()?.let { throw Unreachable("no connection with ${hop.name()}: $it") }
    return connection.tunnels
  }

  private fun forget(connection: Connection) = connections.remove(connection)

  override fun open(): Unit =
    seams.strands.blocking {
      loadCertificates()
      if (!options.dynamic()) receive()
      dist.joinInterval?.let { joinEvery(it) }
      scope.launch { tick() }
      if (tls != null && !tls.reloadInterval.isZero) scope.launch { keepCertificates(tls) }
    }

  /** Lets peers find the node and connect. */
  private suspend fun receive() {
    val reception = Reception(scope, seams.timers, MAX_HANDSHAKES, strangerLog)
    listen(options.host().takeIf(::isLoopback), options.port())
    dist.listeners.forEach { listen(it.host, it.port) }
    if (dist.nearby) listeners.mapNotNullTo(nearby) { transport.listenNearby(it) }
    (listeners + nearby).forEach { reception.open(it, acceptor::welcome) }
    if (dist.epmd)
      registrar.start(NodeEntry.of(options.shortName(), port(), options.hidden()), scope)
    openDiscoveries()
  }

  private fun loadCertificates() {
    try {
      reloadCertificates()
    } catch (unusable: TlsException) {
      throw NodeStartException(
        "node ${options.name()} cannot use TLS: ${unusable.message}",
        unusable,
      )
    }
  }

  /**
   * Reads keys and certificates anew, for the connections to come; those that are there live on.
   * Blocks. Happens by itself every [io.weft.dist.tls.TlsOptions.reloadInterval].
   *
   * @return whether they are others than before; false without TLS
   * @throws TlsException if the new ones are not usable; the old ones stay in force
   */
  public fun reloadCertificates(): Boolean = security is TlsSecurity && security.contexts.load()

  /** The certificate that the node shows, and those of who issued it; none without TLS. */
  public val certificates: List<X509Certificate>
    get() = if (security is TlsSecurity) security.contexts.credentials.chain else emptyList()

  private suspend fun keepCertificates(tls: TlsOptions) {
    while (true) {
      seams.timers.pause(tls.reloadInterval)
      (security as TlsSecurity).contexts.reload()
    }
  }

  private suspend fun listen(host: String?, port: Int) {
    try {
      listeners += transport.listen(host, port)
    } catch (failure: IOException) { // the port is taken, or the address not of this machine
      throw NodeStartException("node ${options.name()} cannot listen: ${failure.message}", failure)
    }
  }

  private suspend fun openDiscoveries() {
    val self = SelfNode(options.name(), port(), seams)
    discoveries.forEach {
      try {
        it.open(self)
      } catch (failure: IOException) {
        throw NodeStartException(
          "node ${options.name()} cannot be told of by $it: ${failure.message}",
          failure,
        )
      }
    }
  }

  private fun joinEvery(interval: Duration) {
    val joiner = ClusterJoiner(node.name(), discoveries, seams, peerLog, interval, ::reach)
    scope.launch { joiner.run() }
  }

  private suspend fun reach(peer: Atom): Boolean {
    val connection = connections.obtain(peer)
    return connection.isUp || connection.awaitUp() == null
  }

  /** A node that is named after the loopback address is reached at no other. */
  private fun isLoopback(host: String) =
    host == "localhost" || host == "::1" || host.startsWith("127.")

  private suspend fun tick() {
    val quarter = options.tickTime().dividedBy(Pulse.QUARTERS.toLong())
    while (true) {
      seams.timers.pause(quarter)
      connections.all().forEach(Connection::beat)
    }
  }

  override fun session(peer: Atom): PeerSession = connections.obtain(peer).session

  override fun liveSession(peer: Atom): PeerSession? = connections.find(peer)?.session

  override fun peers(): Set<Atom> =
    connections.all().filter(Connection::isUp).mapTo(HashSet(), Connection::peer)

  override fun statistics(peer: Atom): PeerStatistics? = connections.find(peer)?.statistics()

  override fun disconnect(peer: Atom): Boolean {
    val connection = connections.find(peer)?.takeIf(Connection::isUp) ?: return false
    connection.close("this node disconnected", trouble = false, NodeDownReason.DISCONNECT)
    return true
  }

  /**
   * Connects with a peer, unless it is connected already, and completes with what is known of the
   * connection, or exceptionally with a [NotConnectedException] that says why there is none. Any
   * thread. OTP's `net_kernel:connect_node/1`.
   */
  public fun connect(peer: String): CompletableFuture<PeerConnection> {
    val name = Atom.of(peer)
    val result = CompletableFuture<PeerConnection>()
    scope
      .launch {
        val connection = connections.obtain(name)
        val failure = connection.awaitUp()
        if (failure == null) result.complete(checkNotNull(connection.described()))
        else result.completeExceptionally(NotConnectedException(peer, failure))
      }
      .invokeOnCompletion {
        result.completeExceptionally(NotConnectedException(peer, "this node stops"))
      }
    return result
  }

  /** Returns what is known of the connection with a peer, or null if there is none that is up. */
  public fun connection(peer: String): PeerConnection? =
    connections.find(Atom.of(peer))?.takeIf(Connection::isUp)?.described()

  /**
   * From now on this node is connected with the given nodes, and all nodes of the given hosts, and
   * no others, besides those allowed before. Connections that are there stay. OTP's
   * `net_kernel:allow/1`.
   */
  public fun allow(nodes: Collection<String>): Unit = allowed.add(nodes)

  /**
   * This node and [peer] connect with a cookie of their own from now on: `erlang:set_cookie/2`. A
   * connection that is there stays.
   */
  public fun setCookie(peer: String, cookie: String): Unit = cookies.set(Atom.of(peer), cookie)

  /** How many tunnels of other nodes this one carries, or lets in: see [ProxyOptions]. */
  public val tunnels: Int
    get() = through?.proxy?.tunnels ?: 0

  /** How many bytes of tunnels wait to be written. */
  internal val tunnelBytes: Long
    get() = connections.all().sumOf { it.tunnels?.queuedBytes ?: 0 }

  /** The port of the node; 0 before it listens. */
  override fun port(): Int = listeners.firstOrNull()?.port ?: 0

  /** The ports that the node listens at, that of its options first. */
  public val ports: List<Int>
    get() = listeners.map { it.port }

  override fun close(): Unit =
    seams.strands.blocking {
      (nearby + listeners).forEach { it.close() }
      discoveries.forEach { it.close() }
      endConnections()
      registrar.close()
      endCoroutines()
      transport.close()
    }

  /**
   * Those who wait for something of this network are told so, as long as there is who tells them.
   */
  private suspend fun endCoroutines() {
    scope.cancel()
    awaitBriefly("ending what runs") { scope.coroutineContext.job.join() }
  }

  /** Waits for what has been told to end, and ends without it if it does not. */
  private suspend fun awaitBriefly(what: String, end: suspend () -> Unit) {
    try {
      seams.timers.within(FLUSH_LIMIT, what, end)
    } catch (late: LimitExceededException) {
      peerLog.warn("the node ends all the same: {}", late.message)
    }
  }

  private suspend fun endConnections() {
    val open = connections.allUntilEnded()
    val (carried, direct) = open.partition { it.isThroughOthers }
    try {
      seams.timers.within(FLUSH_LIMIT, "writing what is queued") {
        finish(carried) // over the others
        through?.proxy?.close()
        finish(direct)
      }
    } catch (_: LimitExceededException) {
      open.forEach {
        it.close("this node stops and could not send all that was queued", trouble = true)
      }
      awaitBriefly("ending the connections") { open.forEach { it.awaitEnd() } }
    }
  }

  private suspend fun finish(these: List<Connection>) {
    these.forEach(Connection::finish)
    these.forEach { it.awaitEnd() }
  }

  public companion object {
    /**
     * Returns the network of a node.
     *
     * @throws IllegalArgumentException if it has none, or another
     */
    @JvmStatic
    public fun of(node: Node): DistNetwork =
      requireNotNull(node.network() as? DistNetwork) {
        "$node has ${node.network()?.javaClass?.name ?: "no network: start it with a name, NodeOptions.builder(\"name@host\")"}"
      }

    private const val MAX_HANDSHAKES = 256
    private val FLUSH_LIMIT: Duration = Duration.ofSeconds(5)
  }
}
