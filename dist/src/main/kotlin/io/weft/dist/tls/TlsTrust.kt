package io.weft.dist.tls

import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.cert.X509Certificate
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/** Which certificates of peers are good. */
public fun interface TlsTrust {
  /**
   * Returns who decides, as things are now. Called at the start of the node and whenever
   * certificates are reloaded, off the carriers: it may block, and so may the decisions.
   *
   * @throws java.io.IOException if something cannot be read
   * @throws GeneralSecurityException if it is not usable
   */
  public fun load(): X509TrustManager

  public companion object {
    /** Certificates of the authorities in a file of the PEM form: OTP's `cacertfile`. */
    @JvmStatic public fun pem(authorities: Path): TlsTrust = PemTrust(authorities)

    /** Certificates of the authorities in a key store of the types PKCS12 or JKS. */
    @JvmStatic
    public fun keyStore(file: Path, password: String): TlsTrust = KeyStoreTrust(file, password)

    /** Certificates of these authorities. */
    @JvmStatic
    public fun authorities(vararg certificates: X509Certificate): TlsTrust =
      ListTrust(certificates.asList())

    /** Certificates that the JDK trusts for the public web. */
    @JvmStatic public fun system(): TlsTrust = SystemTrust

    /**
     * Every certificate, without a look: OTP's `verify_none`. Connections are encrypted, but one
     * who sits between two nodes can pretend to be either to the other.
     */
    @JvmStatic public fun anyone(): TlsTrust = Anyone
  }
}

private class PemTrust(private val file: Path) : TlsTrust {
  override fun load() = deciding(Pem.certificates(file))

  override fun toString() = "trust in the authorities of $file"
}

private class KeyStoreTrust(private val file: Path, private val password: String) : TlsTrust {
  override fun load() = deciding(KeyStores.load(file, password))

  override fun toString() = "trust in the authorities of $file"
}

private class ListTrust(private val certificates: List<X509Certificate>) : TlsTrust {
  override fun load() = deciding(certificates)

  override fun toString() = "trust in ${certificates.map { it.subjectX500Principal }}"
}

private object SystemTrust : TlsTrust {
  override fun load() = deciding(null as KeyStore?)

  override fun toString() = "trust in the JDK's authorities"
}

private object Anyone : TlsTrust {
  override fun load() = TrustAll

  override fun toString() = "trust in anyone"
}

private fun deciding(authorities: List<X509Certificate>): X509TrustManager {
  val store = KeyStore.getInstance("PKCS12").apply { load(null, null) }
  authorities.forEachIndexed { index, certificate ->
    store.setCertificateEntry("authority$index", certificate)
  }
  return deciding(store)
}

private fun deciding(authorities: KeyStore?): X509TrustManager {
  val factory = TrustManagerFactory.getInstance("PKIX")
  factory.init(authorities)
  return factory.trustManagers.filterIsInstance<X509TrustManager>().firstOrNull()
    ?: throw GeneralSecurityException("there is no trust manager for X.509 certificates")
}

/** The JDK still refuses algorithms that are broken. */
private object TrustAll : X509TrustManager {
  override fun checkClientTrusted(chain: Array<X509Certificate>, authType: String) = Unit

  override fun checkServerTrusted(chain: Array<X509Certificate>, authType: String) = Unit

  override fun getAcceptedIssuers(): Array<X509Certificate> = emptyArray()
}
