package io.weft.testkit

import io.weft.node.Info
import io.weft.node.Received
import io.weft.testkit.ProbeState.Arrival
import java.time.Duration

// What can be asked of a probe, for those who suspend and those who block: they differ in `take`.

/** Takes the next thing, which must be one that [match] makes something of. */
internal inline fun <P : Any, T : Any> ProbeState<P>.expecting(
  wanted: String,
  within: Duration,
  take: (Duration) -> Arrival<P>?,
  match: (Received<P>) -> T?,
): T {
  val got = take(within) ?: throw nothingCame(wanted, within, emptyList())
  return match(got.received) ?: throw otherCame(wanted, got)
}

/** Skips until [match] makes something of what came. */
internal inline fun <P : Any, T : Any> ProbeState<P>.fishing(
  wanted: String,
  within: Duration,
  take: (Duration) -> Arrival<P>?,
  match: (Received<P>) -> T?,
): T {
  val until = cluster.now + within
  val skipped = ArrayList<Arrival<P>>()
  while (true) {
    val got = take(until - cluster.now) ?: throw nothingCame(wanted, within, skipped)
    match(got.received)?.let {
      return it
    }
    skipped += got
  }
}

/** Sees that nothing comes. */
internal inline fun <P : Any> ProbeState<P>.expectingNone(
  within: Duration,
  take: (Duration) -> Arrival<P>?,
) {
  take(within)?.let { throw somethingCame(within, it) }
}

// --- what matches -------------------------------------------------------------------------------

/** Returns what was received if it is a message equal to [wanted], of whatever class. */
internal fun <P : Any> equalMessage(received: Received<P>, wanted: P): P? =
  (received as? Received.Message)?.content()?.takeIf { wanted == it }

internal fun <T : Any> message(received: Received<*>, type: Class<T>, fits: (T) -> Boolean): T? =
  (received as? Received.Message)?.content()?.let { content ->
    if (type.isInstance(content)) type.cast(content).takeIf(fits) else null
  }

internal fun <R : Any, Q : Any> request(received: Received<*>, type: Class<Q>): Asked<Q, R>? {
  val call = received as? Received.Call ?: return null
  return if (type.isInstance(call.request())) Asked(type.cast(call.request()), call.from())
  else null
}

internal fun <I : Info> report(received: Received<*>, type: Class<I>, fits: (I) -> Boolean): I? {
  val info = (received as? Received.Report)?.info()
  return if (type.isInstance(info)) type.cast(info).takeIf(fits) else null
}
