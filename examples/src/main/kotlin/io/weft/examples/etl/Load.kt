package io.weft.examples.etl

import io.weft.gen.Supervisor
import io.weft.kotlin.node
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.StartException
import io.weft.stage.Retry
import io.weft.stage.graph.Taken
import io.weft.stage.pipeline.Batches
import io.weft.stage.pipeline.Checkpoint
import io.weft.stage.pipeline.Delivery
import io.weft.stage.pipeline.Pipeline
import io.weft.stage.pipeline.PipelineFailedException
import io.weft.stage.pipeline.pipeline
import io.weft.stage.pipeline.resumable
import io.weft.stage.pipeline.run
import java.sql.SQLException
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

/**
 * Loads a source into all targets, from where the one that has the least of it has stopped. However
 * often it is killed, in the end each record is there once: what is not acknowledged is read again,
 * and what is there already stays as it is.
 *
 * @param workers how many records are parsed at once
 * @param batch how many rows are written at once
 * @param listener told how far it is, in whatever thread
 */
internal class Load(
  private val source: Source,
  private val parsing: Parsing,
  private val targets: List<Target>,
  private val workers: Int,
  private val batch: Int,
  private val listener: LoadListener,
) {
  private val failure = AtomicReference<Throwable?>()

  private val pipeline: Pipeline<Record> =
    pipeline("load") {
      source(resumable(Marks()) { from -> records(from ?: Position.BEGIN) })
      val tables =
        batcher("tables", Batches.of(batch, 200.milliseconds)) { rows: List<Loaded> -> write(rows) }
      processors(Taken.BY_DEFAULT.by(workers)) { record ->
        if (record.bytes.isEmpty()) done else parsing.load(record) into tables
      }
      retry(Retry.attempts(5).backoff(200.milliseconds, 5.seconds).only { it is SQLException })
      // Nothing is given up: what cannot be written is loaded again by the next run.
      onFailed { failures -> throw failures.first().why.also { failure.compareAndSet(null, it) } }
      intensity(max = 0, within = 1.seconds)
    }

  /**
   * Runs until the whole source is loaded, or who was told that it is [running] has stopped it.
   * Throws what it failed for.
   */
  suspend fun run(node: Node, running: (Address<Supervisor.Query>) -> Unit) {
    try {
      pipeline.run(node, running)
    } catch (gaveUp: PipelineFailedException) {
      throw failure.get() ?: gaveUp
    } catch (never: StartException) {
      throw failure.get() ?: never
    }
  }

  private fun records(from: Position): Sequence<Delivery<Record, Position>> {
    val records = noting { source.records(from) }
    return Closing(generateSequence { reading(records) }.map { Delivery(it, it.next) }, records)
  }

  /** A source that cannot be read ends the line. */
  private fun reading(records: Records): Record? = noting { records.next() }

  /** Keeps why the line will end. */
  private inline fun <T> noting(code: () -> T): T =
    try {
      code()
    } catch (broken: Exception) {
      failure.compareAndSet(null, broken)
      throw broken
    }

  private suspend fun write(rows: List<Loaded>) {
    beside { it.write(rows) }
    listener.loaded(rows)
  }

  /** Does something with all targets at once, beside the carriers. */
  private suspend fun <T> beside(code: (Target) -> T): List<T> = coroutineScope {
    targets.map { async(Dispatchers.IO) { code(it) } }.awaitAll()
  }

  /** How far each target is: the place to go on is that of the one that is least far. */
  private inner class Marks : Checkpoint<Position> {
    override suspend fun load(): Position = noting { beside { it.progress().position }.min() }

    override suspend fun save(place: Position) {
      noting { beside { it.save(place) } }
      listener.reached(place)
    }
  }
}

/** Hears how far a load is. */
internal interface LoadListener {
  fun loaded(rows: List<Loaded>)

  fun reached(place: Position)
}

/** Elements of something that is closed with their iterator. */
private class Closing<E>(private val elements: Sequence<E>, private val of: AutoCloseable) :
  Sequence<E> {
  override fun iterator(): Iterator<E> =
    object : Iterator<E> by elements.iterator(), AutoCloseable by of {}
}
