package io.weft.testkit.history

/**
 * What something does when one operation comes after the other: the yardstick for what it does when
 * many come at once.
 *
 * ```
 * object Register : SequentialModel<Int, RegisterOp, Int?> {
 *   override fun initial() = 0
 *   override fun apply(state: Int, operation: RegisterOp) = when (operation) {
 *     is Read -> Applied(state, state)
 *     is Write -> Applied(operation.value, null)
 *   }
 * }
 * ```
 *
 * States and results are compared by `equals`; states must be immutable. [apply] must be total and
 * a function of its arguments.
 *
 * @param S the states
 * @param O the operations
 * @param R what operations return
 */
public interface SequentialModel<S : Any, O : Any, R> {
  /** The state before the first operation on a key. */
  public fun initial(): S

  /** The state after [operation], and what the operation returns. */
  public fun apply(state: S, operation: O): Applied<S, R>

  /**
   * Which part of the state the operation belongs to. Parts that know nothing of each other are
   * checked one by one, which is much faster; one part if not told.
   */
  public fun key(operation: O): Any = ""
}

/** What an operation leads to in a [SequentialModel]. */
@JvmRecord public data class Applied<S : Any, R>(val state: S, val result: R)
