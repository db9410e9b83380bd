package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.CallResult
import io.weft.node.Request
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineStart.UNDISPATCHED
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** Calls a server as [call]; that there is no reply is a value too. */
public suspend fun <R : Any, Q : Request<R>> Address<in Q>.callResult(
  request: Q,
  within: Duration,
): CallResult<R> =
  try {
    CallResult.Ok(call(request, within))
  } catch (failure: CallException) {
    CallResult.Failed(failure)
  }

/** Returns the reply, or null if there is none. */
public fun <R : Any> CallResult<R>.valueOrNull(): R? = (this as? CallResult.Ok)?.value()

/** Returns why there is no reply, or null if there is one. */
public fun CallResult<*>.failureOrNull(): CallException? = (this as? CallResult.Failed)?.failure()

/**
 * Calls many servers at once and suspends until each of them has replied or failed, at most
 * [DEFAULT_CALL_TIMEOUT]. The results are in the order of the servers.
 */
public suspend fun <R : Any, Q : Request<R>> Iterable<Address<in Q>>.callAll(
  request: Q
): List<CallResult<R>> = callAll(request, DEFAULT_CALL_TIMEOUT)

/** Calls many servers at once and suspends until each has replied or failed, at most [within]. */
public suspend fun <R : Any, Q : Request<R>> Iterable<Address<in Q>>.callAll(
  request: Q,
  within: Duration,
): List<CallResult<R>> = coroutineScope {
  map { server -> async(start = UNDISPATCHED) { server.callResult<R, Q>(request, within) } }
    .awaitAll()
}

/** As the other [callAll], with the results by the keys of the servers. */
public suspend fun <K, R : Any, Q : Request<R>> Map<K, Address<in Q>>.callAll(
  request: Q,
  within: Duration,
): Map<K, CallResult<R>> = keys.zip(values.callAll(request, within)).toMap()

/**
 * Calls many servers at once and returns the first reply; the other calls are given up. Suspends
 * for [DEFAULT_CALL_TIMEOUT] at most.
 *
 * @throws CallException if none of them replies: why the first one did not, with those of the
 *   others as suppressed exceptions
 * @throws NoSuchElementException if there are no servers
 */
public suspend fun <R : Any, Q : Request<R>> Iterable<Address<in Q>>.first(request: Q): R =
  first(request, DEFAULT_CALL_TIMEOUT)

/** As the other [first]; suspends for [within] at most. */
public suspend fun <R : Any, Q : Request<R>> Iterable<Address<in Q>>.first(
  request: Q,
  within: Duration,
): R = coroutineScope {
  val results = Channel<CallResult<R>>(Channel.UNLIMITED)
  val calls = map { server ->
    launch(start = UNDISPATCHED) { results.send(server.callResult<R, Q>(request, within)) }
  }
  val failures = ArrayList<CallException>()
  repeat(calls.size) {
    when (val result = results.receive()) {
      is CallResult.Ok -> {
        calls.forEach { it.cancel() }
        return@coroutineScope result.value()
      }
      is CallResult.Failed -> failures += result.failure()
    }
  }
  val why = failures.firstOrNull() ?: throw NoSuchElementException("there is no server to call")
  failures.drop(1).forEach(why::addSuppressed)
  throw why
}
