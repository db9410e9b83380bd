package io.weft.kotlin

import io.weft.gen.Later
import io.weft.gen.Next
import io.weft.node.From
import kotlinx.coroutines.CoroutineScope

/** Runs the handlers of a state machine, which may suspend, for an engine that does not. */
internal class MachineSteps<S : Any, P : Any>(private val turns: ActorTurns) {
  /** Runs a handler that [caller] waits for, if there is one; returns what comes next. */
  fun take(caller: From?, handler: suspend CoroutineScope.() -> Next<S, *>): Next<S, P> {
    val step = Step<S, P>(turns)
    turns.runFor(caller) { step.known(handler()) }
    return step.next()
  }

  private class Step<S : Any, P : Any>(private val turns: ActorTurns) {
    private var known: Next<S, P>? = null
    private var later: Later<S, P>? = null

    /** After this handler, and before any message, the machine goes on. */
    @Suppress("UNCHECKED_CAST") // the words of a machine make what comes next for that machine
    fun known(next: Next<S, *>) {
      next as Next<S, P>
      val later = later
      if (later == null) known = next else turns.self.next { later.complete(next) }
    }

    /** If the handler was cancelled, it is for the end of the process: nothing comes. */
    fun next(): Next<S, P> = known ?: Later<S, P>().also { later = it }.next()
  }
}
