package io.weft.stage

import io.weft.node.Self
import io.weft.runtime.Entropy
import kotlin.coroutines.resume
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * When what failed is tried again, and after what pause. Immutable.
 *
 * ```
 * Retry.attempts(5).backoff(first = 200.milliseconds, most = 10.seconds).only { it is IOException }
 * ```
 */
public class Retry
private constructor(
  private val attempts: Int,
  private val first: Duration,
  private val most: Duration,
  private val jitter: Double,
  private val fits: (Throwable) -> Boolean,
) {
  /**
   * Waits for [first] before the second attempt, and before each further one twice as long as
   * before the last, but never longer than [most]. From 100 milliseconds to ten seconds if not
   * told.
   */
  public fun backoff(first: Duration, most: Duration): Retry {
    require(!first.isNegative() && first.isFinite()) { "a pause has a length, not $first" }
    require(most >= first && most.isFinite()) {
      "the longest pause is $most, shorter than the first, $first"
    }
    return Retry(attempts, first, most, jitter, fits)
  }

  /**
   * Shortens each pause by a random part of it, of [share] at most, so that those who failed
   * together do not come back together: from 0, for none, to 1. Half of it if not told.
   */
  public fun jitter(share: Double): Retry {
    require(share in 0.0..1.0) { "the random part of a pause is from 0 to 1, not $share" }
    return Retry(attempts, first, most, share, fits)
  }

  /** Tries again only after failures that fit; [fits] must be quick and not throw. */
  public fun only(fits: (Throwable) -> Boolean): Retry = Retry(attempts, first, most, jitter, fits)

  /**
   * Returns how long to wait after the failed attempt number [attempt], from 1 on; null if it was
   * the last.
   */
  internal fun pause(attempt: Int, why: Throwable, entropy: Entropy): Duration? {
    if (attempt >= attempts || !fits(why)) return null
    val doubled = first * Math.scalb(1.0, minOf(attempt - 1, MOST_DOUBLINGS))
    val full = minOf(doubled, most)
    return if (jitter == 0.0) full else full * (1 - jitter * entropy.part())
  }

  /** Runs [code] until it does not fail, or has failed for the last time: then throws why. */
  internal suspend fun <T> run(self: Self<*>, code: suspend () -> T): T {
    var attempt = 0
    while (true) {
      val why =
        checkNotNull(
          failureOf {
            return code()
          }
        )
      self.rest(pause(++attempt, why, self.node().seams().entropy()) ?: throw why)
    }
  }

  /** From 0 to less than 1. */
  private fun Entropy.part(): Double = Math.scalb((nextLong() ushr 11).toDouble(), -53)

  /** Policies to begin with. */
  public companion object {
    /** Tries once. */
    public val NONE: Retry =
      Retry(1, 100.milliseconds, 10.seconds, 0.5) {
        true
      }

    /** Tries [count] times in all, the first time included. */
    public fun attempts(count: Int): Retry {
      require(count > 0) { "what is never tried is never done: $count attempts" }
      return Retry(count, NONE.first, NONE.most, NONE.jitter, NONE.fits)
    }

    /** Keeps a shift from running over; any pause is at its most long before. */
    private const val MOST_DOUBLINGS = 60
  }
}

/**
 * Runs the code of a handler and returns what it throws: but not that the stage itself is
 * cancelled, nor what is wrong with the virtual machine, which end the stage.
 */
internal suspend inline fun failureOf(code: () -> Unit): Throwable? {
  try {
    code()
    return null
  } catch (broken: VirtualMachineError) {
    throw broken
  } catch (cancelled: CancellationException) {
    currentCoroutineContext().ensureActive() // else it was some timeout of the handler's own
    return cancelled
  } catch (failure: Throwable) {
    return failure
  }
}

/** Suspends for so long, by the time of the process's own node. */
internal suspend fun Self<*>.rest(pause: Duration): Unit = suspendCancellableCoroutine { resting ->
  val timer = after(pause.toJavaDuration()) { resting.resume(Unit) }
  resting.invokeOnCancellation { timer.cancel() }
}
