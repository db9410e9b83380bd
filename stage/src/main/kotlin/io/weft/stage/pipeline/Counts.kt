package io.weft.stage.pipeline

import kotlin.time.Duration.Companion.nanoseconds

/**
 * What a pipeline counts. Written in turns of its desk, by nobody else; read from any thread, each
 * number as it is at the moment.
 */
internal class Counts(private val plan: Plan<*>) {
  @Volatile var received = 0L
  @Volatile var acknowledged = 0L
  @Volatile var failed = 0L
  @Volatile var redelivered = 0L
  @Volatile var inFlight = 0
  val processors = StageCounts(PROCESSORS)
  val batchers = plan.batchers.map { StageCounts(it.name) }

  fun metrics() =
    PipelineMetrics(
      plan.label,
      received,
      acknowledged,
      failed,
      redelivered,
      inFlight,
      plan.inFlight,
      processors.metrics(),
      batchers.associate { it.name to it.metrics() },
    )
}

/** What is counted of the stages of one kind. */
internal class StageCounts(val name: String) {
  @Volatile private var processed = 0L
  @Volatile private var failed = 0L
  @Volatile private var retried = 0L
  @Volatile var waiting = 0
  @Volatile var working = 0
  @Volatile var wanted = 0L
  @Volatile private var runs = 0L
  @Volatile private var largest = 0
  @Volatile private var nanos = 0L
  @Volatile private var longest = 0L

  /** A handler ran to its end, for so many events. */
  fun ran(events: Int, took: Long) {
    runs += 1
    largest = maxOf(largest, events)
    nanos += took
    longest = maxOf(longest, took)
  }

  fun processed(events: Int) {
    processed += events
  }

  fun failed(events: Int) {
    failed += events
  }

  fun retried() {
    retried += 1
  }

  /** A desk begins: nothing is in flight. */
  fun begin() {
    waiting = 0
    working = 0
    wanted = 0
  }

  fun metrics() =
    StageMetrics(
      processed,
      failed,
      retried,
      waiting,
      working,
      wanted,
      runs,
      largest,
      nanos.nanoseconds,
      longest.nanoseconds,
    )
}
