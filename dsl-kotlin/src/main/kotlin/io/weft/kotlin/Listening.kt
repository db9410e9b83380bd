package io.weft.kotlin

import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Self
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow

/**
 * Returns what a process hears that lives as long as the flow is collected. What is not collected
 * yet waits without bound, as in a mailbox, unless the flow is given another buffer:
 * [kotlinx.coroutines.flow.conflate], or `buffer(..)`.
 *
 * @param listen begins to hear, in the first turn of the process
 * @param onto hands over what was heard, in its turns
 */
internal fun <M : Any, E : Any> Node.listening(
  label: String,
  listen: (Self<M>) -> Unit,
  onto: SendChannel<E>.(M) -> Unit,
): Flow<E> = callbackFlow {
  val process = spawn(Blueprint.of(label) { Listener(listen, this, onto) })
  awaitClose { process.pid()?.let { exit(it, ExitReason.SHUTDOWN) } }
}
  .buffer(Channel.UNLIMITED)

private class Listener<M : Any, E : Any>(
  private val listen: (Self<M>) -> Unit,
  private val channel: SendChannel<E>,
  private val onto: SendChannel<E>.(M) -> Unit,
) : Behavior<M> {
  override fun start(self: Self<M>): Unit = listen(self)

  override fun message(self: Self<M>, message: M): Unit = channel.onto(message)

  override fun ended(self: Self<M>, reason: ExitReason) {
    channel.close()
  }
}
