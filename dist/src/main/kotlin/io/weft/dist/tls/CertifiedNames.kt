package io.weft.dist.tls

import io.weft.term.Atom
import java.net.InetAddress
import java.security.cert.X509Certificate
import javax.naming.InvalidNameException
import javax.naming.ldap.LdapName

/**
 * The hosts and nodes that a certificate is for: see [TlsOptions.NameCheck].
 *
 * Source: OTP's `inet_tls_dist`, `cert_nodes/1`.
 */
internal class CertifiedNames(private val hosts: Set<String>, private val names: Set<String>) {
  /** Whether it names nobody. */
  val isEmpty: Boolean
    get() = hosts.isEmpty() && names.isEmpty()

  /** Whether a node may go by this name, `name@host`. */
  fun fit(node: Atom): Boolean {
    val full = node.name()
    val short = full.substringBefore('@')
    val host = full.substringAfter('@').lowercase()
    return (hosts.isEmpty() || hosts.any { covers(it, host) }) &&
      (names.isEmpty() || short in names || full in names)
  }

  private fun covers(certified: String, host: String): Boolean =
    certified == host ||
      certified.startsWith("*.") &&
        host.substringAfter('.', "") == certified.substring(2) &&
        address(host) == null ||
      address(host)?.let { it == address(certified) } ?: false

  private fun address(literal: String): InetAddress? =
    if (literal.none { it == '.' || it == ':' }) null
    else
      try {
        InetAddress.ofLiteral(literal)
      } catch (_: IllegalArgumentException) {
        null
      }

  override fun toString() = (hosts.map { "host $it" } + names.map { "node $it" }).joinToString()

  companion object {
    private const val DIRECTORY_NAME = 4
    private const val DNS_NAME = 2
    private const val IP_ADDRESS = 7

    fun of(certificate: X509Certificate): CertifiedNames {
      val alternatives = certificate.subjectAlternativeNames.orEmpty()
      fun values(vararg kinds: Int) =
        alternatives.filter { (it[0] as Int) in kinds }.map { "${it[1]}" }
      return CertifiedNames(
        values(DNS_NAME, IP_ADDRESS).mapTo(LinkedHashSet()) { it.lowercase() },
        values(DIRECTORY_NAME).flatMapTo(LinkedHashSet(), ::commonNames),
      )
    }

    private fun commonNames(directoryName: String): List<String> =
      try {
        LdapName(directoryName).rdns.filter { it.type.equals("CN", true) }.map { "${it.value}" }
      } catch (_: InvalidNameException) {
        emptyList()
      }
  }
}
