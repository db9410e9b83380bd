package io.weft.stage.pipeline

import io.weft.kotlin.WeftDsl

/** Where results go to be handled in batches: see [PipelineScope.batcher]. */
public class Batcher<in T : Any> internal constructor(internal val plan: BatcherPlan) {
  /** Its name in the pipeline. */
  public val name: String
    get() = plan.name

  override fun toString(): String = name
}

/** Where an event goes after its processor: made in [Processing]. */
public class Routed
internal constructor(
  internal val batcher: BatcherPlan?,
  internal val result: Any,
  internal val key: Any?,
)

/** What a processor knows of the event that it is to process, and where it can send the result. */
@WeftDsl
public interface Processing {
  /** How often it was tried since it was last handed over, this time included: from 1 on. */
  public val attempt: Int

  /** Whether a stage had it before, and ended by a crash or a kill: it may have done its work. */
  public val isRedelivered: Boolean

  /**
   * Sends a result to a batcher: the event is acknowledged when the batch it gets into is handled.
   */
  public infix fun <T : Any> T.into(batcher: Batcher<T>): Routed

  /** The event is done, and acknowledged. */
  public val done: Routed
}

/** What the handler of a batch knows of it, and can say. */
@WeftDsl
public interface Batching<T : Any> {
  /** What [Batches.byKey] made of all in it; null if there is none. */
  public val key: Any?

  /** How often it was tried since a stage got it, this time included: from 1 on. */
  public val attempt: Int

  /**
   * Lets one fail and not the others: the same object as one in the batch, or else the first that
   * is equal and has not failed. When the handler returns, the others are done; those that failed
   * are tried again, as a batch of their own, or have failed for good. When the handler throws, all
   * fail, with what it threw.
   */
  public fun fail(result: T, why: Throwable)
}
