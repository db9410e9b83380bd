package io.weft.dist.testing

import io.weft.dist.DistOptions
import io.weft.dist.distOptions
import io.weft.dist.tls.CertificateAuthority
import io.weft.dist.tls.TlsCredentials
import io.weft.dist.tls.TlsIdentity
import io.weft.dist.tls.TlsOptions
import io.weft.dist.tls.TlsTrust
import io.weft.dist.tls.tlsOptions
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlin.io.path.writeText

/** An authority, and files with keys and certificates of its nodes, in a directory of their own. */
class TlsFiles : AutoCloseable {
  val directory: Path = Files.createTempDirectory("weft-tls")
  val authority = CertificateAuthority.create("Weft test authority", Instant.now())
  val ca: Path = directory.resolve("ca.pem").apply { writeText(authority.credentials.chainPem()) }

  fun chain(name: String): Path = directory.resolve("$name.pem")

  fun key(name: String): Path = directory.resolve("$name.key")

  /** Writes the files of [name], with a certificate for the node [node]. */
  fun issue(name: String, node: String, by: CertificateAuthority = authority): TlsCredentials =
    by.issue(node, Instant.now(), Duration.ofDays(1)).also {
      chain(name).writeText(it.chainPem())
      key(name).writeText(it.keyPem())
    }

  /** Options of a Weft node that has the files of [name] and checks its peers by the authority. */
  fun options(name: String, configure: TlsOptions.Builder.() -> Unit = {}): DistOptions =
    distOptions {
      tls(
        tlsOptions {
          identity(TlsIdentity.pem(chain(name), key(name)))
          trust(TlsTrust.pem(ca))
          configure()
        }
      )
    }

  /**
   * Arguments of an Erlang node that has the files of [name].
   *
   * @param options for both roles, in Erlang's words
   */
  fun erlang(
    name: String,
    vararg versions: String,
    checks: Boolean = true,
    options: String = "",
  ): List<String> {
    val files = """{certfile, "${chain(name)}"}, {keyfile, "${key(name)}"}, {cacertfile, "$ca"}"""
    val spoken =
      if (versions.isEmpty()) "" else ", {versions, [${versions.joinToString { "'$it'" }}]}"
    val verify = if (checks) "{verify, verify_peer}" else "{verify, verify_none}"
    val must = if (checks) ", {fail_if_no_peer_cert, true}" else ""
    val file = Files.createTempFile(directory, name, ".conf")
    file.writeText(
      "[{server, [$files, $verify$must$spoken$options]}, {client, [$files, $verify$spoken$options]}].\n"
    )
    return listOf("-proto_dist", "inet_tls", "-ssl_dist_optfile", "$file")
  }

  override fun close() {
    directory.toFile().deleteRecursively()
  }
}
