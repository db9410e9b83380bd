package io.weft.stage.pipeline

import kotlin.time.Duration

/**
 * A pipeline in numbers. Counts are those of its tree, from its start on, and go on when stages are
 * started again; what is in flight is that of the moment.
 *
 * @param label what the pipeline is called
 * @param received events that its source handed over
 * @param acknowledged events that were done, and their source told so
 * @param failed events that failed for good, and their source told so
 * @param redelivered how often an event was given to a stage again after another had ended with it
 * @param inFlight events that were received, and of which the source was not told yet
 * @param inFlightLimit how many that may be
 * @param processors the processors, all together
 * @param batchers the batchers by name, in the order in which they are declared
 */
public data class PipelineMetrics(
  val label: String,
  val received: Long,
  val acknowledged: Long,
  val failed: Long,
  val redelivered: Long,
  val inFlight: Int,
  val inFlightLimit: Int,
  val processors: StageMetrics,
  val batchers: Map<String, StageMetrics>,
)

/**
 * The stages of one kind in numbers.
 *
 * @param processed events that were handled without a failure; of batchers those in batches
 * @param failed events that failed here for good
 * @param retried attempts that failed and were, or will be, followed by another: of events, or of
 *   batches
 * @param waiting events that wait for a stage, for their next attempt, or for their batch
 * @param working events that stages have in their hands
 * @param wanted how many more they have asked for: events, or batches
 * @param runs how often a handler ran to its end: for an event, or for a batch
 * @param largest how many events the largest batch had; 1 for processors
 * @param time how long handlers ran, all together, with what they were suspended
 * @param longest how long the longest run took
 */
public data class StageMetrics(
  val processed: Long,
  val failed: Long,
  val retried: Long,
  val waiting: Int,
  val working: Int,
  val wanted: Long,
  val runs: Long,
  val largest: Int,
  val time: Duration,
  val longest: Duration,
)

/**
 * Looks on while pipelines run: [PipelineMeters], for one.
 *
 * @see PipelineScope.observer
 */
public fun interface PipelineObserver {
  /**
   * A pipeline starts on the node called [node]; [metrics] may be asked at any time, from any
   * thread, also after its end. What is returned is closed when the pipeline ends.
   */
  public fun started(node: String, label: String, metrics: () -> PipelineMetrics): AutoCloseable
}
