package io.weft.stage.pipeline

/** What a desk gives to a stage. */
internal sealed interface Work

/** An event in flight: from when it is received until its source was told what became of it. */
internal class Item(val event: Any, val reference: Any, val of: Desk<*>) : Work {
  /** Whose queue it is in, or was last. */
  lateinit var crew: Crew<Item>

  /** How often it was tried, as far as the desk was told, since it was last handed over. */
  var attempts = 0

  /** How often a stage ended with it. */
  var redeliveries = 0

  /** Whether its stage may have ended because of it. */
  var isSuspect = false

  /** Whether it is decided what its source is told. */
  var isSettled = false

  /** What its processor made of it, for a batcher. */
  var result: Any? = null
}

/** Results that are handled together. */
internal class Batch(val crew: BatchCrew, val key: Any?, val items: List<Item>) : Work

/** What stages tell the desk. */
internal sealed interface Report {
  /** What became of events, in the order in which they were processed. */
  class Processed(val outcomes: List<Outcome>) : Report

  /** An attempt failed, and the stage itself makes another one. */
  class TriedAgain(val stage: StageCounts, val nanos: Long) : Report

  /** [tried] of a batch were tried: which are [done], and which have [failed] for good. */
  class Handled(
    val batch: Batch,
    val tried: Int,
    val done: List<Item>,
    val failed: List<Failure<Item>>,
    val nanos: Long,
    val isOver: Boolean,
  ) : Report
}

/**
 * What became of an event in a processor.
 *
 * @param routed null if it [failed][failure]
 * @param attempts how many were made
 */
internal class Outcome(
  val item: Item,
  val routed: Routed?,
  val failure: Throwable?,
  val attempts: Int,
  val nanos: Long,
)
