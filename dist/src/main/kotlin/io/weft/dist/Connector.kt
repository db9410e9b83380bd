package io.weft.dist

import io.weft.dist.epmd.EpmdClient
import io.weft.dist.tls.LinkSecurity
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.Transport
import io.weft.dist.transport.pause
import io.weft.dist.transport.within
import io.weft.runtime.Seams
import io.weft.term.Atom
import io.weft.wire.epmd.NodeEntry
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.LocalNode
import io.weft.wire.handshake.Step
import java.io.IOException
import java.net.ConnectException
import java.net.UnknownHostException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.supervisorScope

/** Connects to peers: asks EPMD of their host, opens a connection, shakes hands. */
internal class Connector(
  private val local: LocalNode,
  private val transport: Transport,
  private val security: LinkSecurity,
  private val seams: Seams,
  private val epmdPort: () -> Int,
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
    val (name, host) = split(peer)
    val entry = find(name, host)
    val raw = open(name, host, entry.port)
    onOpen(raw)
    val link = security.connect(raw, host, entry.port)
    link.refusalOf(peer)?.let {
      throw Unreachable("what listens at ${raw.remote} is not allowed to be it: $it")
    }
    val version =
      if (entry.highest >= NodeEntry.HIGHEST_VERSION)
        entry.highest.coerceAtMost(NodeEntry.HIGHEST_VERSION)
      else NodeEntry.LOWEST_VERSION
    val machine = Handshake.initiate(local, peer, version) { seams.entropy.nextInt() }
    val frames = FrameReader(link.duplex)
    val info =
      seams.timers.within(Handshake.TIMEOUT, "the handshake") {
        HandshakeDriver(link.duplex, frames, security.lengthBytes)
          .initiate(machine, takeOver = { connection.isPending })
      }
    return Established(link.duplex, frames, info, link.protection)
  }

  private fun split(peer: Atom): Pair<String, String> {
    val parts = peer.name.split('@')
    if (parts.size != 2 || parts.any(String::isEmpty))
      throw Unreachable("this is no name of a node, which is name@host")
    return parts[0] to parts[1]
  }

  private suspend fun find(name: String, host: String): NodeEntry {
    val epmd = EpmdClient(transport, seams.timers, host, epmdPort())
    val entry =
      try {
        epmd.lookup(name)
      } catch (_: UnknownHostException) {
        throw Unreachable(
          "host $host is not known: is it spelled right, and does DNS or /etc/hosts have it?"
        )
      } catch (_: ConnectException) {
        throw Unreachable(
          "no EPMD answers at $host:${epmd.port}: does a node run there, with this port for EPMD, and does no firewall stand between?"
        )
      } catch (failure: IOException) {
        throw Unreachable("EPMD at $host:${epmd.port} could not be asked: ${failure.message}")
      }
    return entry ?: throw Unreachable(unknownName(name, epmd))
  }

  private suspend fun unknownName(name: String, epmd: EpmdClient): String {
    val known =
      try {
        epmd.names().joinToString(limit = MAX_NAMES_TOLD) { it.name }.ifEmpty { "no node at all" }
      } catch (_: IOException) {
        "others"
      }
    return "EPMD at ${epmd.host}:${epmd.port} has no node $name, but $known: is it running, under this name?"
  }

  private suspend fun open(name: String, host: String, port: Int): Duplex =
    try {
      seams.timers.within(Handshake.TIMEOUT, "connecting to $host:$port") {
        transport.connect(host, port)
      }
    } catch (failure: IOException) {
      throw Unreachable(
        "EPMD says that $name listens at $host:$port, but connecting failed (${failure.message}): has it just ended, or does a firewall stand between?"
      )
    }

  private fun advice(failed: HandshakeFailure): String =
    when (failed.failure) {
      Step.Failure.COOKIE -> "${failed.message}: do both nodes have the same cookie?"
      else -> failed.message.orEmpty()
    }

  private companion object {
    const val MAX_NAMES_TOLD = 10
  }
}

/** A peer could not be reached; the message tells why and what to look at. */
private class Unreachable(message: String) : IOException(message)
