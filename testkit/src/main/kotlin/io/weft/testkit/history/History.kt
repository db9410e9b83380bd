package io.weft.testkit.history

import java.time.Duration
import java.util.function.Supplier

/**
 * Operations as their clients saw them begin and end, in one order for all.
 *
 * Each [begin] and each end takes the next place in that order, from any thread. What has not ended
 * counts as [Ending.UNKNOWN].
 *
 * @param O the operations
 * @param R what operations return
 */
public class History<O : Any, R>
internal constructor(
  /** What the report calls it. */
  public val name: String,
  private val clock: Supplier<Duration>,
  private val told: (String, String) -> Unit,
) {
  /** A history of its own, without times. */
  public constructor(name: String) : this(name, { Duration.ZERO }, { _, _ -> })

  private val recorded = ArrayList<RecordedOperation<O, R>>()
  private var places = 0L

  /** All operations so far, in the order in which they began. */
  public val operations: List<RecordedOperation<O, R>>
    @Synchronized get() = recorded.toList()

  /** An operation begins. */
  @Synchronized
  public fun begin(client: String, operation: O): RecordedOperation<O, R> {
    val begun = RecordedOperation<O, R>(client, operation, places++, clock.get())
    recorded += begun
    told(client, "$operation ...")
    return begun
  }

  /** It returned [result]. */
  public fun ok(operation: RecordedOperation<O, R>, result: R): Unit =
    end(operation, Ending.OK, result, "$result")

  /** It did not happen, and never will. */
  public fun failed(operation: RecordedOperation<O, R>): Unit =
    end(operation, Ending.FAILED, null, "did not happen")

  /** Nobody knows whether it happened, or will. */
  public fun unknown(operation: RecordedOperation<O, R>): Unit =
    end(operation, Ending.UNKNOWN, null, "unknown")

  @Synchronized
  private fun end(operation: RecordedOperation<O, R>, ending: Ending, result: R?, shown: String) {
    operation.end(ending, places++, clock.get(), result)
    told(operation.client, "${operation.operation} -> $shown")
  }
}

/** Thrown in an operation of a client: it did not happen, and never will. */
public class NotDoneException(message: String) : RuntimeException(message) {
  private companion object {
    const val serialVersionUID = 1L
  }
}
