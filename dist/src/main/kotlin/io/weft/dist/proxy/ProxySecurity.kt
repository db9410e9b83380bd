package io.weft.dist.proxy

import io.weft.dist.tls.LinkSecurity
import io.weft.dist.tls.SecuredLink
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.within
import io.weft.runtime.Seams
import io.weft.term.Atom
import io.weft.wire.WireException
import io.weft.wire.handshake.Cookie
import io.weft.wire.handshake.Handshake
import io.weft.wire.seal.SealHandshake
import io.weft.wire.seal.SealLimits
import io.weft.wire.seal.SealParty
import java.io.EOFException
import java.io.IOException
import java.nio.ByteBuffer

/**
 * Seals what goes through other nodes. Keys may take as long to agree on as the nodes' handshake
 * takes after it, seven seconds.
 */
internal class ProxySecurity(
  private val self: SealParty,
  private val cookieOf: (Atom) -> Cookie,
  private val limits: SealLimits,
  private val seams: Seams,
) : LinkSecurity {
  override val lengthBytes = FrameReader.LONG_LENGTH

  override suspend fun accept(raw: Duplex): SecuredLink {
    val handshake = SealHandshake.Responder(self, privateKey(), limits)
    return seal(raw, { handshake.peer().name }) {
      it.respond(handshake) { asking -> cookieOf(checked(asking.name, raw)) }
    }
  }

  override suspend fun connect(raw: Duplex, peer: Atom, port: Int): SecuredLink {
    val handshake = SealHandshake.Initiator(self, peer, cookieOf(peer), privateKey(), limits)
    return seal(raw, { peer }) { it.initiate(handshake) }
  }

  /** Who may connect was decided by the name that those between have told. */
  private fun checked(name: Atom, raw: Duplex): Atom {
    val told = (raw as? TunnelDuplex)?.peer ?: name
    if (name != told)
      throw WireException("it says that it is ${name.name()}, those between say ${told.name()}")
    return name
  }

  private suspend fun seal(
    raw: Duplex,
    peer: () -> Atom,
    agree: suspend (SealedDuplex) -> Unit,
  ): SecuredLink {
    val sealed = SealedDuplex(raw)
    try {
      seams.timers.within(Handshake.TIMEOUT, "agreeing on keys") { agree(sealed) }
    } catch (refused: WireException) {
      throw SealException(refused.message.orEmpty())
    } catch (closed: EOFException) {
      throw SealException(closed.message.orEmpty())
    }
    val proven = peer()
    val tunnel = raw as? TunnelDuplex
    return SecuredLink(sealed, PROTECTION, tunnel?.via ?: emptyList()) {
      if (it == proven) null else "it has proved to be ${proven.name()}"
    }
  }

  private fun privateKey(): ByteArray {
    val key = ByteBuffer.allocate(PRIVATE_KEY_BYTES)
    while (key.hasRemaining()) key.putLong(seams.entropy.nextLong())
    return key.array()
  }

  private companion object {
    const val PRIVATE_KEY_BYTES = 32
    const val PROTECTION = "X25519, AES-256-GCM"
  }
}

/** Two nodes could not agree on keys; the message tells why, and what to look at. */
internal class SealException(message: String) : IOException(message)
