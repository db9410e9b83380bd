package io.weft.kotlin

import io.weft.gen.Ask
import io.weft.gen.Reply
import io.weft.kotlin.etf.ReplySerializer
import io.weft.node.Address
import io.weft.node.CallException
import kotlin.time.Duration
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.serialization.Serializable

/**
 * Asks with a message that carries the [Reply] which is owed, and suspends until somebody sends it,
 * at most [DEFAULT_CALL_TIMEOUT]. Whoever is asked may pass the reply on, and must live until it is
 * sent.
 *
 * ```
 * val size: Int = shop.ask { reply -> Shop.Watch(reply) }
 * ```
 *
 * A [io.weft.node.Request] costs less; prefer it where the one who is asked answers itself. Prompt
 * cancellation, as of [call].
 *
 * @throws CallException when there is no reply: whom is asked does not exist, ended, could not be
 *   reached, or was too slow
 */
public suspend fun <M : Any, R : Any> Address<M>.ask(message: (Reply<R>) -> M): R =
  ask(DEFAULT_CALL_TIMEOUT, message)

/** As the other [ask], for [within] at most. Under a [Deadline] no longer than that says. */
public suspend fun <M : Any, R : Any> Address<M>.ask(
  within: Duration,
  message: (Reply<R>) -> M,
): R {
  val timeout = within.forCall(this).orForEver()
  val actor = callingActor()
  return if (actor != null) {
    suspendCancellableCoroutine { caller ->
      val giveUp = Ask.ask<M, R>(actor, this, message, timeout) { caller.resumeWith(it) }
      caller.invokeOnCancellation { giveUp.run() }
    }
  } else {
    Ask.askAsync<M, R>(this, message, timeout).await(node())
  }
}

/**
 * A [Reply] in a serializable message: to other nodes it is `{Pid, [alias | Reference]}`, which an
 * Erlang process answers with `gen_server:reply/2`.
 */
public typealias ReplyTo<R> = @Serializable(ReplySerializer::class) Reply<R>
