package io.weft.dist.transport

import java.io.IOException
import java.net.InetSocketAddress
import java.net.UnixDomainSocketAddress
import java.nio.file.FileAlreadyExistsException
import java.nio.file.Files
import java.nio.file.LinkOption.NOFOLLOW_LINKS
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.PosixFilePermission
import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.attribute.UserPrincipal
import java.util.HexFormat
import java.util.concurrent.ConcurrentHashMap

/**
 * The directory in which the processes of one user on one machine leave their Unix sockets for each
 * other: beside each TCP port that is listened on, one that leads to the same listener.
 *
 * Nobody but its owner may enter it. Where that cannot be had (a file system without owners, a
 * directory that somebody else made) there are no such sockets, and all go by TCP. What a process
 * that was killed leaves behind refuses connections until the next who listens on that port puts
 * its own in the place.
 */
internal class NearbySockets(private val directory: Path) {
  private val isOwn: Boolean by lazy(::establish)

  /** Where the socket lies that stands for an address of this machine; null if there are none. */
  fun pathOf(address: InetSocketAddress): Path? {
    if (!isOwn) return null
    val host =
      if (address.address.isAnyLocalAddress) "all"
      else HexFormat.of().formatHex(address.address.address)
    return directory.resolve("$host-${address.port}")
  }

  /**
   * Has a socket bound, and puts it at [path] once it can be connected to. It goes with this
   * process, if not before.
   */
  fun put(path: Path, bind: (UnixDomainSocketAddress) -> Unit) {
    val unfinished = path.resolveSibling("${path.fileName}.${ProcessHandle.current().pid()}")
    try {
      bind(UnixDomainSocketAddress.of(unfinished))
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE)
      placed.add(path)
    } catch (failure: IOException) {
      Files.deleteIfExists(unfinished)
      throw failure
    }
  }

  /** Takes away what was put at [path]. */
  fun remove(path: Path) {
    if (placed.remove(path)) Files.deleteIfExists(path)
  }

  private fun establish(): Boolean =
    try {
      if (Files.notExists(directory, NOFOLLOW_LINKS)) make()
      Files.isDirectory(directory, NOFOLLOW_LINKS) &&
        Files.getPosixFilePermissions(directory, NOFOLLOW_LINKS) == OWNER_ONLY &&
        Files.getOwner(directory, NOFOLLOW_LINKS) == ownerOfWhatWeMake()
    } catch (_: IOException) {
      false
    } catch (_: UnsupportedOperationException) { // no owners and permissions here
      false
    }

  private fun make() {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
    } catch (_: FileAlreadyExistsException) {
      // another process was faster
    }
  }

  private fun ownerOfWhatWeMake(): UserPrincipal {
    val probe = Files.createTempFile(directory, "owner", null)
    try {
      return Files.getOwner(probe)
    } finally {
      Files.delete(probe)
    }
  }

  companion object {
    /** What the process has to take away at its end. */
    private val placed: MutableSet<Path> = ConcurrentHashMap.newKeySet()

    init {
      val end = Thread.ofPlatform().unstarted { placed.forEach { Files.deleteIfExists(it) } }
      Runtime.getRuntime().addShutdownHook(end)
    }

    private val OWNER_ONLY: Set<PosixFilePermission> = PosixFilePermissions.fromString("rwx------")

    /**
     * Those of this process's user. A process that sees another network, as in a container, has
     * others: the same port is not the same there.
     */
    val OWN: NearbySockets by lazy {
      val name = "weft-${System.getProperty("user.name")}-${network()}"
      NearbySockets(Path.of(System.getProperty("java.io.tmpdir"), name))
    }

    private fun network(): String =
      try {
        Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString().filter(Char::isDigit)
      } catch (_: IOException) { // not Linux
        "net"
      }
  }
}
