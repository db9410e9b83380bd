package io.weft.dist.transport

import io.weft.runtime.Poller
import java.nio.channels.CancelledKeyException
import java.nio.channels.ClosedChannelException
import java.nio.channels.ClosedSelectorException
import java.nio.channels.SelectableChannel
import java.nio.channels.SelectionKey
import java.nio.channels.Selector
import java.nio.channels.ServerSocketChannel
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Waits for sockets in whatever thread polls, so that the carrier that learns of bytes reads them.
 *
 * The kernel goes on telling that a socket is ready until somebody has used it. So the interest in
 * reading stays where it is from one read to the next, and costs no system call; only when the
 * socket is ready and nobody waits is it taken back, until somebody does.
 */
internal class NioPoller : Poller, AutoCloseable {
  private val selector = Selector.open()

  /** Whether a thread sleeps in the selector, or is about to. */
  @Volatile private var sleeping = false

  fun readiness(channel: SelectableChannel, onClose: (Readiness) -> Unit): Readiness =
    Socket(channel, onClose)

  override fun poll(wait: Boolean): Boolean =
    try {
      if (!wait) selector.selectNow(::ready) > 0
      else {
        sleeping = true
        selector.select(::ready) > 0
      }
    } catch (_: ClosedSelectorException) {
      false
    } finally {
      if (wait) sleeping = false
    }

  private fun ready(key: SelectionKey) = (key.attachment() as Socket).ready()

  override fun wakeUp() {
    selector.wakeup()
  }

  override fun close() = selector.close()

  private companion object {
    const val RELEASE_LOOKS = 10_000
  }

  private inner class Socket(
    private val channel: SelectableChannel,
    private val onClose: (Readiness) -> Unit,
  ) : Readiness {
    /** Who waits for anything but to write. */
    private val input = AtomicReference<CancellableContinuation<Unit>?>()
    private val output = AtomicReference<CancellableContinuation<Unit>?>()
    private val key: SelectionKey = channel.register(selector, 0, this)

    override suspend fun await(operation: Int) = suspendCancellableCoroutine { waiting ->
      val place = if (operation == SelectionKey.OP_WRITE) output else input
      check(place.compareAndSet(null, waiting)) { "two wait for the same" }
      waiting.invokeOnCancellation { place.compareAndSet(waiting, null) }
      try {
        if (key.interestOps() and operation == 0) {
          key.interestOpsOr(operation)
          if (sleeping) selector.wakeup()
        }
      } catch (_: CancelledKeyException) {
        place.failAny()
      }
    }

    /** The selector says so. Who comes to wait between the look and the change looks too. */
    fun ready() {
      try {
        val operations = key.readyOps()
        val once = operations and SelectionKey.OP_READ.inv()
        if (once != 0) key.interestOpsAnd(once.inv())
        if (operations and SelectionKey.OP_WRITE != 0) output.resumeAny()
        val forInput = operations and SelectionKey.OP_WRITE.inv()
        if (forInput != 0 && !input.resumeAny()) {
          key.interestOpsAnd(forInput.inv())
          input.resumeAny()
        }
      } catch (_: CancelledKeyException) {
        // who closed it tells those who wait
      }
    }

    override fun close() {
      channel.close()
      input.failAny()
      output.failAny()
      selector.wakeup() // the descriptor is freed by who polls
      if (channel is ServerSocketChannel) awaitRelease()
      onClose(this)
    }

    /**
     * Until who polls has let go of it, a port is listened on. That takes a moment, unless the
     * caller is the one who polls.
     */
    private fun awaitRelease() {
      var looks = 0
      while (channel.isRegistered && looks++ < RELEASE_LOOKS) {
        selector.wakeup()
        Thread.yield()
      }
    }

    private fun AtomicReference<CancellableContinuation<Unit>?>.resumeAny(): Boolean {
      val waiting = getAndSet(null) ?: return false
      waiting.resume(Unit)
      return true
    }

    private fun AtomicReference<CancellableContinuation<Unit>?>.failAny() {
      getAndSet(null)?.resumeWithException(ClosedChannelException())
    }
  }
}
