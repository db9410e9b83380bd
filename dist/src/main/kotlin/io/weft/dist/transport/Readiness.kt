package io.weft.dist.transport

/** A channel that does not block, and how one waits until it may be used. */
internal interface Readiness : AutoCloseable {
  /**
   * Suspends until the channel is ready for [operation], one of [java.nio.channels.SelectionKey]'s;
   * one caller for each of them. It may come back early.
   *
   * @throws java.nio.channels.ClosedChannelException if the channel is or gets closed
   */
  suspend fun await(operation: Int)

  /** Closes the channel. Idempotent; any thread. */
  override fun close()
}
