package io.weft.stage.simulation

import io.weft.stage.Retry
import io.weft.stage.graph.Taken
import io.weft.stage.pipeline.Batches
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds

/** A pipeline on the first of several nodes, drawn at random. */
internal class PipelinePlan(
  val nodes: Int,
  val source: Source,
  /** How many producers feed it, if it is fed by such. */
  val producers: Int,
  /** How many events there are: in all, or of each life of a producer. */
  val events: Int,
  val copies: Int,
  /** How many keys there are; null if the events go to whoever wants them. */
  val keys: Int?,
  val demand: IntRange,
  /** How long at least and at most it takes for an event, in ms. */
  val pause: IntRange,
  val batchers: List<Batching>,
  val attempts: Int,
  /** One of so many events fails in an attempt; of batches, and of single ones in them, too. */
  val failing: Int,
  val inFlight: Int,
) {
  enum class Source {
    /** One that keeps what it is not told of. */
    BROKER,

    /** One that is read again from a checkpoint. */
    RESUMABLE,

    /** Stages, on other nodes if there are such. */
    PRODUCERS,
  }

  class Batching(
    val number: Int,
    val size: Int,
    val millis: Int,
    val keys: Int?,
    val copies: Int,
    val pause: IntRange,
  ) {
    val name = "batcher$number"

    fun keyOf(event: Long): Long? = keys?.let { event % it }

    val batches: Batches<Long>
      get() =
        (if (keys == null) Batches.of(size, millis.milliseconds)
          else Batches.byKey<Long>(size, millis.milliseconds) { keyOf(it) })
          .by(copies)

    override fun toString() = "$name of $size in $millis ms keys=$keys x$copies, $pause ms"
  }

  fun keyOf(event: Long): Long? = keys?.let { event % it }

  /** Which batcher the result goes to; null if none does. */
  fun batcherOf(event: Long): Batching? =
    batchers.getOrNull((event / 2 % (batchers.size + 1)).toInt())

  val retry: Retry
    get() =
      if (attempts == 1) Retry.NONE
      else Retry.attempts(attempts).backoff(20.milliseconds, 100.milliseconds)

  fun taken(key: (Long) -> Any?): Taken<Long> =
    (if (keys == null) Taken.BY_DEFAULT.by(copies) else Taken.byKey(copies, key)).between(
      demand.first,
      demand.last,
    )

  /** Where a producer lives. */
  fun homeOf(producer: Int): Int = if (nodes == 1) 1 else 2 + producer % (nodes - 1)

  override fun toString() =
    "$source x$producers of $events on $nodes nodes, in flight $inFlight\n" +
      "processors x$copies keys=$keys $demand, $pause ms, $attempts attempts, 1 of $failing fails\n" +
      batchers.joinToString("\n")

  companion object {
    fun draw(random: Random): PipelinePlan {
      val max = random.nextInt(1, 12)
      val source = Source.entries.random(random)
      return PipelinePlan(
        nodes = random.nextInt(1, 4),
        source = source,
        producers = random.nextInt(1, 4),
        events =
          if (source == Source.PRODUCERS) random.nextInt(10, 50) else random.nextInt(50, 150),
        copies = random.nextInt(1, 5),
        keys = if (random.nextBoolean()) random.nextInt(1, 8) else null,
        demand = random.nextInt(max)..max,
        pause = pause(random),
        batchers = List(random.nextInt(3)) { batching(it, random) },
        attempts = random.nextInt(1, 4),
        failing = random.nextInt(4, 30),
        inFlight = if (random.nextBoolean()) random.nextInt(1, 10) else random.nextInt(10, 80),
      )
    }

    private fun batching(number: Int, random: Random) =
      Batching(
        number,
        random.nextInt(1, 9),
        random.nextInt(20, 400),
        if (random.nextBoolean()) random.nextInt(1, 5) else null,
        random.nextInt(1, 3),
        pause(random),
      )

    private fun pause(random: Random): IntRange =
      if (random.nextInt(4) == 0) 0..0 else 1..random.nextInt(2, 40)
  }
}
