package io.weft.dist.transport

import io.weft.runtime.LogLimiter
import io.weft.runtime.Timers
import java.io.IOException
import java.nio.channels.ClosedChannelException
import java.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/**
 * Lets in who connects, and serves each in a coroutine of its own, so that nobody holds up the next
 * one.
 *
 * At most [limit] guests may be unproven at a time: those who have said nothing yet, and those who
 * have begun to. One more ends the eldest of the larger of the two crowds. So strangers can take a
 * place for a while, but never all places from those who come with a purpose, whose proof takes
 * milliseconds: who says nothing, however many and fast, is in the way of nobody who has begun.
 */
internal class Reception(
  private val scope: CoroutineScope,
  private val timers: Timers,
  private val limit: Int,
  private val log: LogLimiter,
) {
  private val lock = Any()
  private val silent = LinkedHashSet<Guest>()
  private val greeted = LinkedHashSet<Guest>()

  /** One who connected. */
  inner class Guest(val duplex: Duplex) {
    /** The guest has begun to say who it is. */
    fun greeted() {
      synchronized(lock) { if (silent.remove(this)) greeted.add(this) }
    }

    /** The guest counts no more for the limit. Idempotent. */
    fun proven() {
      synchronized(lock) { if (!silent.remove(this)) greeted.remove(this) }
    }
  }

  /**
   * Serves the guests of [listener] until it is closed. A guest's connection is closed when [serve]
   * is done with it.
   */
  fun open(listener: Listener, serve: suspend (Guest) -> Unit): Job = scope.launch {
    while (true) {
      try {
        admit(Guest(listener.accept()), serve)
      } catch (_: ClosedChannelException) {
        return@launch
      } catch (failure: IOException) {
        log.warn(
          "could not accept a connection at port {}, going on: {}",
          listener.port,
          "$failure",
        )
        timers.pause(PAUSE_AFTER_FAILURE)
      }
    }
  }

  /** Serves one who came by another way, as if he had connected to a listener. */
  fun admit(duplex: Duplex, serve: suspend (Guest) -> Unit): Unit = admit(Guest(duplex), serve)

  private fun admit(guest: Guest, serve: suspend (Guest) -> Unit) {
    enter(guest)?.let { eldest ->
      log.warn(
        "closed the connection of {}: {} others wait to be served, and it was first",
        eldest.duplex.remote,
        limit,
      )
      eldest.duplex.close()
    }
    val serving = scope.launch {
      try {
        serve(guest)
      } catch (cancelled: CancellationException) {
        throw cancelled
      } catch (bug: Exception) {
        log.error(
          "a failure of this node, not of {}, ended its connection",
          guest.duplex.remote,
          bug,
        )
      }
    }
    serving.invokeOnCompletion { // which comes also if the scope ended before the first step
      guest.proven()
      guest.duplex.close()
    }
  }

  private fun enter(guest: Guest): Guest? =
    synchronized(lock) {
      val eldest =
        if (silent.size + greeted.size < limit) null
        else (if (silent.size >= greeted.size) silent else greeted).removeFirst()
      silent.add(guest)
      eldest
    }

  private companion object {
    /** Too many open files, as a rule: nothing to do but to wait. */
    val PAUSE_AFTER_FAILURE: Duration = Duration.ofMillis(100)
  }
}
