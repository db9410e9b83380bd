package io.weft.kotlin

import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.FunctionCall
import io.weft.node.Node
import io.weft.node.Target
import io.weft.term.Pid
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope

/**
 * One call of a function that may suspend. Its body runs in the turns of an actor, linked with the
 * process that was made for the call, which waits for it.
 */
internal class FunctionRun(private val call: FunctionCall) {
  /** Returns the value, or fails as the body did. */
  fun <R : Any> value(body: suspend FunctionScope.() -> R): R {
    val outcome = CompletableFuture<Result<R>>()
    val run =
      actor("${call.name()}", Unit::class) {
        outcome.complete(resultOf { Scope(this, call).body() })
      }
    val self = call.self()
    val actor = self.spawnLink(run)
    val watch = self.monitor(Target.ByPid(checkNotNull(actor.pid())))
    val reason = self.select<ExitReason> { on -> on.down(watch) { it.reason() } }
    return (outcome.getNow(null) ?: throw ExitException(reason)).getOrThrow()
  }

  /** A failure of the function is that of the caller's process, in which it is thrown again. */
  private suspend fun <R> resultOf(body: suspend () -> R): Result<R> =
    try {
      Result.success(body())
    } catch (cancelled: CancellationException) {
      throw cancelled
    } catch (failure: Exception) {
      Result.failure(failure)
    }

  private class Scope(
    actor: ActorScope<Unit>,
    call: FunctionCall,
  ) : FunctionScope, CoroutineScope by actor {
    override val node: Node = actor.self.node()
    override val pid: Pid = call.self().pid()
    override val caller: Pid = call.caller()
    override val groupLeader: Pid = call.groupLeader()
  }
}
