package io.weft.dist

import io.weft.dist.proxy.Proxy
import io.weft.dist.tls.LinkSecurity
import io.weft.dist.tls.SecuredLink
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.Transport
import io.weft.dist.transport.openWithin
import io.weft.dist.transport.pause
import io.weft.dist.transport.within
import io.weft.runtime.Seams
import io.weft.wire.epmd.NodeEntry
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.LocalNode
import io.weft.wire.handshake.Step
import java.io.IOException
import java.time.Duration

/**
 * What a node says of itself on one kind of connections, how they are protected, by which cookies.
 */
internal class Footing(
  val local: LocalNode,
  val security: LinkSecurity,
  val cookies: Cookies,
)

/** The way to peers through other nodes. */
internal class ThroughOthers(val proxy: Proxy, val footing: Footing)

/** Connects to peers: finds them, opens a connection, shakes hands. */
internal class Connector(
  private val footing: Footing,
  private val ownName: OwnName,
  private val transport: Transport,
  private val seams: Seams,
  private val locator: Locator,
  private val allowed: AllowList,
  private val through: ThroughOthers?,
  private val nearby: Boolean,
) {
  /**
   * Tries to bring a pending connection up, and then carries its signals until its end. A failure
   * closes it, with a reason that says what to do.
   */
  suspend fun pursue(connection: Connection, connections: Connections) {
    val attempt = connections.Attempt(connection)
    try {
      if (bringUp(attempt)) connection.carry()
    } catch (failure: IOException) {
      attempt.hush()
      attempt.awaitClaims() // the peer may succeed where we did not
      attempt.giveUp(failure.message ?: failure.toString())
    } finally {
      attempt.hush()
      ownName.ended(connection)
    }
  }

  /** Returns whether the connection is up by our own handshake; if not, it is not pending. */
  private suspend fun bringUp(attempt: Connections.Attempt): Boolean {
    var refusedFirst: Long? = null
    while (true) {
      attempt.standBack()
      try {
        val connected = connect(attempt)
        if (connected != null) {
          if (attempt.succeed(connected)) return true
          connected.duplex.close()
        }
      } catch (refused: HandshakeFailure) {
        attempt.hush()
        if (refused.failure != Step.Failure.NOK) throw Unreachable(advice(refused))
        awaitThePeersOwn(refusedFirst ?: seams.clock.nanoTime().also { refusedFirst = it })
      }
      if (!attempt.connection.isPending) return false
    }
  }

  /**
   * The peer has the right of way, and goes on with its own handshake, which ends ours when it
   * succeeds. Should nothing come of it, ours is due again.
   */
  private suspend fun awaitThePeersOwn(since: Long) {
    if (seams.clock.nanoTime() - since > Handshake.TIMEOUT.toNanos()) {
      throw Unreachable(
        "it refused our handshakes in favour of its own, which did not come within ${Handshake.TIMEOUT.toSeconds()} s"
      )
    }
    seams.timers.pause(RIGHT_OF_WAY)
  }

  /** Returns null if it is to stand back, or is not needed. A failure leaves nothing open. */
  private suspend fun connect(attempt: Connections.Attempt): Established? {
    val peer = attempt.connection.peer
    if (!allowed.allows(peer)) throw Unreachable("it is not among the nodes that are allowed here")
    if (through != null && through.proxy.leadsTo(peer)) {
      val raw = through.proxy.open(peer)
      val on = through.footing
      return shakeHands(attempt, raw, on, on.local, NodeEntry.HIGHEST_VERSION, 0)
    }
    val own = ownName.towards(attempt.connection)
    val found = locator.find(peer)
    return shakeHands(attempt, open(found), footing, own, found.version, found.port)
  }

  private suspend fun shakeHands(
    attempt: Connections.Attempt,
    raw: Duplex,
    on: Footing,
    own: LocalNode,
    version: Int,
    port: Int,
  ): Established? {
    var result: Established? = null
    try {
      val link = on.security.connect(raw, attempt.connection.peer, port)
      result = shakeHands(attempt, raw, link, on, own, version)
      return result
    } finally {
      if (result == null) raw.close()
    }
  }

  private suspend fun shakeHands(
    attempt: Connections.Attempt,
    raw: Duplex,
    link: SecuredLink,
    on: Footing,
    own: LocalNode,
    version: Int,
  ): Established? {
    val peer = attempt.connection.peer
    link.refusalOf(peer)?.let {
      throw Unreachable("what listens at ${raw.remote} is not allowed to be it: $it")
    }
    val machine =
      Handshake.initiate(own.with(on.cookies.of(peer)), peer, version) { seams.entropy.nextInt() }
    val frames = FrameReader(link.duplex)
    if (!attempt.speak()) return null
    val done =
      seams.timers.within(Handshake.TIMEOUT, "the handshake") {
        HandshakeDriver(link.duplex, frames, on.security.lengthBytes)
          .initiate(machine, takeOver = attempt::isWanted)
      }
    val alias = ownName.agreed(attempt.connection, done)
    return Established(link.duplex, frames, done.peer, link.protection, link.via, alias)
  }

  private suspend fun open(found: Found): Duplex =
    try {
      seams.timers.openWithin(Handshake.TIMEOUT, "connecting to ${found.host}:${found.port}") {
        nearby(found) ?: transport.connect(found.host, found.port)
      }
    } catch (failure: IOException) {
      throw Unreachable(
        "${found.by} says that it listens at ${found.host}:${found.port}, but connecting failed (${failure.message}): has it just ended, or does a firewall stand between?"
      )
    }

  private suspend fun nearby(found: Found): Duplex? =
    if (nearby) transport.connectNearby(found.host, found.port) else null

  private fun advice(failed: HandshakeFailure): String =
    when (failed.failure) {
      Step.Failure.COOKIE -> "${failed.message}: do both nodes have the same cookie?"
      else -> failed.message.orEmpty()
    }

  private companion object {
    /** How long the peer has before ours is due again. */
    val RIGHT_OF_WAY: Duration = Duration.ofSeconds(1)
  }
}
