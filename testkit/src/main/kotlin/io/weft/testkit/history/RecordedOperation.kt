package io.weft.testkit.history

import java.time.Duration

/** How an operation ended, as its client knows. */
public enum class Ending {
  /** It returned a result. */
  OK,

  /** It did not happen, and never will. */
  FAILED,

  /**
   * It may have happened, may happen yet, or never: a timeout, a lost connection, a dead client.
   */
  UNKNOWN,
}

/**
 * One operation of a [History].
 *
 * @param O the operations
 * @param R what operations return
 */
public class RecordedOperation<O : Any, R>
internal constructor(
  /** Who asked for it. */
  public val client: String,
  /** What was asked for. */
  public val operation: O,
  internal val invoked: Long,
  /** When it began. */
  public val since: Duration,
) {
  private var value: R? = null

  /** The place of its end among all beginnings and ends; the last of all while it has none. */
  internal var returned: Long = Long.MAX_VALUE
    private set

  /** How it ended; [Ending.UNKNOWN] before it has. */
  public var ending: Ending = Ending.UNKNOWN
    private set

  /** When it ended; null if that is not known. */
  public var until: Duration? = null
    private set

  /** What it returned, if it ended [Ending.OK]. */
  @Suppress("UNCHECKED_CAST") // it was set as an R
  public val result: R
    get() {
      check(ending == Ending.OK) { "$operation returned nothing: $ending" }
      return value as R
    }

  internal fun end(ending: Ending, place: Long, at: Duration, result: R?) {
    check(until == null) { "$operation has ended already" }
    this.ending = ending
    until = at
    value = result
    if (ending != Ending.UNKNOWN) returned = place
  }

  /** The operation as it was known when only what stands before [place] had happened. */
  internal fun asOf(place: Long): RecordedOperation<O, R> {
    if (returned < place) return this
    return RecordedOperation(client, operation, invoked, since)
  }

  override fun toString(): String =
    when (ending) {
      Ending.OK -> "$operation: $value"
      Ending.FAILED -> "$operation: failed"
      Ending.UNKNOWN -> "$operation: unknown"
    }
}
