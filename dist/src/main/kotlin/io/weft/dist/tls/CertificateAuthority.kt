package io.weft.dist.tls

import java.security.cert.X509Certificate
import java.time.Duration
import java.time.Instant

/**
 * Issues certificates to nodes, with their names in them. For clusters without an authority of
 * their own, and for tests. Needs the library `org.bouncycastle:bcpkix-jdk18on` on the class path.
 *
 * Keys are of the curve P-256; certificates are valid from an hour before their making, since
 * clocks differ.
 */
public class CertificateAuthority
private constructor(
  /** The key that signs; whoever has it can be any node. */
  public val credentials: TlsCredentials
) {
  /** What nodes put into their trust. */
  public val certificate: X509Certificate
    get() = credentials.certificate

  /**
   * Issues a certificate for the node [node] (`name@host`): its alternative names are the host and,
   * as a directory name, the node's name.
   */
  @JvmOverloads
  public fun issue(node: String, now: Instant, validity: Duration = VALIDITY): TlsCredentials =
    withLibrary {
      IssuedCertificates.issue(node, now, validity, credentials)
    }

  override fun toString(): String = "${certificate.subjectX500Principal}"

  public companion object {
    /** How long certificates are valid by default: ten years. */
    public val VALIDITY: Duration = Duration.ofDays(3652)

    /** Makes a new authority, called [name]. */
    @JvmStatic
    @JvmOverloads
    public fun create(
      name: String,
      now: Instant,
      validity: Duration = VALIDITY,
    ): CertificateAuthority =
      CertificateAuthority(withLibrary { IssuedCertificates.authority(name, now, validity) })

    /** An authority that was made before. */
    @JvmStatic
    public fun of(credentials: TlsCredentials): CertificateAuthority =
      CertificateAuthority(credentials)

    internal fun selfSigned(node: String, now: Instant): TlsCredentials = withLibrary {
      IssuedCertificates.issue(node, now, VALIDITY, issuer = null)
    }

    private fun <T> withLibrary(action: () -> T): T =
      try {
        action()
      } catch (missing: NoClassDefFoundError) {
        throw IllegalStateException(
          "to make certificates takes a library: add org.bouncycastle:bcpkix-jdk18on to the class path, or give the node a certificate (TlsIdentity.pem, TlsIdentity.keyStore)",
          missing,
        )
      }
  }
}
