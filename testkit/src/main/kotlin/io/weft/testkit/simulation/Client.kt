package io.weft.testkit.simulation

import io.weft.kotlin.WeftDsl
import io.weft.node.BlockingSelf
import io.weft.node.Self
import io.weft.testkit.history.History
import java.util.function.Supplier
import java.util.random.RandomGenerator
import kotlinx.coroutines.CoroutineScope

/** What every client of a workload knows. */
public interface Client {
  /** The life of the node it runs on. */
  public val member: Member

  /** Its number, from one. */
  public val number: Int

  /** The number of its present step, from one. */
  public val step: Int

  /** Random numbers of this step, which follow from the seed, whatever else happens. */
  public val random: RandomGenerator

  /** Adds a line to the trace, which is shown when the run fails. */
  public fun trace(what: String)
}

/**
 * A client of a workload: a process on a node of the cluster, which ends with the node. A step that
 * its node did not outlive is not tried again.
 */
@WeftDsl
public interface ClientScope : Client, CoroutineScope {
  /** The process of the client. */
  public val self: Self<*>

  /**
   * Does an operation and records how it begins and ends. What it throws is thrown on; an operation
   * that failed may have happened, unless it throws [io.weft.testkit.history.NotDoneException].
   */
  public suspend fun <O : Any, R> History<O, R>.record(operation: O, run: suspend () -> R): R
}

/** A client of a workload that may block, on a virtual thread of its own. Else as [ClientScope]. */
public interface BlockingClient : Client {
  /** The process of the client: what it calls others and sleeps with. */
  public val self: BlockingSelf<*>

  /** As [ClientScope.record]. */
  public fun <O : Any, R> record(history: History<O, R>, operation: O, run: Supplier<R>): R
}

/** One step of a [BlockingClient]. */
public fun interface BlockingStep {
  /** Takes the step. */
  @Throws(Exception::class) public fun take(client: BlockingClient)
}
