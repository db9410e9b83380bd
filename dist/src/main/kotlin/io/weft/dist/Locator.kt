package io.weft.dist

import io.weft.dist.discovery.Discovery
import io.weft.dist.epmd.EpmdClient
import io.weft.dist.transport.Transport
import io.weft.runtime.Timers
import io.weft.term.Atom
import io.weft.wire.epmd.NodeEntry
import java.io.IOException
import java.net.ConnectException
import java.net.UnknownHostException

/** Where a peer listens, which version of the handshake it speaks, and who says so. */
internal class Found(val host: String, val port: Int, val version: Int, val by: String)

/**
 * Finds peers: asks the discoveries in their order, and last, unless it is off, EPMD of the peer's
 * host.
 *
 * @param epmdPort null if EPMD is not to be asked
 */
internal class Locator(
  private val transport: Transport,
  private val timers: Timers,
  private val discoveries: List<Discovery>,
  private val epmdPort: (() -> Int)?,
) {
  /** @throws Unreachable if it is nowhere; the message tells what to look at */
  suspend fun find(peer: Atom): Found {
    val (name, host) = split(peer)
    val failures = ArrayList<String>()
    for (discovery in discoveries) {
      try {
        discovery.locate(peer.name())?.let {
          return Found(it.host, it.port, NodeEntry.HIGHEST_VERSION, "$discovery")
        }
      } catch (failure: IOException) {
        failures += "$discovery could not be asked: ${failure.message}"
      }
    }
    if (epmdPort != null) return askEpmd(name, host, epmdPort())
    val asked = discoveries.joinToString().ifEmpty { "no route and no discovery" }
    throw Unreachable(
      failures.joinToString("; ").ifEmpty { "it is not known ($asked), and EPMD is not asked" }
    )
  }

  private fun split(peer: Atom): Pair<String, String> {
    val parts = peer.name.split('@')
    if (parts.size != 2 || parts.any(String::isEmpty))
      throw Unreachable("this is no name of a node, which is name@host")
    return parts[0] to parts[1]
  }

  private suspend fun askEpmd(name: String, host: String, port: Int): Found {
    val epmd = EpmdClient(transport, timers, host, port)
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
    if (entry == null) throw Unreachable(unknownName(name, epmd))
    val version =
      if (entry.highest >= NodeEntry.HIGHEST_VERSION) NodeEntry.HIGHEST_VERSION
      else NodeEntry.LOWEST_VERSION
    return Found(host, entry.port, version, "EPMD")
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

  private companion object {
    const val MAX_NAMES_TOLD = 10
  }
}

/** A peer could not be reached; the message tells why and what to look at. */
internal class Unreachable(message: String) : IOException(message)
