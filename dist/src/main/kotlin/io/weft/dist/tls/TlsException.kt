package io.weft.dist.tls

import java.io.IOException
import java.security.cert.CertificateException
import javax.net.ssl.SSLException

/** TLS failed; the message tells why, and what to look at. */
public class TlsException
internal constructor(
  message: String,
  cause: Throwable? = null,
  /**
   * Whether the other side had not sent a single byte: it may only have looked for an open port.
   */
  internal val unheard: Boolean = false,
) : IOException(message, cause) {
  internal companion object {
    fun ofHandshake(failure: SSLException): TlsException {
      val root = generateSequence<Throwable>(failure) { it.cause }.last()
      val text = failure.message.orEmpty()
      val certificate =
        generateSequence<Throwable>(failure) { it.cause }
          .any {
            it is CertificateException ||
              it is java.security.cert.CertPathBuilderException ||
              it is java.security.cert.CertPathValidatorException
          }
      val told =
        when {
          certificate -> "its certificate is not trusted: ${root.message}"
          NO_TLS.any { it in text } -> "what it sends is not TLS: do both nodes use TLS?"
          ALERT in text -> refused(text.substringAfter(ALERT).trim())
          else -> text
        }
      return TlsException("TLS: $told", failure)
    }

    private fun refused(alert: String) =
      "it refused with the alert $alert" +
        when (alert) {
          "bad_certificate",
          "unknown_ca",
          "certificate_unknown",
          "certificate_expired",
          "certificate_required",
          "unsupported_certificate" -> ": does it trust this node's certificate?"
          "handshake_failure",
          "protocol_version",
          "insufficient_security" -> ": have both nodes a TLS version and a cipher suite in common?"
          else -> ""
        }

    private const val ALERT = "Received fatal alert:"
    private val NO_TLS =
      listOf(
        "Unsupported or unrecognized SSL message",
        "Unrecognized SSL message",
        "Unsupported SSL v2.0 ClientHello",
      )
  }
}
