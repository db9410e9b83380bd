package io.weft.dist.tls

import io.weft.dist.transport.runAside
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.util.Arrays
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.X509TrustManager

/**
 * The keys and certificates in force. A reload puts new ones in their place for handshakes to come;
 * connections that are there live on. One that fails leaves the old ones in force.
 */
internal class TlsContexts(
  private val options: TlsOptions,
  private val node: String,
  private val seams: Seams,
  private val log: LogLimiter,
) {
  private class InForce(
    val context: SSLContext,
    val mark: List<ByteArray>,
    val credentials: TlsCredentials,
  )

  @Volatile private var inForce: InForce? = null

  val current: SSLContext
    get() = checkNotNull(inForce) { "not loaded yet" }.context

  /** The certificate in force, with those of who issued it. */
  val credentials: TlsCredentials
    get() = checkNotNull(inForce) { "not loaded yet" }.credentials

  /**
   * Reads keys and certificates anew. Blocks; any thread.
   *
   * @return whether they are others than before
   * @throws TlsException if they are not usable
   */
  @Synchronized
  fun load(): Boolean {
    val loaded =
      try {
        load(options.identity.load(TlsIdentity.Owner(node, seams.clock.now())))
      } catch (unreadable: java.nio.file.NoSuchFileException) {
        throw TlsException("TLS: there is no file ${unreadable.file}", unreadable)
      } catch (failure: IOException) {
        throw TlsException("TLS: ${failure.message}", failure)
      } catch (failure: GeneralSecurityException) {
        throw TlsException("TLS: ${failure.message}", failure)
      } catch (failure: IllegalStateException) {
        throw TlsException("TLS: ${failure.message}", failure)
      } catch (failure: IllegalArgumentException) {
        throw TlsException("TLS: ${failure.message}", failure)
      }
    val before = inForce
    if (before != null && same(before.mark, loaded.mark)) return false
    inForce = loaded
    return true
  }

  private fun load(credentials: TlsCredentials): InForce {
    requireKeyMatches(credentials)
    val trust = options.trust.load()
    val context = SSLContext.getInstance("TLS")
    context.init(keyManagers(credentials), arrayOf(trust), null)
    requireKnown(context)
    return InForce(context, markOf(credentials, trust), credentials)
  }

  private fun keyManagers(credentials: TlsCredentials) =
    KeyManagerFactory.getInstance("PKIX")
      .apply {
        val store = KeyStore.getInstance("PKCS12").apply { load(null, null) }
        store.setKeyEntry("node", credentials.key, CharArray(0), credentials.chain.toTypedArray())
        init(store, CharArray(0))
      }
      .keyManagers

  /** A wrong pair would fail in every handshake, with an alert that nobody understands. */
  private fun requireKeyMatches(credentials: TlsCredentials) {
    val algorithm =
      when (credentials.key.algorithm) {
        "RSA" -> "SHA256withRSA"
        "EC" -> "SHA256withECDSA"
        "EdDSA",
        "Ed25519",
        "Ed448" -> "EdDSA"
        else -> return
      }
    val probe = node.encodeToByteArray()
    val made = java.security.Signature.getInstance(algorithm)
    made.initSign(credentials.key)
    made.update(probe)
    val signature = made.sign()
    made.initVerify(credentials.certificate.publicKey)
    made.update(probe)
    if (!made.verify(signature))
      throw GeneralSecurityException(
        "the private key is not that of the certificate ${credentials.certificate.subjectX500Principal}"
      )
  }

  private fun requireKnown(context: SSLContext) {
    val supported = context.supportedSSLParameters
    (options.protocols - supported.protocols.toSet()).let {
      require(it.isEmpty()) { "protocols $it are not known, but ${supported.protocols.asList()}" }
    }
    (options.cipherSuites.orEmpty() - supported.cipherSuites.toSet()).let {
      require(it.isEmpty()) { "cipher suites $it are not known" }
    }
  }

  private fun markOf(credentials: TlsCredentials, trust: X509TrustManager): List<ByteArray> =
    credentials.chain.map { it.encoded } +
      listOf(credentials.key.encoded ?: ByteArray(0)) +
      trust.acceptedIssuers.map { it.encoded }.sortedWith(Arrays::compare)

  private fun same(one: List<ByteArray>, other: List<ByteArray>) =
    one.size == other.size && one.indices.all { one[it].contentEquals(other[it]) }

  /** As [load], off the carriers, and told in the log. */
  suspend fun reload() {
    try {
      var changed = false
      seams.strands.runAside("TLS certificates of $node") { changed = load() }
      if (changed)
        log.info(
          "{} uses a new certificate: {}, valid until {}",
          node,
          credentials.certificate.subjectX500Principal,
          credentials.certificate.notAfter.toInstant(),
        )
    } catch (failure: TlsException) {
      log.warn(
        "{} goes on with its old certificate, the new one is not usable: {}",
        node,
        failure.message,
      )
    }
  }
}
