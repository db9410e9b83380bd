package io.weft.dist.transport

import java.nio.ByteBuffer

/**
 * Byte connections between hosts: all that the network of a node needs of the world outside.
 *
 * Nothing past this seam opens a socket, so a test may put its own network in its place: one in
 * memory, in virtual time, with partitions.
 *
 * Failures are told by [java.io.IOException] and its kin: [java.net.UnknownHostException] for a
 * host without an address, [java.net.ConnectException] for a port that nobody listens on,
 * [java.net.BindException] for a port that is taken.
 */
public interface Transport : AutoCloseable {
  /**
   * Listens on [port], or on any free one if it is 0, at the address of [host], or at all addresses
   * of this machine if it is null.
   *
   * @throws java.net.BindException if the port is taken
   */
  public suspend fun listen(host: String?, port: Int): Listener

  /**
   * Connects to [port] of [host], trying each of its addresses in turn. Suspends until the
   * connection is there; it sets no limit of its own. On cancellation nothing is left open.
   *
   * @throws java.io.IOException the failure of the first address, if none could be connected to
   */
  public suspend fun connect(host: String, port: Int): Duplex

  /**
   * Listens beside [beside], a listener of this transport, for the processes of the same user on
   * this machine, on a way that is shorter than that of the network. Returns null, as it does
   * unless overridden, where there is no such way; they come to the other listener then.
   */
  public suspend fun listenNearby(beside: Listener): Listener? = null

  /**
   * Connects, by the way of [listenNearby], to who listens on [port] of [host]; null if nobody is
   * reached by it. On cancellation nothing is left open.
   *
   * @throws java.net.UnknownHostException if the host has no address
   */
  public suspend fun connectNearby(host: String, port: Int): Duplex? = null

  /** Closes everything opened here that is still open. Idempotent. */
  override fun close()
}

/** A port that is listened on. */
public interface Listener : AutoCloseable {
  /** The port in use, never 0; for one nearby, that of the listener beside it. */
  public val port: Int

  /**
   * Suspends until someone connects. One caller at a time.
   *
   * A failure other than that of a closed listener concerns one connection, or passes (too many
   * open files): the next call may succeed.
   *
   * @throws java.nio.channels.ClosedChannelException if the listener is or gets closed
   */
  public suspend fun accept(): Duplex

  /** Stops listening; connections already accepted live on. Idempotent; any thread. */
  override fun close()
}

/**
 * A connection that carries bytes in order, both ways.
 *
 * One coroutine may read while another writes; never two of a kind. A cancelled read has taken
 * nothing; a cancelled write may have written a part, so that only [close] is left to do. After
 * [close] pending and later calls fail with [java.io.IOException].
 */
public interface Duplex : AutoCloseable {
  /** Address and port of the other side, in digits, for people to read. */
  public val remote: String

  /** Whether the other side is on this machine. */
  public val isFromThisHost: Boolean

  /**
   * Reads what is there, at least one byte, and moves the position of [into] past it; suspends
   * while there is nothing. Returns how many bytes it read, or -1 once the other side has ended its
   * output. [into] must have room.
   */
  public suspend fun read(into: ByteBuffer): Int

  /**
   * Writes all that remains in [buffers], in order, gathered in few system calls; suspends while
   * the other side is behind.
   */
  public suspend fun write(vararg buffers: ByteBuffer)

  /**
   * Tells the other side that nothing more will come; reading goes on. Not while a [write] is under
   * way. Idempotent.
   */
  public suspend fun endOutput()

  /** Closes both directions. Idempotent; any thread. */
  override fun close()
}
