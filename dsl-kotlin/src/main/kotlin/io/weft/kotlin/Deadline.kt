package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.From
import io.weft.node.Node
import io.weft.runtime.Clock
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.withContext

/**
 * Until when the results of calls are of use: no call made under a deadline waits any longer, and
 * none is made when it has passed.
 *
 * A handler of a request runs under the deadline of the request: when its caller gives up, so do
 * the calls that are made for it, and the calls that are made for these. What a handler launches
 * inherits the deadline; `launch(Deadline.NONE)` does not. A request that came too late is handled
 * all the same, as in OTP; only what it calls fails.
 *
 * Between Weft nodes the time that is left travels with a request, and pools pass it on; the time
 * on the way counts for the caller only, so a callee elsewhere has that much more. Callers of OTP
 * do not tell when they give up. A deadline bounds calls only: [kotlinx.coroutines.withTimeout]
 * cancels whatever waits.
 *
 * @see withDeadline
 */
public class Deadline internal constructor(private val nanoTime: Long, private val clock: Clock?) :
  CoroutineContext.Element {
  override val key: CoroutineContext.Key<Deadline>
    get() = Deadline

  /** Returns how much time is left: not positive if it has passed, infinite for [NONE]. */
  public fun remaining(): Duration =
    if (clock == null) Duration.INFINITE else (nanoTime - clock.nanoTime()).nanoseconds

  override fun toString(): String =
    if (clock == null) "no deadline" else "deadline in ${remaining()}"

  /** The key of deadlines in a coroutine context. */
  public companion object Key : CoroutineContext.Key<Deadline> {
    /** Lets calls wait as long as they are told. */
    public val NONE: Deadline = Deadline(From.NO_DEADLINE, null)
  }
}

/**
 * Runs [block] so that the calls made in it wait for [within] at most, all of them together, and no
 * longer than a deadline that holds already. Calls that are too late fail with the reason
 * `timeout`.
 *
 * In a coroutine of an actor; elsewhere use [Node.withDeadline]. Does not cancel [block].
 *
 * @throws IllegalStateException outside of actors
 */
public suspend fun <T> withDeadline(
  within: Duration,
  block: suspend CoroutineScope.() -> T,
): T {
  val actor = coroutineContext[ContinuationInterceptor] as? TurnDispatcher
  checkNotNull(actor) {
    "outside of actors a deadline needs the clock of a node: node.withDeadline(..) { .. }"
  }
  return actor.self.node().withDeadline(within, block)
}

/** As [withDeadline], by the clock of this node: also outside of actors. */
public suspend fun <T> Node.withDeadline(
  within: Duration,
  block: suspend CoroutineScope.() -> T,
): T {
  val present = coroutineContext[Deadline]
  val time = present?.let { minOf(it.remaining(), within) } ?: within
  val deadline = if (time.isFinite()) deadlineIn(time) else Deadline.NONE
  return withContext(deadline, block)
}

private fun Node.deadlineIn(time: Duration): Deadline {
  val clock = seams().clock()
  return Deadline(clock.nanoTime() + time.inWholeNanoseconds.coerceAtMost(FAR_AWAY), clock)
}

/** A hundred years: sums with the clock do not overflow. */
private const val FAR_AWAY = Long.MAX_VALUE / 3

/**
 * Returns how long a call may wait that is told to wait for this long: not positive if it is too
 * late.
 */
internal suspend fun Duration.withinDeadline(): Duration {
  val left = coroutineContext[Deadline]?.remaining() ?: return this
  return minOf(left, this)
}

/** As [withinDeadline]. @throws CallException if it is too late */
internal suspend fun Duration.forCall(callee: Address<*>): Duration {
  val left = coroutineContext[Deadline]?.remaining() ?: return this
  if (!left.isPositive()) throw CallException.tooLate(callee, (-left).toJavaDuration())
  return minOf(left, this)
}
