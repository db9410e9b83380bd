package io.weft.kotlin

import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Self
import kotlinx.coroutines.CoroutineScope

/** Marks what is for those who make further shapes of actors, not for those who write actors. */
@RequiresOptIn("For those who make shapes of actors of their own")
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.CLASS)
public annotation class ActorShapes

/**
 * Lets a [Behavior][io.weft.node.Behavior] of one's own suspend, by the rules that hold for all
 * actors: a step begins in the turn that took its message, no further message is handled until it
 * is done, what it launches runs in turns of the process and ends with it.
 *
 * Made in the start of the process; its functions are called in turns. The behaviour passes its
 * [ended][io.weft.node.Behavior.ended] on to [end].
 *
 * @param P the protocol
 * @param trapExits what the actor's [Turn.trapExits] does
 */
@ActorShapes
public class ActorSteps<P : Any>(
  self: Self<P>,
  private val trapExits: ((Info.Exit) -> P) -> Unit,
) {
  private val turns = ActorTurns(self, straightLine = false)

  /** The actor as its steps see it. */
  public val turn: Turn<P> =
    object : ProcessTurn<P>(self, turns) {
      override fun trapExits(message: (Info.Exit) -> P) = this@ActorSteps.trapExits(message)
    }

  /** Runs [step] to its end or to its first suspension. */
  public fun run(step: suspend CoroutineScope.() -> Unit) {
    turns.runFor(null, step)
  }

  /** Runs a step for a message, for a [caller] that waits, if there is one. */
  public fun <M> run(caller: From?, message: M, step: suspend CoroutineScope.(M) -> Unit) {
    turns.runFor(caller, message, step)
  }

  /** Runs [step] when the process has begun to end: what else still runs is cancelled after it. */
  public fun runLast(step: suspend CoroutineScope.() -> Unit) {
    turns.runLast(step)
  }

  /** Cancels what still runs. The last that is called. */
  public fun end(reason: ExitReason) {
    turns.end(reason)
  }
}
