package io.weft.stage.pipeline

/**
 * Where a pipeline has its events from, and whom it tells what became of each: a broker, a table, a
 * file.
 *
 * One life of the pipeline opens one, and [close]s it. All functions are called by the pipeline's
 * desk, in turns of its process, and may suspend; what blocks belongs on another dispatcher.
 * [receive] is one call at a time, and so are [acknowledged], [failed] and [released] among each
 * other; receiving and acknowledging overlap. What escapes from any of them ends that life: see
 * [Pipeline]. Who may be out of reach for a while waits and tries again in here.
 *
 * Each event that [receive] has returned is told exactly once in that life, to one of the three; of
 * a life that ended by a failure or a kill, what was not told must be handed over again by the next
 * [receive] of whoever is opened then. So the pipeline handles each event at least once.
 *
 * @param E the events
 * @param R what it knows an event by: an offset, a receipt, a row's key
 */
public interface PipelineSource<E : Any, R : Any> : AutoCloseable {
  /**
   * Suspends until there is an event, and returns those that are there: [wanted] at most, which is
   * one at least. An empty list says that there will be no more, ever.
   *
   * Cancelled when the pipeline is drained: what it took in and did not return counts as never
   * handed over.
   */
  public suspend fun receive(wanted: Int): List<Delivery<E, R>>

  /**
   * These are done: processed, and their batches handled. In the order in which they were done, in
   * bulk: all that was done since the last call.
   */
  public suspend fun acknowledged(done: List<R>)

  /**
   * These failed for good, after the last attempt, and were given to the pipeline's
   * [onFailed][PipelineScope.onFailed]: put them aside, or let them come again.
   */
  public suspend fun failed(failures: List<Failure<R>>)

  /**
   * The pipeline ends in order, but its time to drain was over before these were done: they should
   * come again. It waits [Pipeline.RELEASE_LIMIT] for this at most. Does nothing if not told.
   */
  public suspend fun released(left: List<R>) {}

  /** The last call, also after a failure; must not block. */
  override fun close() {}
}

/**
 * An event as a source hands it over.
 *
 * @param reference what the source is told of it by
 */
public data class Delivery<out E : Any, out R : Any>(val event: E, val reference: R)

/**
 * Why something failed for good.
 *
 * @param subject the event, or what its source knows it by
 * @param why what its handler threw last, or a [StageLostException]
 * @param attempts how often it was tried since it was last handed over: one at least
 * @param stage where: `processors`, or the name of a batcher
 */
public data class Failure<out T : Any>(
  val subject: T,
  val why: Throwable,
  val attempts: Int,
  val stage: String,
)

/** A stage ended by a crash or a kill, again and again, with the same event in its hands. */
public class StageLostException(message: String) : RuntimeException(message)
