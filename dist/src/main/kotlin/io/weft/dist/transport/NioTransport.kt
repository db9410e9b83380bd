package io.weft.dist.transport

import io.weft.runtime.Scheduler
import java.nio.channels.SelectableChannel
import java.nio.channels.spi.SelectorProvider

/**
 * Sockets, waited for by the carriers of a scheduler when they have nothing to run: what a peer
 * sends is read, and acted upon, by the thread that the kernel wakes. Where the scheduler's threads
 * have no time for that, a daemon thread of its own waits.
 */
public class NioTransport
internal constructor(private val scheduler: Scheduler, nearby: NearbySockets) :
  TcpTransport(SelectorProvider.provider(), nearby) {

  public constructor(scheduler: Scheduler) : this(scheduler, NearbySockets.OWN)

  private val poller = NioPoller()

  @Volatile private var closed = false

  init {
    if (!scheduler.attach(poller)) Thread.ofPlatform().name("weft-network").daemon().start(::poll)
  }

  private fun poll() {
    while (!closed) poller.poll(wait = true)
  }

  override fun readiness(channel: SelectableChannel, onClose: (Readiness) -> Unit): Readiness =
    poller.readiness(channel, onClose)

  override fun close() {
    super.close()
    closed = true
    scheduler.detach(poller)
    poller.wakeUp()
    poller.close()
  }
}
