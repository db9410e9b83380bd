package io.weft.dist

import io.weft.dist.tls.LinkSecurity
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.Transport
import io.weft.dist.transport.pause
import io.weft.dist.transport.within
import io.weft.runtime.Seams
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.LocalNode
import io.weft.wire.handshake.Step
import java.io.IOException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.supervisorScope

/** Connects to peers: finds them, opens a connection, shakes hands. */
internal class Connector(
  private val local: LocalNode,
  private val transport: Transport,
  private val security: LinkSecurity,
  private val seams: Seams,
  private val locator: Locator,
  private val cookies: Cookies,
  private val allowed: AllowList,
) {
  /**
   * Tries to bring a pending connection up, and then carries its signals until its end. A failure
   * closes it, with a reason that says what to do.
   */
  suspend fun pursue(connection: Connection, connections: Connections) {
    try {
      while (!connection.isClosing) {
        connections.awaitClaims(connection.peer)
        val connected = tryOnce(connection, connections) ?: continue
        if (connections.attach(connection, connected)) connection.carry()
        else connected.duplex.close()
        return
      }
    } catch (failure: IOException) {
      connection.close(failure.message ?: failure.toString(), trouble = true)
    }
  }

  /** Returns null if a simultaneous handshake of the peer has the right of way. */
  private suspend fun tryOnce(connection: Connection, connections: Connections): Established? =
    supervisorScope {
      var opened: Duplex? = null
      var result: Established? = null
      val attempt = async(start = CoroutineStart.LAZY) { connect(connection) { opened = it } }
      connections.trying(connection, attempt)
      try {
        result = attempt.await()
      } catch (_: CancellationException) {
        currentCoroutineContext().ensureActive()
      } catch (refused: HandshakeFailure) {
        opened?.close()
        if (refused.failure != Step.Failure.NOK) throw Unreachable(advice(refused))
        awaitThePeersOwn()
      } finally {
        if (result == null) opened?.close()
      }
      result
    }

  /** The peer goes on with its own attempt, which ends ours when it succeeds. */
  private suspend fun awaitThePeersOwn(): Nothing {
    seams.timers.pause(Handshake.TIMEOUT)
    throw Unreachable(
      "it refused our handshake in favour of its own, which did not come within ${Handshake.TIMEOUT.toSeconds()} s"
    )
  }

  private suspend fun connect(connection: Connection, onOpen: (Duplex) -> Unit): Established {
    val peer = connection.peer
    if (!allowed.allows(peer)) throw Unreachable("it is not among the nodes that are allowed here")
    val found = locator.find(peer)
    val raw = open(found)
    onOpen(raw)
    val link = security.connect(raw, peer.name().substringAfter('@'), found.port)
    link.refusalOf(peer)?.let {
      throw Unreachable("what listens at ${raw.remote} is not allowed to be it: $it")
    }
    val own = local.with(cookies.of(peer))
    val machine = Handshake.initiate(own, peer, found.version) { seams.entropy.nextInt() }
    val frames = FrameReader(link.duplex)
    val info =
      seams.timers.within(Handshake.TIMEOUT, "the handshake") {
        HandshakeDriver(link.duplex, frames, security.lengthBytes)
          .initiate(machine, takeOver = { connection.isPending })
      }
    return Established(link.duplex, frames, info, link.protection)
  }

  private suspend fun open(found: Found): Duplex =
    try {
      seams.timers.within(Handshake.TIMEOUT, "connecting to ${found.host}:${found.port}") {
        transport.connect(found.host, found.port)
      }
    } catch (failure: IOException) {
      throw Unreachable(
        "${found.by} says that it listens at ${found.host}:${found.port}, but connecting failed (${failure.message}): has it just ended, or does a firewall stand between?"
      )
    }

  private fun advice(failed: HandshakeFailure): String =
    when (failed.failure) {
      Step.Failure.COOKIE -> "${failed.message}: do both nodes have the same cookie?"
      else -> failed.message.orEmpty()
    }
}
