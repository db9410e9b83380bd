package io.weft.dist.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.weft.runtime.Seams
import java.net.StandardProtocolFamily
import java.net.UnixDomainSocketAddress
import java.nio.channels.ServerSocketChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope

/** The sockets of one user's processes, and who may use them. */
class NearbySocketsSpec :
  FunSpec({
    val seams = Seams.system()
    afterSpec { seams.close() }
    fun transport(directory: Path) = NioTransport(seams.scheduler, NearbySockets(directory))
    val parent = tempdir().toPath()

    test("a socket lies there as long as its listener is open") {
      val directory = parent.resolve("made")
      transport(directory).use { transport ->
        val tcp = transport.listen("127.0.0.1", 0)
        val nearby = transport.listenNearby(tcp).shouldNotBeNull()
        nearby.port shouldBe tcp.port
        directory.listDirectoryEntries().map { "${it.fileName}" } shouldBe
          listOf("7f000001-${tcp.port}")
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)) shouldBe "rwx------"
        nearby.close()
        directory.listDirectoryEntries() shouldBe emptyList()
        transport.connectNearby("127.0.0.1", tcp.port).shouldBeNull()
      }
    }

    test("who listens at all addresses is found at each of this machine") {
      transport(parent.resolve("all")).use { transport ->
        val tcp = transport.listen(null, 0)
        val nearby = transport.listenNearby(tcp).shouldNotBeNull()
        for (host in listOf("127.0.0.1", "127.0.0.7", "localhost")) coroutineScope {
          val accepted = async { nearby.accept() }
          transport.connectNearby(host, tcp.port).shouldNotBeNull()
          accepted.await().isFromThisHost shouldBe true
        }
        transport.connectNearby("192.0.2.1", tcp.port).shouldBeNull()
      }
    }

    test("what a killed process left behind leads nowhere, and gives way") {
      val directory = parent.resolve("stale")
      transport(directory).use { transport ->
        val tcp = transport.listen("127.0.0.1", 0)
        transport.listenNearby(tcp).shouldNotBeNull().close()
        val left = directory.resolve("7f000001-${tcp.port}")
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).use {
          it.bind(UnixDomainSocketAddress.of(left))
        }
        left.exists() shouldBe true
        transport.connectNearby("127.0.0.1", tcp.port).shouldBeNull()
        val nearby = transport.listenNearby(tcp).shouldNotBeNull()
        coroutineScope {
          val accepted = async { nearby.accept() }
          transport.connectNearby("127.0.0.1", tcp.port).shouldNotBeNull()
          accepted.await()
        }
      }
    }

    test("a directory that others may enter is not used") {
      val open = Files.createDirectory(parent.resolve("open"))
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"))
      transport(open).use { transport ->
        val tcp = transport.listen("127.0.0.1", 0)
        transport.listenNearby(tcp).shouldBeNull()
        transport.connectNearby("127.0.0.1", tcp.port).shouldBeNull()
      }
    }

    test("a path too long for a socket leaves TCP") {
      transport(parent.resolve("long".repeat(40))).use { transport ->
        transport.listenNearby(transport.listen("127.0.0.1", 0)).shouldBeNull()
      }
    }
  })
