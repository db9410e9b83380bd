package io.weft.stage.pipeline

import io.weft.stage.Retry
import kotlin.time.Duration

/**
 * How a batcher makes batches, and by how many stages they are handled. Immutable.
 *
 * @param T what is in a batch
 */
public class Batches<in T : Any>
private constructor(
  internal val size: Int,
  internal val within: Duration,
  internal val key: ((T) -> Any?)?,
  internal val copies: Int,
  internal val retry: Retry?,
) {
  /**
   * Handles as many batches at once, by as many stages: one if not told. Only a single one handles
   * them in the order in which they were filled.
   */
  public fun by(copies: Int): Batches<T> {
    require(copies > 0) { "a batcher needs a stage at least, not $copies" }
    return Batches(size, within, key, copies, retry)
  }

  /** Tries failed batches by a policy of its own: by that of the pipeline if not told. */
  public fun retry(policy: Retry): Batches<T> = Batches(size, within, key, copies, policy)

  /** How batches are made. */
  public companion object {
    /**
     * Batches of [size], or of fewer, one at least, when that takes longer than [within] from the
     * first of them on.
     */
    public fun of(size: Int, within: Duration): Batches<Any> = of<Any>(size, within, null)

    /** The same, with a batch of its own for each key; null is a key like any other. */
    public fun <T : Any> byKey(size: Int, within: Duration, key: (T) -> Any?): Batches<T> =
      of(size, within, key)

    private fun <T : Any> of(size: Int, within: Duration, key: ((T) -> Any?)?): Batches<T> {
      require(size > 0) { "a batch has one event at least, not $size" }
      require(within.isPositive() && within.isFinite()) { "a batch needs some time, not $within" }
      return Batches(size, within, key, 1, null)
    }
  }
}
