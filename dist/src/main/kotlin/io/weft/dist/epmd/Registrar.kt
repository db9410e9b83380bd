package io.weft.dist.epmd

import io.weft.dist.transport.LimitExceededException
import io.weft.dist.transport.Transport
import io.weft.dist.transport.pause
import io.weft.node.NodeStartException
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.wire.epmd.NodeEntry
import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/**
 * Keeps a node registered with the EPMD of its host.
 *
 * If nobody listens at EPMD's port, this process becomes EPMD, for all nodes of the host; else the
 * one that is there is used, be it OTP's or another Weft's. Whenever the registration is lost the
 * same is tried again, at once and then every two seconds (as OTP's nodes do), so that one of the
 * Weft nodes that shared an EPMD takes its place when it dies.
 */
internal class Registrar(
  private val transport: Transport,
  private val seams: Seams,
  private val log: LogLimiter,
  private var port: Int,
) : AutoCloseable {
  private var server: EpmdServer? = null
  private var registration: EpmdRegistration? = null
  private var keeping: Job? = null
  private var closed = false

  /** The port of the EPMD in use; [port] unless that was 0. Known once [start] has returned. */
  val epmdPort: Int
    get() = port

  /** Whether this process is EPMD. */
  val servesItself: Boolean
    @Synchronized get() = server != null

  /**
   * Registers, and goes on to keep the registration in [scope].
   *
   * @throws NodeStartException if the node cannot be registered
   */
  suspend fun start(entry: NodeEntry, scope: CoroutineScope) {
    if (port == 0) port = serve().port
    val first =
      try {
        registerFirst(entry)
      } catch (taken: NameTakenException) {
        throw NodeStartException("${taken.message}: stop it, or give this one another name", taken)
      } catch (failure: IOException) {
        throw NodeStartException(
          "node ${entry.name} could not be registered with EPMD: ${failure.message}",
          failure,
        )
      }
    keeping = scope.launch { keep(entry, first) }
  }

  /**
   * A node that has just ended may be registered for a moment still, and an EPMD be about to end.
   */
  private suspend fun registerFirst(entry: NodeEntry): EpmdRegistration {
    repeat(TRIES_AT_START - 1) {
      try {
        return register(entry)
      } catch (slow: LimitExceededException) {
        throw slow
      } catch (_: IOException) {
        seams.timers.pause(PAUSE_AT_START)
      }
    }
    return register(entry)
  }

  private suspend fun keep(entry: NodeEntry, first: EpmdRegistration) {
    var current = first
    while (true) {
      current.awaitLoss()
      log.info("EPMD at port {} has gone; {} registers again", port, entry.name)
      current = registerAgain(entry)
      log.info(
        "{} is registered again with EPMD at port {}{}",
        entry.name,
        port,
        if (servesItself) ", now served here" else "",
      )
    }
  }

  private suspend fun registerAgain(entry: NodeEntry): EpmdRegistration {
    while (true) {
      try {
        return register(entry)
      } catch (failure: IOException) {
        log.warn(
          "{} is not registered with EPMD, peers cannot find it; next try in 2 s: {}",
          entry.name,
          failure.message,
        )
      }
      seams.timers.pause(RETRY)
    }
  }

  /**
   * Uses the EPMD that is there, or becomes it. Whoever loses the race for the port finds the
   * winner there.
   */
  private suspend fun register(entry: NodeEntry): EpmdRegistration {
    val client = EpmdClient(transport, seams.timers, LOCALHOST, port)
    try {
      return hold(client.register(entry))
    } catch (_: ConnectException) {
      try {
        serve()
      } catch (_: BindException) {
        // somebody else was quicker; if it is no EPMD the next line will tell
      }
    }
    return hold(client.register(entry))
  }

  private suspend fun serve(): EpmdServer {
    val started = EpmdServer.start(transport, seams, port)
    synchronized(this) { server = own(started) }
    log.info("no EPMD was running; serving as EPMD at port {}", started.port)
    return started
  }

  @Synchronized
  private fun hold(made: EpmdRegistration): EpmdRegistration = own(made).also { registration = it }

  /** What is opened while this is being closed is closed too. Under the lock. */
  private fun <R : AutoCloseable> own(opened: R): R {
    if (closed) {
      opened.close()
      throw CancellationException("closed")
    }
    return opened
  }

  /** Ends the registration, and the EPMD if it is served here. Idempotent. */
  @Synchronized
  override fun close() {
    closed = true
    keeping?.cancel()
    registration?.close()
    server?.close()
  }

  private companion object {
    const val LOCALHOST = "127.0.0.1"
    val RETRY: Duration = Duration.ofSeconds(2)
    const val TRIES_AT_START = 6
    val PAUSE_AT_START: Duration = Duration.ofMillis(200)
  }
}
