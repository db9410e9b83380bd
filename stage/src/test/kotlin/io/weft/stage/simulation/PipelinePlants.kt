package io.weft.stage.simulation

import io.weft.stage.Dispatching
import io.weft.stage.pipeline.Checkpoint
import io.weft.stage.pipeline.Delivery
import io.weft.stage.pipeline.Failure
import io.weft.stage.pipeline.PipelineSource

/** What is wrong on purpose with a pipeline: nothing here. */
internal open class PipelinePlants {
  /** Returns what the pipeline takes in place of its source. */
  open fun source(right: PipelineSource<Long, Any>): PipelineSource<Long, Any> = right

  open fun checkpoint(right: Checkpoint<Long>): Checkpoint<Long> = right

  open fun dispatching(right: Dispatching<Long>): Dispatching<Long> = right

  /** What the pipeline believes the key of an event to be. */
  open fun key(event: Long, right: Long?): Long? = right

  /** Which of a batch are handled. */
  open fun batch(right: List<Long>): List<Long> = right

  /** Whether what failed for good is heard of. */
  open val hears = true

  /** How many more are in flight than there may be. */
  open val excess = 0

  /** Whether what a source was not told of comes again. */
  open val comesAgain = true
}

/** Tells that events are done as soon as they are handed over. */
internal class TooEarly : PipelinePlants() {
  override fun source(right: PipelineSource<Long, Any>): PipelineSource<Long, Any> =
    object : PipelineSource<Long, Any> by right {
      override suspend fun receive(wanted: Int): List<Delivery<Long, Any>> =
        right.receive(wanted).also { events -> right.acknowledged(events.map { it.reference }) }

      override suspend fun acknowledged(done: List<Any>) {}
    }
}

/** Tells twice of one in five. */
internal class TwiceTold : PipelinePlants() {
  private var told = 0

  override fun source(right: PipelineSource<Long, Any>): PipelineSource<Long, Any> =
    object : PipelineSource<Long, Any> by right {
      override suspend fun acknowledged(done: List<Any>) {
        right.acknowledged(done)
        if (++told % 5 == 0) right.acknowledged(done)
      }
    }
}

/** Does not tell of one in twenty, as if it were lost with a stage that had it. */
internal class LosesTrack : PipelinePlants() {
  private var told = 0

  override fun source(right: PipelineSource<Long, Any>): PipelineSource<Long, Any> =
    object : PipelineSource<Long, Any> by right {
      override suspend fun acknowledged(done: List<Any>) =
        right.acknowledged(done.filter { ++told % 20 != 0 })

      override suspend fun failed(failures: List<Failure<Any>>) = right.failed(failures)
    }
}

/** Gives one in twenty events twice. */
internal class TwiceGiven : PipelinePlants() {
  private var given = 0

  override fun source(right: PipelineSource<Long, Any>): PipelineSource<Long, Any> =
    object : PipelineSource<Long, Any> by right {
      override suspend fun receive(wanted: Int): List<Delivery<Long, Any>> {
        if (wanted == 1) return right.receive(1)
        return right
          .receive(wanted - 1)
          .flatMap {
            if (++given % 20 == 0) listOf(it, it) else listOf(it)
          }
          .take(wanted)
      }
    }
}

/** Saves a place before which something may not be done. */
internal class Ahead : PipelinePlants() {
  override fun checkpoint(right: Checkpoint<Long>): Checkpoint<Long> =
    object : Checkpoint<Long> by right {
      override suspend fun save(place: Long) = right.save(place + 1)
    }
}

/** Takes neighbours for events of different keys. */
internal class KeyMixer : PipelinePlants() {
  override fun key(event: Long, right: Long?): Long? = event
}

/** Handles nothing of every fifth batch. */
internal class LostBatch : PipelinePlants() {
  private var batches = 0

  override fun batch(right: List<Long>): List<Long> = if (++batches % 5 == 0) emptyList() else right
}

internal class Deaf : PipelinePlants() {
  override val hears = false
}

internal class TooMany : PipelinePlants() {
  override val excess = 2
}

internal class ForgetsOpen : PipelinePlants() {
  override val comesAgain = false
}

/** A producer whose messages are tampered with. */
internal class BadPipe(tamper: (List<Long>) -> List<List<Long>>) : PipelinePlants() {
  private val post = BadPost(tamper)

  override fun dispatching(right: Dispatching<Long>): Dispatching<Long> = post.dispatching(right)
}
