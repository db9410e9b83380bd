package io.weft.dist.tls

import java.security.PrivateKey
import java.security.cert.X509Certificate
import java.util.Base64

/**
 * A private key with the certificate of its public key.
 *
 * @throws IllegalArgumentException if there is no certificate
 */
public class TlsCredentials(
  /** Never shown by [toString]. */
  public val key: PrivateKey,
  chain: List<X509Certificate>,
) {
  /** The certificate, and after it those of who issued it, as far as peers need them. */
  public val chain: List<X509Certificate> = chain.toList()

  init {
    require(chain.isNotEmpty()) { "there is no certificate" }
  }

  /** The certificate of the key. */
  public val certificate: X509Certificate
    get() = chain.first()

  /** Returns the certificates in the form of a PEM file. */
  public fun chainPem(): String = chain.joinToString("") { Pem.write("CERTIFICATE", it.encoded) }

  /** Returns the key in the form of a PEM file (PKCS#8), not encrypted. */
  public fun keyPem(): String = Pem.write("PRIVATE KEY", key.encoded)

  override fun toString(): String = "credentials of ${certificate.subjectX500Principal}"
}

internal fun base64Lines(bytes: ByteArray): String =
  Base64.getMimeEncoder(PEM_LINE, "\n".encodeToByteArray()).encodeToString(bytes)

private const val PEM_LINE = 64
