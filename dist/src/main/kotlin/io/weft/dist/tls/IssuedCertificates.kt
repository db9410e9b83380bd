package io.weft.dist.tls

import java.math.BigInteger
import java.net.InetAddress
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.spec.ECGenParameterSpec
import java.time.Duration
import java.time.Instant
import java.util.Date
import org.bouncycastle.asn1.x500.X500Name
import org.bouncycastle.asn1.x500.X500NameBuilder
import org.bouncycastle.asn1.x500.style.BCStyle
import org.bouncycastle.asn1.x509.BasicConstraints
import org.bouncycastle.asn1.x509.ExtendedKeyUsage
import org.bouncycastle.asn1.x509.Extension
import org.bouncycastle.asn1.x509.GeneralName
import org.bouncycastle.asn1.x509.GeneralNames
import org.bouncycastle.asn1.x509.KeyPurposeId
import org.bouncycastle.asn1.x509.KeyUsage
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder

/** Makes keys and certificates. The only place that touches Bouncy Castle. */
internal object IssuedCertificates {
  private val CLOCK_SKEW: Duration = Duration.ofHours(1)

  fun authority(name: String, now: Instant, validity: Duration): TlsCredentials {
    val pair = keyPair()
    val builder = builder(named(name), pair, now, validity, issuer = null)
    builder.addExtension(Extension.basicConstraints, true, BasicConstraints(true))
    builder.addExtension(
      Extension.keyUsage,
      true,
      KeyUsage(KeyUsage.keyCertSign or KeyUsage.cRLSign),
    )
    return TlsCredentials(pair.private, listOf(builder.signed(pair.private)))
  }

  fun issue(
    node: String,
    now: Instant,
    validity: Duration,
    issuer: TlsCredentials?,
  ): TlsCredentials {
    val pair = keyPair()
    val builder = builder(named(node), pair, now, validity, issuer)
    builder.addExtension(Extension.basicConstraints, true, BasicConstraints(false))
    builder.addExtension(Extension.keyUsage, true, KeyUsage(KeyUsage.digitalSignature))
    builder.addExtension(
      Extension.extendedKeyUsage,
      false,
      ExtendedKeyUsage(arrayOf(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)),
    )
    // OTP looks for a host and for a name in two extensions; in one it finds the first of either.
    builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(node))
    val certificate = builder.signed(issuer?.key ?: pair.private)
    return TlsCredentials(pair.private, listOf(certificate) + issuer?.chain.orEmpty())
  }

  private fun keyPair(): KeyPair =
    KeyPairGenerator.getInstance("EC")
      .apply { initialize(ECGenParameterSpec("secp256r1")) }
      .generateKeyPair()

  private fun named(commonName: String): X500Name =
    X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build()

  private fun builder(
    subject: X500Name,
    pair: KeyPair,
    now: Instant,
    validity: Duration,
    issuer: TlsCredentials?,
  ): JcaX509v3CertificateBuilder {
    val digest = MessageDigest.getInstance("SHA-256").digest(pair.public.encoded)
    val extensions = JcaX509ExtensionUtils()
    val builder =
      JcaX509v3CertificateBuilder(
        issuer?.let { X500Name.getInstance(it.certificate.subjectX500Principal.encoded) }
          ?: subject,
        BigInteger(1, digest.copyOf(SERIAL_BYTES)), // as unique as the key
        Date.from(now - CLOCK_SKEW),
        Date.from(now + validity),
        subject,
        pair.public,
      )
    builder.addExtension(
      Extension.subjectKeyIdentifier,
      false,
      extensions.createSubjectKeyIdentifier(pair.public),
    )
    builder.addExtension(
      Extension.authorityKeyIdentifier,
      false,
      extensions.createAuthorityKeyIdentifier(issuer?.certificate?.publicKey ?: pair.public),
    )
    return builder
  }

  private fun JcaX509v3CertificateBuilder.signed(key: java.security.PrivateKey) =
    JcaX509CertificateConverter()
      .getCertificate(build(JcaContentSignerBuilder(signatureFor(key)).build(key)))

  private fun signatureFor(key: java.security.PrivateKey) =
    when (key.algorithm) {
      "EC" -> "SHA256withECDSA"
      "RSA" -> "SHA256withRSA"
      else -> key.algorithm // EdDSA is its own signature
    }

  private fun alternativeNames(node: String): GeneralNames {
    val host = node.substringAfter('@')
    val address = isAddress(host)
    return GeneralNames(
      listOfNotNull(
          GeneralName(GeneralName.iPAddress, host).takeIf { address },
          // OTP compares the host of a node name, also one in digits, with names of this kind only.
          GeneralName(GeneralName.dNSName, host),
          GeneralName(GeneralName.directoryName, named(node.substringBefore('@'))),
        )
        .toTypedArray()
    )
  }

  private fun isAddress(host: String): Boolean =
    host.any { it == '.' || it == ':' } && runCatching { InetAddress.ofLiteral(host) }.isSuccess

  private const val SERIAL_BYTES = 16
}
