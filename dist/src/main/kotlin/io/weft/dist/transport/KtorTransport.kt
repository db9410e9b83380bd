package io.weft.dist.transport

import io.ktor.network.selector.SelectorManager
import java.nio.channels.SelectableChannel
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import kotlinx.coroutines.asCoroutineDispatcher

/**
 * Sockets, with Ktor's selector to wait on: one daemon thread waits for all sockets of a transport.
 *
 * Of Ktor only the [SelectorManager] is used. Its sockets would bring two more coroutines for each
 * connection, which copy every byte through a channel of small segments and make one system call
 * for each.
 */
public class KtorTransport
private constructor(private val thread: ExecutorService, private val selector: SelectorManager) :
  TcpTransport(selector.provider, NearbySockets.OWN) {

  private constructor(
    thread: ExecutorService
  ) : this(thread, SelectorManager(thread.asCoroutineDispatcher()))

  public constructor() :
    this(
      Executors.newSingleThreadExecutor { task ->
        Thread.ofPlatform().name("weft-network").daemon().unstarted(task)
      }
    )

  override fun readiness(channel: SelectableChannel, onClose: (Readiness) -> Unit): Readiness =
    Selection(channel, selector, onClose)

  override fun close() {
    super.close()
    selector.close()
    thread.shutdown()
  }
}
