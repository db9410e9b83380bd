package io.weft.dist.tls

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.PrivateKey
import java.security.cert.X509Certificate
import java.time.Instant

/** Where a node has its key and certificate from. */
public fun interface TlsIdentity {
  /**
   * Returns key and certificate as they are now. Called at the start of the node and whenever
   * certificates are reloaded, off the carriers: it may block.
   *
   * @throws IOException if they cannot be read
   * @throws GeneralSecurityException if they are not usable
   */
  public fun load(owner: Owner): TlsCredentials

  /** For whom key and certificate are. */
  public class Owner(
    /** `name@host`. */
    public val node: String,
    public val now: Instant,
  )

  public companion object {
    /**
     * A certificate made at the start of the node, with its name and host, signed by itself. It
     * stays the same as long as the node runs. Needs the library `org.bouncycastle:bcpkix-jdk18on`
     * on the class path.
     *
     * No peer can tell it from one that somebody else made, so it goes with [TlsTrust.anyone].
     */
    @JvmStatic public fun selfSigned(): TlsIdentity = SelfSigned()

    /**
     * Files in PEM form: [chain] begins with the node's own certificate, [key] is its private key
     * (PKCS#8, PKCS#1 or SEC 1; RSA, EC or EdDSA), which may be in the same file. What `openssl`
     * writes and OTP's `certfile` and `keyfile` read.
     *
     * @param password for an encrypted key, which must be of the form PKCS#8
     */
    @JvmStatic
    @JvmOverloads
    public fun pem(chain: Path, key: Path = chain, password: String? = null): TlsIdentity =
      PemIdentity(chain, key, password)

    /**
     * A key store of the types PKCS12 or JKS.
     *
     * @param alias of the entry to use; null for the only one that has a key
     */
    @JvmStatic
    @JvmOverloads
    public fun keyStore(file: Path, password: String, alias: String? = null): TlsIdentity =
      KeyStoreIdentity(file, password, alias)

    /** A certificate made at the start of the node, with its name and host, by this authority. */
    @JvmStatic public fun issuedBy(authority: CertificateAuthority): TlsIdentity = Issued(authority)
  }
}

/**
 * Made once, however often it is loaded: peers that keep a connection and new ones see the same.
 */
private class SelfSigned : TlsIdentity {
  private val made = HashMap<String, TlsCredentials>()

  @Synchronized
  override fun load(owner: TlsIdentity.Owner) =
    made.getOrPut(owner.node) { CertificateAuthority.selfSigned(owner.node, owner.now) }

  override fun toString() = "a certificate signed by itself"
}

private class Issued(private val authority: CertificateAuthority) : TlsIdentity {
  private val made = HashMap<String, TlsCredentials>()

  @Synchronized
  override fun load(owner: TlsIdentity.Owner) =
    made.getOrPut(owner.node) { authority.issue(owner.node, owner.now) }

  override fun toString() = "a certificate of $authority"
}

private class PemIdentity(
  private val chain: Path,
  private val key: Path,
  private val password: String?,
) : TlsIdentity {
  override fun load(owner: TlsIdentity.Owner): TlsCredentials {
    val certificates = Pem.certificates(chain)
    return TlsCredentials(Pem.privateKey(key, certificates.first(), password), certificates)
  }

  override fun toString() = "the certificate in $chain"
}

private class KeyStoreIdentity(
  private val file: Path,
  private val password: String,
  private val alias: String?,
) : TlsIdentity {
  override fun load(owner: TlsIdentity.Owner): TlsCredentials {
    val store = KeyStores.load(file, password)
    val entry = alias ?: theOnlyKey(store)
    val key =
      store.getKey(entry, password.toCharArray()) as? PrivateKey
        ?: throw GeneralSecurityException("$file has no private key under the alias $entry")
    return TlsCredentials(key, store.getCertificateChain(entry).map { it as X509Certificate })
  }

  private fun theOnlyKey(store: KeyStore): String =
    store.aliases().toList().filter(store::isKeyEntry).singleOrNull()
      ?: throw GeneralSecurityException(
        "$file has not one private key but ${store.aliases().toList().count(store::isKeyEntry)}: name an alias"
      )

  override fun toString() = "the certificate in $file"
}

internal object KeyStores {
  fun load(file: Path, password: String): KeyStore =
    try {
      KeyStore.getInstance(file.toFile(), password.toCharArray())
    } catch (failure: IOException) {
      if (!Files.exists(file)) throw java.nio.file.NoSuchFileException(file.toString())
      throw IOException("$file cannot be opened: ${failure.message}", failure)
    }
}
