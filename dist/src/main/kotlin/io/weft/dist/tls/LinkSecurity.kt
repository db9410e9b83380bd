package io.weft.dist.tls

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.within
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.term.Atom
import io.weft.wire.handshake.Handshake
import java.security.cert.X509Certificate
import javax.net.ssl.SNIHostName
import javax.net.ssl.SSLEngine
import javax.net.ssl.SSLPeerUnverifiedException

/** What connections between nodes are wrapped in. */
internal interface LinkSecurity {
  /** How many bytes tell the length of a frame of the nodes' handshake. */
  val lengthBytes: Int

  /** Wraps a connection that a peer has opened. */
  suspend fun accept(raw: Duplex): SecuredLink

  /** Wraps a connection to [peer], at [port] of its host, that this node has opened. */
  suspend fun connect(raw: Duplex, peer: Atom, port: Int): SecuredLink
}

/** A connection as the nodes' own protocol sees it. */
internal class SecuredLink(
  val duplex: Duplex,
  /** Protocol and cipher suite; null if there is no protection. */
  val protection: String?,
  /** The nodes that carry it, that next to this one first; none for a connection of its own. */
  val via: List<Atom> = emptyList(),
  private val refusal: (Atom) -> String?,
) {
  /** Why the other side cannot be the node of this name, or null if it can. */
  fun refusalOf(node: Atom): String? = refusal(node)
}

/** No protection. */
internal object Plain : LinkSecurity {
  override val lengthBytes = FrameReader.SHORT_LENGTH

  override suspend fun accept(raw: Duplex) = SecuredLink(raw, null) { null }

  override suspend fun connect(raw: Duplex, peer: Atom, port: Int) = accept(raw)
}

/**
 * TLS. Each handshake may take as long as that of the nodes, seven seconds.
 *
 * Frames of the nodes' handshake have longer lengths here than over TCP, as in OTP's
 * `inet_tls_dist`.
 */
internal class TlsSecurity(
  private val options: TlsOptions,
  node: String,
  private val seams: Seams,
  log: LogLimiter,
) : LinkSecurity {
  val contexts = TlsContexts(options, node, seams, log)

  override val lengthBytes = FrameReader.LONG_LENGTH

  override suspend fun accept(raw: Duplex): SecuredLink {
    val engine = contexts.current.createSSLEngine()
    engine.useClientMode = false
    configure(engine)
    return secure(raw, engine)
  }

  override suspend fun connect(raw: Duplex, peer: Atom, port: Int): SecuredLink {
    val host = peer.name().substringAfter('@')
    val engine = contexts.current.createSSLEngine(host, port)
    engine.useClientMode = true
    configure(engine, host)
    return secure(raw, engine)
  }

  private fun configure(engine: SSLEngine, host: String? = null) {
    val parameters = engine.sslParameters
    parameters.protocols = options.protocols.toTypedArray()
    options.cipherSuites?.let { parameters.cipherSuites = it.toTypedArray() }
    if (host != null) parameters.serverNames = listOfNotNull(serverName(host))
    else
      when (options.clientCertificate) {
        TlsOptions.ClientCertificate.NONE -> {}
        TlsOptions.ClientCertificate.WANTED -> parameters.wantClientAuth = true
        TlsOptions.ClientCertificate.REQUIRED -> parameters.needClientAuth = true
      }
    engine.sslParameters = parameters
  }

  private fun serverName(host: String): SNIHostName? =
    try {
      SNIHostName(host)
    } catch (_: IllegalArgumentException) {
      null // an address of version 6
    }

  private suspend fun secure(raw: Duplex, engine: SSLEngine): SecuredLink {
    val duplex = TlsDuplex(raw, engine, seams)
    seams.timers.within(Handshake.TIMEOUT, "the TLS handshake") { duplex.handshake() }
    val session = engine.session
    val names = certificateOf(engine)?.let(CertifiedNames::of)
    return SecuredLink(duplex, "${session.protocol}, ${session.cipherSuite}") { refusal(names, it) }
  }

  private fun certificateOf(engine: SSLEngine): X509Certificate? =
    try {
      engine.session.peerCertificates.first() as? X509Certificate
    } catch (_: SSLPeerUnverifiedException) {
      null
    }

  private fun refusal(names: CertifiedNames?, node: Atom): String? =
    when {
      options.nameCheck == TlsOptions.NameCheck.NONE -> null
      names == null || names.isEmpty ->
        if (options.nameCheck == TlsOptions.NameCheck.REQUIRED) "its certificate names no node"
        else null
      names.fit(node) -> null
      else -> "its certificate is not for $node but for $names"
    }
}
