package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.CallResult
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.StartException
import io.weft.node.Started
import io.weft.node.Weft
import io.weft.term.Term
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.coroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine

/** How long a call waits when it is not told: five seconds, OTP's default. */
public val DEFAULT_CALL_TIMEOUT: Duration = 5.seconds

/**
 * Calls a server and suspends until it replies, at most [DEFAULT_CALL_TIMEOUT].
 *
 * Works in a handler of an actor, which then handles no other message until the reply is there, and
 * in any other coroutine. Prompt cancellation: a cancelled call returns at once, and a reply that
 * comes later is dropped.
 *
 * @throws CallException when there is no reply: the server does not exist, ended, could not be
 *   reached, or was too slow
 */
public suspend fun <R : Any, Q : Request<R>> Address<in Q>.call(request: Q): R =
  call(request, DEFAULT_CALL_TIMEOUT)

/**
 * Calls a server and suspends until it replies, at most [within]; [Duration.INFINITE] waits for
 * ever. Under a [Deadline] no longer than that says.
 */
public suspend fun <R : Any, Q : Request<R>> Address<in Q>.call(request: Q, within: Duration): R {
  val timeout = within.forCall(this).orForEver()
  val actor = callingActor()
  return if (actor != null) {
    suspendCancellableCoroutine { caller ->
      actor.call<R, Q>(this, request, timeout) { caller.resumeWith(it) }
    }
  } else {
    Weft.callAsync<R, Q>(this, request, timeout).await(node())
  }
}

/** Calls a server that speaks terms; otherwise as [call]. */
public suspend fun Address<Term>.callTerm(request: Term, within: Duration): Term {
  val timeout = within.forCall(this).orForEver()
  val actor = callingActor()
  return if (actor != null) {
    suspendCancellableCoroutine { caller ->
      actor.callTerm(this, request, timeout) { caller.resumeWith(it) }
    }
  } else {
    Weft.callTermAsync(this, request, timeout).await(node())
  }
}

/**
 * Starts a process and suspends until it serves: what [Node.start] does without blocking a thread.
 *
 * @throws StartException if it ended before it served
 */
public suspend fun <P : Any> Node.awaitStart(blueprint: Blueprint<P>): Address<P> =
  when (val started = startAsync(blueprint).await(this)) {
    is Started.Ok -> started.address()
    is Started.Ignored -> throw StartException.ignored(blueprint.label())
    is Started.Failed -> throw StartException(blueprint.label(), started.reason())
  }

/**
 * Suspends until a process has ended, on any node, and returns the reason: `noproc` at once if
 * there is none, also while its slot is empty, `noconnection` if its node is lost, or this one
 * stops.
 *
 * ```
 * val line = node.awaitStart(graph.supervisor("line"))
 * check(line.awaitEnd().isOrderly)
 * ```
 *
 * @throws IllegalArgumentException for an alias, which cannot be watched
 */
public suspend fun Address<*>.awaitEnd(): ExitReason = Weft.endAsync(this).await(node())

internal fun Duration.orForEver() = if (isFinite()) toJavaDuration() else null

/** Returns the actor of the address's node in whose turn this coroutine runs, or null. */
internal suspend fun Address<*>.callingActor() =
  (coroutineContext[ContinuationInterceptor] as? TurnDispatcher)?.self?.takeIf {
    it.node() === node()
  }

internal fun <R : Any> CancellableContinuation<R>.resumeWith(result: CallResult<R>) =
  when (result) {
    is CallResult.Ok -> resume(result.value())
    is CallResult.Failed -> resumeWithException(result.failure())
  }

/**
 * Suspends until the future is done; to cancel that cancels the future. A coroutine without a
 * dispatcher, such as that of `suspend fun main`, goes on in a thread of its own: not in the turn
 * that completed the future, where it could block a carrier of [node].
 */
internal suspend fun <T : Any> CompletableFuture<T>.await(node: Node): T {
  val dispatched = coroutineContext[ContinuationInterceptor] != null
  return suspendCancellableCoroutine { caller ->
    caller.invokeOnCancellation { cancel(false) }
    val here = dispatched || isDone
    whenComplete { value, failure ->
      val goOn = Runnable {
        if (failure == null) {
          caller.resume(value)
        } else {
          caller.resumeWithException((failure as? CompletionException)?.cause ?: failure)
        }
      }
      if (here) goOn.run() else node.seams().strands().start("caller", goOn)
    }
  }
}
