package io.weft.kotlin

import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.TermCodec
import io.weft.rpc.Erpc
import io.weft.rpc.Mfa
import io.weft.rpc.RpcException
import io.weft.rpc.RpcRequest
import io.weft.rpc.RpcResult
import io.weft.term.Term
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.coroutineContext
import kotlin.coroutines.resume
import kotlin.time.Duration
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Calls a function on the node called [on] and suspends until it returns, at most [within];
 * [Duration.INFINITE] waits for ever.
 *
 * On an OTP node any exported function can be called; on a Weft node those that it provides. In a
 * handler of an actor the call is made in the actor's name, and its group leader is the actor's.
 * Prompt cancellation: a cancelled call returns at once, and a result that comes later is dropped.
 *
 * @throws RpcException if the function threw, exited or failed, or could not be called
 */
public suspend fun Node.erpc(
  on: String,
  function: Mfa,
  within: Duration = DEFAULT_CALL_TIMEOUT,
): Term = erpcResult(on, function, within).orThrow()

/** Calls a function as [erpc]; how it ended is a value. */
public suspend fun Node.erpcResult(on: String, function: Mfa, within: Duration): RpcResult<Term> {
  val actor =
    (coroutineContext[ContinuationInterceptor] as? TurnDispatcher)?.self?.takeIf {
      it.node() === this
    }
  val timeout = within.withinDeadline().coerceAtLeast(Duration.ZERO).orForEver()
  return if (actor != null) {
    suspendCancellableCoroutine { caller ->
      Erpc.call(actor, on, function, timeout) { caller.resume(it) }
    }
  } else {
    Erpc.sendRequest(this, on, function, timeout).awaitResult()
  }
}

/**
 * Calls a function as [erpc], in the types of a protocol: [codec] makes `{Module, Function,
 * Arguments}` of the request.
 */
public suspend fun <R : Any, Q : Request<R>> Node.erpc(
  on: String,
  codec: TermCodec<in Q>,
  request: Q,
  within: Duration = DEFAULT_CALL_TIMEOUT,
): R = Erpc.decode<R, Q>(this, codec, request, erpc(on, Mfa.of(codec.encode(request)), within))

/**
 * Calls a function on many nodes at once and suspends until each has answered or failed, at most
 * [within]: `erpc:multicall`. The results are in the order of the nodes.
 */
public suspend fun Node.multicall(
  nodes: Collection<String>,
  function: Mfa,
  within: Duration,
): Map<String, RpcResult<Term>> = coroutineScope {
  nodes
    .map { node -> async { node to erpcResult(node, function, within) } }
    .awaitAll()
    .toMap(LinkedHashMap())
}

/** Lets a node run a function, and does not wait for anything: `erpc:cast`. */
public fun Node.rpcCast(on: String, function: Mfa): Unit = Erpc.cast(this, on, function)

private suspend fun RpcRequest<Term>.awaitResult(): RpcResult<Term> =
  suspendCancellableCoroutine { caller ->
    caller.invokeOnCancellation { abandon() }
    stage().thenAccept { caller.resume(it) }
  }
