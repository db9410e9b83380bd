package io.weft.examples.limiter

import io.weft.kotlin.call
import io.weft.kotlin.callDeferred
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Request
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** What a rate limiter is asked: for leave to do something, by the key of who wants to. */
sealed interface RateLimiter {
  /** Answered when the turn of the asker has come, or at once if too many wait before. */
  data class Enter(val key: String) : RateLimiter, Request<Leave>

  /** Answered at once. */
  data class TryEnter(val key: String) : RateLimiter, Request<Leave>
}

sealed interface Leave {
  data class Granted(val waited: Duration) : Leave

  data class Refused(val retryAfter: Duration) : Leave
}

/**
 * How much may pass for each key.
 *
 * @param interval between two that pass, in the long run
 * @param burst how many may pass at once after a quiet time
 * @param waiting how many may wait
 */
data class Limit(val interval: Duration, val burst: Int, val waiting: Int)

/**
 * A rate limiter: for each key it remembers one time, that at which all leave given so far is used
 * up. Who waits has the leave already, and is told when it begins; so all go in the order in which
 * they asked, and no list of them is kept.
 */
fun rateLimiter(limit: Limit): Blueprint<RateLimiter> =
  server<RateLimiter>("rate limiter") {
    val clock = self.node().seams().clock()
    val usedUpAt = HashMap<String, Long>()
    val ahead = limit.interval * (limit.burst - 1)

    /** Returns how long to wait, having reserved the leave; or null if that is more than [most]. */
    fun reserve(key: String, most: Duration): Duration? {
      val now = clock.nanoTime()
      val from = maxOf(usedUpAt[key] ?: now, now)
      val wait = ((from - now).nanoseconds - ahead).coerceAtLeast(Duration.ZERO)
      if (wait > most) return null
      usedUpAt[key] = from + limit.interval.inWholeNanoseconds
      return wait
    }

    fun refused(key: String): Leave.Refused {
      val now = clock.nanoTime()
      return Leave.Refused((usedUpAt.getValue(key) - now).nanoseconds - ahead)
    }

    callDeferred { q: RateLimiter.Enter, reply ->
      when (val wait = reserve(q.key, limit.interval * limit.waiting)) {
        null -> reply.send(refused(q.key))
        Duration.ZERO -> reply.send(Leave.Granted(wait))
        else ->
          launch {
            delay(wait)
            reply.send(Leave.Granted(wait))
          }
      }
    }
    call { q: RateLimiter.TryEnter ->
      if (reserve(q.key, Duration.ZERO) != null) Leave.Granted(Duration.ZERO) else refused(q.key)
    }

    launch { // keys that have not been used for long are as good as new
      while (true) {
        delay(SWEEP)
        val now = clock.nanoTime()
        usedUpAt.values.removeIf { it <= now }
      }
    }
  }

private val SWEEP = 10.seconds
