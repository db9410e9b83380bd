package io.weft.testkit

import io.weft.dist.transport.Duplex
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine

/** One end of a simulated connection. */
internal class Socket(
  override val remote: String,
  override val isFromThisHost: Boolean,
  private val input: Pipe,
  private val output: Pipe,
  private val purgesWhenReset: Boolean,
  private val onClose: (Socket) -> Unit,
) : Duplex {
  /** Waits for one thing at a time, or not at all. */
  private class Waiter {
    private var waiting: CancellableContinuation<Unit>? = null

    suspend fun await() = suspendCancellableCoroutine {
      check(waiting == null) { "two wait for the same" }
      waiting = it
      it.invokeOnCancellation { waiting = null }
    }

    fun wake() {
      waiting?.also { waiting = null }?.resume(Unit)
    }
  }

  private val reader = Waiter()
  private val writer = Waiter()
  private var closed = false
  private var ended = false
  private var failure: String? = null

  init {
    input.onInput = reader::wake
    input.onReset = { fail("Connection reset by peer") }
    output.onRoom = writer::wake
    output.onUnwanted = { fail("Broken pipe") }
  }

  private fun fail(why: String) {
    if (failure != null) return
    failure = why
    if (purgesWhenReset) input.purge()
    reader.wake()
    writer.wake()
  }

  override suspend fun read(into: ByteBuffer): Int {
    require(into.hasRemaining()) { "no room to read into" }
    while (true) {
      if (closed) throw ClosedChannelException()
      val count = input.take(into)
      if (count > 0) return count
      failure?.let { throw IOException(it) }
      if (input.hasEnded) return -1
      reader.await()
    }
  }

  override suspend fun write(vararg buffers: ByteBuffer) {
    for (buffer in buffers) {
      while (buffer.hasRemaining()) {
        if (closed || ended) throw ClosedChannelException()
        failure?.let { throw IOException(it) }
        if (output.offer(buffer) == 0) writer.await()
      }
    }
  }

  override suspend fun endOutput() {
    if (closed) throw ClosedChannelException()
    if (!ended) output.end()
    ended = true
  }

  override fun close() {
    if (closed) return
    val reset = input.unread > 0
    vanish()
    if (reset) output.reset() else if (!ended) output.end()
  }

  /** It is gone without a word to the other side, as by a loss of power. */
  fun vanish() {
    if (closed) return
    closed = true
    input.hasReceiver = false
    onClose(this)
    reader.wake()
    writer.wake()
  }

  /** The network resets the connection: each side gets a random part of what is under way. */
  fun reset() {
    input.sever()
    output.sever()
  }

  override fun toString() = "connection with $remote"
}
