package io.weft.dist.testing

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** Carries bytes between whoever connects to [port] and [target], until it is told not to. */
class Relay(private val target: Int) : AutoCloseable {
  private val loopback = InetAddress.getLoopbackAddress()
  private val server = ServerSocket(0, BACKLOG, loopback)
  private val sockets = CopyOnWriteArrayList<Socket>()
  private val lock = ReentrantLock()
  private val heardAgain = lock.newCondition()
  private var deafToCaller = false
  private var deafToTarget = false

  val port: Int = server.localPort

  init {
    Thread.ofVirtual().start(::serve)
  }

  private fun serve() {
    try {
      while (true) {
        val caller = server.accept()
        val callee = Socket(loopback, target)
        sockets += listOf(caller, callee)
        Thread.ofVirtual().start { carry(caller, callee) { deafToCaller } }
        Thread.ofVirtual().start { carry(callee, caller) { deafToTarget } }
      }
    } catch (_: IOException) {
      // closed
    }
  }

  private fun carry(from: Socket, to: Socket, isDeaf: () -> Boolean) {
    val buffer = ByteArray(BUFFER_BYTES)
    try {
      while (true) {
        val count = from.getInputStream().read(buffer)
        lock.withLock { while (isDeaf()) heardAgain.await() }
        if (count < 0) break
        to.getOutputStream().write(buffer, 0, count)
      }
      to.shutdownOutput()
    } catch (_: IOException) {
      from.close()
      to.close()
    }
  }

  /** What who connected says, and what the target says, does not get through. */
  fun silence(caller: Boolean, target: Boolean) = lock.withLock {
    deafToCaller = caller
    deafToTarget = target
    heardAgain.signalAll()
  }

  /** Resets all connections. */
  fun reset() {
    sockets.forEach {
      try {
        it.setSoLinger(true, 0)
        it.close()
      } catch (_: IOException) {
        // closed already
      }
    }
    sockets.clear()
  }

  override fun close() {
    server.close()
    silence(caller = false, target = false)
    reset()
  }

  private companion object {
    const val BACKLOG = 50
    const val BUFFER_BYTES = 8192
  }
}
