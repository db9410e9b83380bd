package io.weft.dist.tls

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.TlsFiles
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.node.NodeStartException
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Tuple
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlin.io.path.writeText

/** Nodes that speak TLS with each other: who is let in, and how keys and certificates change. */
class TlsNodesSpec :
  FunSpec({
    class Scene : AutoCloseable {
      val world = TcpWorld()
      val files = TlsFiles()

      fun start(
        name: String,
        certifiedAs: String = "$name@127.0.0.1",
        configure: TlsOptions.Builder.() -> Unit = {},
      ): Node {
        files.issue(name, certifiedAs)
        return world.start(name, files.options(name, configure))
      }

      /** What one sends the other gets, or the connection is refused. */
      fun reaches(from: Node, to: String): Boolean {
        val actor = TermActor.start(from)
        actor.monitor("nobody", to)
        return (actor.next() as Tuple).get(4) == Atom.of("noproc")
      }

      fun log(text: String) = world.log.lines.any { text in it }

      override fun close() {
        world.close()
        files.close()
      }
    }

    test("the log tells the protocol and the cipher suite of a connection") {
      Scene().use { scene ->
        val a = scene.start("a")
        val b = scene.start("b")
        scene.reaches(a, "b@127.0.0.1") shouldBe true
        scene.reaches(b, "a@127.0.0.1") shouldBe true
        awaited { scene.log("by TLSv1.3, TLS_AES_") }
      }
    }

    test("a node without a certificate is let in only where none is required") {
      Scene().use { scene ->
        scene.start("strict")
        scene.start("lax") { clientCertificate(TlsOptions.ClientCertificate.WANTED) }
        val other = CertificateAuthority.create("other", Instant.now())
        scene.files.issue("stranger", "stranger@127.0.0.1", other)
        val stranger = scene.world.start("stranger", scene.files.options("stranger"))
        scene.reaches(stranger, "strict@127.0.0.1") shouldBe false
        scene.reaches(stranger, "lax@127.0.0.1") shouldBe
          true // it keeps what the others do not know
        awaited { scene.log("Empty client certificate chain") }
      }
    }

    test("a certificate binds the name of its node, unless that is not looked at") {
      Scene().use { scene ->
        scene.start("strict")
        scene.start("lax") { nameCheck(TlsOptions.NameCheck.NONE) }
        val mallory = scene.start("mallory", certifiedAs = "honest@127.0.0.1")
        scene.reaches(mallory, "strict@127.0.0.1") shouldBe false
        scene.reaches(mallory, "lax@127.0.0.1") shouldBe true
        awaited {
          scene.log(
            "which says it is 'mallory@127.0.0.1', during its handshake: its certificate is not for 'mallory@127.0.0.1' but for host 127.0.0.1, node honest"
          ) || scene.log("its certificate is not for 'mallory@127.0.0.1' but for")
        }
      }
    }

    test("new certificates are taken from their files without a restart, old connections live on") {
      Scene().use { scene ->
        val a = scene.start("a")
        val b = scene.start("b")
        scene.reaches(a, "b@127.0.0.1") shouldBe true
        val before = b.dist.certificates.first()
        val connections = scene.world.log.lines.count { "connected with" in it }

        b.dist.reloadCertificates() shouldBe false
        scene.files.issue("b", "b@127.0.0.1")
        b.dist.reloadCertificates() shouldBe true
        b.dist.certificates.first() shouldNotBe before
        scene.reaches(a, "b@127.0.0.1") shouldBe true
        scene.world.log.lines.count { "connected with" in it } shouldBe connections

        a.dist.disconnect(b.name())
        scene.reaches(a, "b@127.0.0.1") shouldBe true
      }
    }

    test("files that are not usable leave the old certificate in force") {
      Scene().use { scene ->
        val a = scene.start("a")
        val b = scene.start("b") { reloadInterval(Duration.ofMillis(50)) }
        scene.files.chain("b").writeText("half of a fi")
        shouldThrow<TlsException> { b.dist.reloadCertificates() }.message shouldContain
          "has no certificate in PEM form"
        awaited { scene.log("goes on with its old certificate") }
        scene.reaches(a, "b@127.0.0.1") shouldBe true
        val next = scene.files.issue("b", "b@127.0.0.1")
        awaited { b.dist.certificates.first() == next.certificate }
      }
    }

    test("keys are read in every form that openssl writes") {
      Scene().use { scene ->
        val ca = scene.files
        scene.files.issue("a", "a@127.0.0.1")
        val a = scene.world.start("a", scene.files.options("a") { trust(TlsTrust.anyone()) })
        val forms =
          mapOf(
            "pkcs1" to listOf("openssl genrsa -traditional -out KEY 2048", REQUEST),
            "sec1" to listOf("openssl ecparam -name secp384r1 -genkey -noout -out KEY", REQUEST),
            "pkcs8" to listOf("openssl genpkey -algorithm RSA -out KEY", REQUEST),
            "ed25519" to listOf("openssl genpkey -algorithm ed25519 -out KEY", REQUEST),
            "secret" to
              listOf(
                "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out PLAIN",
                "openssl req -x509 -new -key PLAIN -subj /CN=x -days 2 -out CERT",
                "openssl pkcs8 -topk8 -in PLAIN -passout pass:pssst -out KEY",
              ),
          )
        for ((form, commands) in forms) {
          commands.forEach { ca.directory.run(it, form) }
          val node =
            scene.world.start(
              form,
              scene.files.options(form) {
                identity(TlsIdentity.pem(ca.chain(form), ca.key(form), "pssst"))
                trust(TlsTrust.anyone())
              },
            )
          scene.reaches(a, "$form@127.0.0.1") shouldBe true
          node.close()
        }
      }
    }

    test("a key store does as well as files") {
      Scene().use { scene ->
        scene.files.issue("a", "a@127.0.0.1")
        scene.files.directory.run(
          "openssl pkcs12 -export -in CERT -inkey KEY -name node -passout pass:pssst -out a.p12",
          "a",
        )
        val store = scene.files.directory.resolve("a.p12")
        val a =
          scene.world.start(
            "a",
            scene.files.options("a") { identity(TlsIdentity.keyStore(store, "pssst")) },
          )
        scene.start("b")
        scene.reaches(a, "b@127.0.0.1") shouldBe true
      }
    }

    context("a node whose TLS cannot work does not start, and says why:") {
      fun refused(why: String, configure: TlsOptions.Builder.(TlsFiles) -> Unit) =
        Scene().use { scene ->
          scene.files.issue("a", "a@127.0.0.1")
          scene.files.issue("b", "b@127.0.0.1")
          val failure =
            shouldThrow<NodeStartException> {
              scene.world.start("a", scene.files.options("a") { configure(scene.files) })
            }
          failure.message shouldContain "cannot use TLS"
          failure.message shouldContain why
        }

      test("a file that is missing") {
        refused("there is no file") { identity(TlsIdentity.pem(Path.of("/nowhere/x.pem"))) }
      }
      test("a key of another certificate") {
        refused("not that of the certificate") {
          identity(TlsIdentity.pem(it.chain("a"), it.key("b")))
        }
      }
      test("a file without a key") {
        refused("no private key") { identity(TlsIdentity.pem(it.chain("a"))) }
      }
      test("a key store with another password") {
        refused("cannot be opened") { files ->
          files.directory.run(
            "openssl pkcs12 -export -in CERT -inkey KEY -passout pass:pssst -out a.p12",
            "a",
          )
          identity(TlsIdentity.keyStore(files.directory.resolve("a.p12"), "wrong"))
        }
      }
      test("a protocol that nobody knows") { refused("TLSv9") { protocols("TLSv9") } }
      test("a cipher suite that nobody knows") { refused("ROT13") { cipherSuites("ROT13") } }
    }

    test("a node with TLS and one without do not connect, and both say why") {
      Scene().use { scene ->
        val a = scene.start("a")
        val plain = scene.world.start("plain")
        scene.reaches(a, "plain@127.0.0.1") shouldBe false
        scene.reaches(plain, "a@127.0.0.1") shouldBe false
        awaited { scene.log("it speaks TLS, and this node does not") }
        awaited { scene.log("what it sends is not TLS: do both nodes use TLS?") }
        a.dist.peers().shouldBeEmpty()
      }
    }

    test("no cipher suite and no version in common is told as such") {
      Scene().use { scene ->
        val a = scene.start("a") { protocols("TLSv1.2") }
        scene.start("b") { protocols("TLSv1.3") }
        scene.reaches(a, "b@127.0.0.1") shouldBe false
        awaited { scene.log("have both nodes a TLS version and a cipher suite in common?") }
      }
    }

    test("messages between nodes keep their order inside TLS") {
      Scene().use { scene ->
        val a = scene.start("a")
        val there = TermActor.start(scene.start("b"), "there")
        val to = a.address("there", "b@127.0.0.1")
        repeat(50_000) { to.tell(IntTerm(it.toLong())) }
        repeat(50_000) { there.next() shouldBe IntTerm(it.toLong()) }
      }
    }

    test("a node that trusts anyone needs no files at all") {
      TcpWorld().use { world ->
        val open = distOptions { tls(TlsOptions.builder().build()) }
        val a = world.start("a", open)
        world.start("b", open)
        val actor = TermActor.start(a)
        actor.monitor("nobody", "b@127.0.0.1")
        (actor.next() as Tuple).get(4) shouldBe Atom.of("noproc")
      }
    }
  })

private const val REQUEST = "openssl req -x509 -new -key KEY -subj /CN=x -days 2 -out CERT"

/** Runs a command in which CERT, KEY and PLAIN stand for the files of [name]. */
private fun Path.run(command: String, name: String) {
  val words =
    command
      .replace("CERT", "$name.pem")
      .replace("KEY", "$name.key")
      .replace("PLAIN", "$name.plain")
      .split(' ')
  val process = ProcessBuilder(words).directory(toFile()).redirectErrorStream(true).start()
  val said = process.inputReader().readText()
  check(process.waitFor() == 0) { "$command: $said" }
}
