package io.weft.stage.graph

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Self
import io.weft.stage.Cancel
import io.weft.stage.ConsumerScope
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.SubscribeOptions
import io.weft.stage.dispatch.PartitionDispatcher

/**
 * How a step of a line takes its events: by how many stages, with what demand, and what it does
 * when it fails. Immutable.
 *
 * @param E the events
 */
public class Taken<in E : Any>
private constructor(
  internal val copies: Int,
  internal val key: ((E) -> Any?)?,
  internal val maxDemand: Int,
  internal val minDemand: Int,
  internal val retry: Retry?,
) {
  /** Takes the events by so many stages, each of which gets some: order holds within each. */
  public fun by(copies: Int): Taken<E> {
    require(copies > 0) { "a step needs a stage at least, not $copies" }
    return Taken(copies, key, maxDemand, minDemand, retry)
  }

  /** Has so many events on their way at most, and takes half as many in one go. */
  public fun atMost(maxDemand: Int): Taken<E> = between(maxDemand / 2, maxDemand)

  /** See [SubscribeOptions.maxDemand] and [SubscribeOptions.minDemand]. */
  public fun between(minDemand: Int, maxDemand: Int): Taken<E> =
    Taken(copies, key, maxDemand, minDemand, retry)

  /**
   * Tries the code of the step again when it fails, with the same events, in the same stage, which
   * takes no others meanwhile; what the last attempt throws is the step's failure. Only once if not
   * told; in a pipeline as that says.
   */
  public fun retry(policy: Retry): Taken<E> = Taken(copies, key, maxDemand, minDemand, policy)

  /** Runs the code of a step, as often as it takes. */
  internal suspend fun <T> tried(self: Self<*>, code: suspend () -> T): T =
    if (retry == null) code() else retry.run(self, code)

  /** Adds the stages of a step to a supervisor, each subscribed to all that come before. */
  internal fun <F : E, P : Any> planted(
    bed: Bed,
    before: Outlet<F>,
    label: String,
    blueprint: (String, ConsumerScope<F, *>.() -> Unit) -> Blueprint<P>,
  ): List<Address<P>> {
    val followers = Followers(dispatching<F>()).also { it.count = copies }
    val producers = before.plant(bed, followers)
    return List(copies) { copy ->
      bed.stage(
        blueprint(if (copies == 1) label else "$label-$copy") { subscribe(producers, copy) }
      )
    }
  }

  private fun <F : E> ConsumerScope<F, *>.subscribe(
    producers: List<Address<out Produces<F>>>,
    copy: Int,
  ) {
    // What a producer that is done has sent to a life before this one is lost, and must not be
    // so in silence.
    if (producers.any { it.target() == null }) return stop(ExitReason.NOPROC)
    for (producer in producers) {
      subscribeTo(producer) {
        maxDemand = this@Taken.maxDemand
        minDemand = this@Taken.minDemand
        cancel = Cancel.TEMPORARY
        if (key != null) partition(copy)
      }
    }
  }

  private fun <F : E> dispatching(): Dispatching<F>? = key?.let { keyOf ->
    PartitionDispatcher.of(copies) { hash { place(keyOf(it)) } }
  }

  /** Returns which of the stages gets the events of a key. */
  internal fun place(key: Any?): Int = spread(key.hashCode()).mod(copies)

  /** So that keys that differ in high bits only do not meet. */
  private fun spread(hash: Int): Int = hash xor (hash ushr 16)

  /** How steps take events. */
  public companion object {
    /** By one stage, with GenStage's demand. */
    public val BY_DEFAULT: Taken<Any> = Taken(1, null, DEFAULT_MAX, DEFAULT_MAX / 2, null)

    /**
     * By so many stages, each of which gets all events of the same key, in order.
     *
     * @param key told of an event; null is a key like any other
     */
    public fun <E : Any> byKey(copies: Int, key: (E) -> Any?): Taken<E> =
      Taken(1, key, DEFAULT_MAX, DEFAULT_MAX / 2, null).by(copies)

    private const val DEFAULT_MAX = SubscribeOptions.DEFAULT_MAX_DEMAND
  }
}
