package io.weft.dist.proxy

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.LimitExceededException
import io.weft.dist.transport.within
import io.weft.runtime.LogLimiter
import io.weft.runtime.Timers
import io.weft.term.Atom
import io.weft.wire.handshake.NodeName
import io.weft.wire.proxy.Passage
import io.weft.wire.proxy.ProxyDown
import io.weft.wire.proxy.ProxyFrame
import java.io.IOException
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch

/**
 * A node's part in connections through others: opens tunnels to whom it has routes, lets in those
 * that are for it, and passes on those of others.
 *
 * @param tunnelsWith gives those of the connection with a peer, which is made if there is none;
 *   null if the peer did not agree to them
 * @param welcome serves one who connects through others
 */
internal class Proxy(
  private val self: Atom,
  private val options: ProxyOptions,
  private val scope: CoroutineScope,
  private val timers: Timers,
  private val log: LogLimiter,
  private val tunnelsWith: suspend (Atom) -> LinkTunnels?,
  private val welcome: (Duplex) -> Unit,
) : AutoCloseable {
  private val name = self.name()
  private val routes = ProxyRoutes(options.routes)
  private val relays = ConcurrentHashMap.newKeySet<Relay>()
  private val held = AtomicInteger()

  @Volatile private var isClosed = false

  /** How many tunnels of others hold something here. */
  val tunnels: Int
    get() = held.get()

  /** Returns the tunnels of a new connection, whose writer is to be woken by [wake]. */
  fun link(peer: Atom, wake: () -> Unit): LinkTunnels = LinkTunnels(peer, wake, ::requested)

  // --- from here ---------------------------------------------------------------------------------

  /** Whether [peer] is reached through others. */
  fun leadsTo(peer: Atom): Boolean = routes.leadTo(peer)

  /**
   * Opens a tunnel to [peer], by the first route that leads there.
   *
   * @throws NoWayException if none does; the message says why, and which node says so
   */
  suspend fun open(peer: Atom): Duplex {
    if (!NodeName.isFull(peer))
      throw NoWayException("this is no name of a node, which is name@host")
    val failures = ArrayList<String>()
    for (way in routes.waysTo(peer)) {
      if (way.size > options.maxHops) {
        failures += "a route leads through ${way.size} nodes, maxHops is ${options.maxHops}"
        continue
      }
      val tunnel = TunnelDuplex(self, peer)
      try {
        openAlong(way, tunnel)
        return tunnel
      } catch (failure: IOException) {
        failures += "through ${Passage.words(way)}: ${failure.message}"
      }
    }
    throw NoWayException("it cannot be reached ${failures.joinToString("; ")}")
  }

  private suspend fun openAlong(way: List<Atom>, tunnel: TunnelDuplex) {
    val link = linkTo(way.first())
    var isOpen = false
    link.open(options.windowBytes, tunnel) { number ->
      val rest = way.drop(1)
      val window = options.windowBytes
      ProxyFrame.Open(number, options.maxHops, window, tunnel.peer, listOf(self), rest)
    }
    try {
      val refusal = timers.within(OPENING_LIMIT, "the way") { tunnel.awaitOpened() }
      if (refusal != null) throw ProxyDownException(refusal)
      isOpen = true
    } finally {
      if (!isOpen) tunnel.close()
    }
  }

  /** @throws NoWayException if there is none, or the peer passes nothing on */
  private suspend fun linkTo(hop: Atom): LinkTunnels =
    tunnelsWith(hop)
      ?: throw NoWayException(
        "${hop.name()} does not carry connections of others: it would have to be a Weft node with ProxyOptions"
      )

  // --- of others ---------------------------------------------------------------------------------

  private fun requested(link: LinkTunnels, request: ProxyFrame.Open) {
    val refusal = Passage.refusal(request, self, link.peer, options.maxHops) ?: policy(request)
    val slot = if (refusal == null) takeSlot(link) else null
    if (slot == null) {
      val why = refusal ?: tooMany()
      log.warn(
        "refused a tunnel of {} to {}: {}",
        request.from().name(),
        request.to.name(),
        why.text,
      )
      link.refuse(request.tunnel, why)
    } else if (request.to == self) letIn(link, request, slot) else passOn(link, request, slot)
  }

  private fun policy(request: ProxyFrame.Open): ProxyDown? {
    val from = request.from()
    return if (request.to == self) {
      val through = request.path.drop(1)
      val isAccepted = options.accepted.any { it.from.fits(from) && through.all(it.to::fits) }
      if (isAccepted) null
      else
        refused(
          "$name accepts no connection of ${from.name()} through ${Passage.words(through)}: its ProxyOptions.accept would have to say so"
        )
    } else {
      val onward = listOfNotNull(request.route.firstOrNull(), request.to)
      val barred = onward.find { to ->
        options.transits.none { it.from.fits(from) && it.to.fits(to) }
      }
      barred?.let {
        refused(
          "$name passes nothing on from ${from.name()} to ${it.name()}: its ProxyOptions.transit would have to say so"
        )
      }
    }
  }

  private fun refused(text: String) = ProxyDown(ProxyDown.Kind.REFUSED, self, text)

  private fun tooMany() =
    if (isClosed) stopping()
    else
      ProxyDown(
        ProxyDown.Kind.TOO_MANY,
        self,
        "$name carries ${options.maxTunnels} tunnels, or ${options.maxTunnelsPerConnection} of one connection, and no more: its ProxyOptions.maxTunnels and maxTunnelsPerConnection",
      )

  private fun stopping() = ProxyDown(ProxyDown.Kind.LOST, self, "$name stops")

  /** Returns what gives the place back, once; null if there is none. */
  private fun takeSlot(link: LinkTunnels): (() -> Unit)? {
    val given = AtomicBoolean()
    val giveBack = {
      if (given.compareAndSet(false, true)) {
        held.decrementAndGet()
        link.asked.decrementAndGet()
      }
    }
    val all = held.incrementAndGet()
    val ofLink = link.asked.incrementAndGet()
    if (!isClosed && all <= options.maxTunnels && ofLink <= options.maxTunnelsPerConnection)
      return giveBack
    giveBack()
    return null
  }

  private fun letIn(link: LinkTunnels, request: ProxyFrame.Open, slot: () -> Unit) {
    val window = options.windowBytes
    val end = TunnelDuplex(self, request.from(), request.path.drop(1).asReversed())
    val answer = ProxyFrame.Opened(request.tunnel, window, listOf(self))
    link.accept(request, window, end, slot).begin(answer)
    welcome(end)
  }

  private fun passOn(link: LinkTunnels, request: ProxyFrame.Open, slot: () -> Unit) {
    val window = options.windowBytes
    lateinit var relay: Relay
    relay =
      Relay(
        answer = {
          val path = (listOf(self) + it.path).take(ProxyFrame.MAX_PATH)
          ProxyFrame.Opened(request.tunnel, window, path)
        },
        onOver = {
          relays -= relay
          slot()
        },
      )
    relays += relay
    log.info("passes on what {} and {} say", request.from().name(), request.to.name())
    link.accept(request, window, relay.inward, relay::freed)
    if (isClosed) relay.end(stopping())
    scope.launch { extend(relay, request) }
  }

  private suspend fun extend(relay: Relay, request: ProxyFrame.Open) {
    val failures = ArrayList<String>()
    for (way in waysOn(request)) {
      if (!relay.isWanted) return
      if (way.size > ProxyFrame.MAX_PATH) {
        failures += "a way through ${way.size} nodes is too long"
        continue
      }
      try {
        timers.within(HOP_LIMIT, "connecting with ${way.first().name()}") {
          val next = linkTo(way.first())
          if (relay.extend()) {
            next.open(options.windowBytes, relay.outward, relay::freed) { number ->
              Passage.onward(request, number, self, options.windowBytes, way.drop(1))
            }
            relay.extended()
          }
        }
        timers.within(HOP_LIMIT, "the way") { relay.ready.await() }
        return
      } catch (slow: LimitExceededException) {
        failures += "${slow.message} at ${way.first().name()}"
        break
      } catch (failure: IOException) {
        failures += failure.message.orEmpty()
      }
    }
    val text = "$name could not go on: ${failures.joinToString("; ")}"
    val lost = request.route.firstOrNull() ?: request.to
    relay.end(ProxyDown(ProxyDown.Kind.UNREACHABLE, lost, text))
  }

  /**
   * The ways on, the next node first: where the request does not name one, by the routes of this
   * node, or to the wanted node itself.
   */
  private fun waysOn(request: ProxyFrame.Open): Sequence<List<Atom>> {
    val next = request.route.firstOrNull()
    return if (next == null) routes.waysTo(request.to).ifEmpty { sequenceOf(listOf(request.to)) }
    else routes.waysTo(next).map { it + request.route }.ifEmpty { sequenceOf(request.route) }
  }

  /** Ends what is passed on, and passes nothing on any more. */
  override fun close() {
    isClosed = true
    relays.forEach { it.end(stopping()) }
  }

  private companion object {
    /** How long a tunnel may take until it is there, for who wants it and for those between. */
    val OPENING_LIMIT: Duration = Duration.ofSeconds(15)
    val HOP_LIMIT: Duration = Duration.ofSeconds(10)
  }
}

/** A node cannot be reached through others; the message tells why and who says so. */
internal class NoWayException(message: String) : IOException(message)
