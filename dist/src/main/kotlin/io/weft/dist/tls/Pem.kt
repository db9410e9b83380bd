package io.weft.dist.tls

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.nio.file.Files
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.KeyException
import java.security.KeyFactory
import java.security.PrivateKey
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.security.spec.PKCS8EncodedKeySpec
import java.util.Base64
import javax.crypto.Cipher
import javax.crypto.EncryptedPrivateKeyInfo
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.PBEKeySpec

/** Keys and certificates in files of the PEM form (RFC 7468). */
internal object Pem {
  private val BLOCK = Regex("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----")
  private const val MAX_FILE_BYTES = 16 shl 20

  private class Block(val label: String, val bytes: ByteArray)

  private fun blocks(file: Path): List<Block> {
    if (Files.size(file) > MAX_FILE_BYTES) throw KeyException("$file is too large for a PEM file")
    return BLOCK.findAll(Files.readString(file, Charsets.ISO_8859_1))
      .map { Block(it.groupValues[1], decode(it.groupValues[2], file)) }
      .toList()
  }

  private fun decode(base64: String, file: Path): ByteArray =
    try {
      Base64.getMimeDecoder().decode(base64)
    } catch (malformed: IllegalArgumentException) {
      throw KeyException("$file is no PEM file: ${malformed.message}", malformed)
    }

  /** Returns the certificates of a file, at least one. */
  fun certificates(file: Path): List<X509Certificate> {
    val factory = CertificateFactory.getInstance("X.509")
    return blocks(file)
      .filter { it.label == "CERTIFICATE" || it.label == "X509 CERTIFICATE" }
      .map {
        try {
          factory.generateCertificate(ByteArrayInputStream(it.bytes)) as X509Certificate
        } catch (malformed: CertificateException) {
          throw CertificateException("a certificate in $file is malformed", malformed)
        }
      }
      .ifEmpty { throw CertificateException("$file has no certificate in PEM form") }
  }

  /** Returns the private key of a file that belongs to [certificate]. */
  fun privateKey(file: Path, certificate: X509Certificate, password: String?): PrivateKey {
    val block =
      blocks(file).firstOrNull { it.label.endsWith("PRIVATE KEY") }
        ?: throw KeyException("$file has no private key in PEM form")
    val algorithm = certificate.publicKey.algorithm
    try {
      val pkcs8 =
        when (block.label) {
          "PRIVATE KEY" -> PKCS8EncodedKeySpec(block.bytes)
          "ENCRYPTED PRIVATE KEY" -> decrypt(block.bytes, file, password)
          "RSA PRIVATE KEY",
          "EC PRIVATE KEY" -> PKCS8EncodedKeySpec(wrap(block.bytes, certificate))
          else -> throw KeyException("$file has a key of an unknown form: ${block.label}")
        }
      return KeyFactory.getInstance(algorithm).generatePrivate(pkcs8)
    } catch (wrong: java.security.spec.InvalidKeySpecException) {
      throw KeyException(
        "the key in $file is no $algorithm key, which its certificate asks for: ${wrong.message}",
        wrong,
      )
    }
  }

  private fun decrypt(bytes: ByteArray, file: Path, password: String?): PKCS8EncodedKeySpec {
    if (password == null) throw KeyException("the key in $file is encrypted: give its password")
    val encrypted = EncryptedPrivateKeyInfo(bytes)
    // The JDK names the scheme PBES2 by its parameters only.
    val scheme = encrypted.algParameters?.toString() ?: encrypted.algName
    try {
      val key =
        SecretKeyFactory.getInstance(scheme).generateSecret(PBEKeySpec(password.toCharArray()))
      val cipher = Cipher.getInstance(scheme)
      cipher.init(Cipher.DECRYPT_MODE, key, encrypted.algParameters)
      return encrypted.getKeySpec(cipher)
    } catch (wrong: GeneralSecurityException) {
      throw KeyException("the key in $file cannot be decrypted: is its password right?", wrong)
    }
  }

  /**
   * Puts a key of the older forms PKCS#1 and SEC 1 into a PKCS#8 envelope. The envelope names the
   * algorithm and its parameters in the same bytes as the certificate does.
   */
  private fun wrap(key: ByteArray, certificate: X509Certificate): ByteArray {
    val publicKey = certificate.publicKey.encoded // SEQUENCE { algorithm SEQUENCE, key BIT STRING }
    val algorithmAt = Der.contentAt(publicKey, 0)
    val algorithm = publicKey.copyOfRange(algorithmAt, Der.endOf(publicKey, algorithmAt))
    return Der.element(Der.SEQUENCE, Der.ZERO + algorithm + Der.element(Der.OCTETS, key))
  }

  fun write(label: String, bytes: ByteArray): String =
    "-----BEGIN $label-----\n${base64Lines(bytes)}\n-----END $label-----\n"
}

/** As much of ASN.1's distinguished encoding rules as an envelope takes. */
private object Der {
  const val SEQUENCE = 0x30
  const val OCTETS = 0x04

  /** The integer 0. */
  val ZERO = byteArrayOf(2, 1, 0)

  fun element(tag: Int, content: ByteArray): ByteArray {
    val out = ByteArrayOutputStream(content.size + 6)
    out.write(tag)
    when {
      content.size < 0x80 -> out.write(content.size)
      else -> {
        val length = content.size.toBigInteger().toByteArray().dropWhile { it == 0.toByte() }
        out.write(0x80 or length.size)
        out.write(length.toByteArray())
      }
    }
    out.write(content)
    return out.toByteArray()
  }

  fun contentAt(der: ByteArray, at: Int): Int {
    val first = der[at + 1].toInt() and 0xff
    return at + 2 + if (first < 0x80) 0 else first and 0x7f
  }

  fun endOf(der: ByteArray, at: Int): Int {
    val first = der[at + 1].toInt() and 0xff
    var length = first
    if (first >= 0x80) {
      length = 0
      repeat(first and 0x7f) { length = (length shl 8) or (der[at + 2 + it].toInt() and 0xff) }
    }
    return contentAt(der, at) + length
  }
}
