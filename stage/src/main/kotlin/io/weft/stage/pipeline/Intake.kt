package io.weft.stage.pipeline

import io.weft.stage.ProducerConsumerScope
import io.weft.stage.Transforms
import io.weft.stage.failureOf
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch

/** A desk as a stage: it takes events in, and gives work to its stages. */
internal typealias DeskScope<In> = ProducerConsumerScope<In, Work, Transforms<In, Work>>

/** Where a desk has its events from, for one life. */
internal interface Intake {
  /** So many events may come from now on, with those that are on their way already. */
  fun want(events: Int)

  suspend fun acknowledged(items: List<Item>)

  suspend fun failed(failures: List<Failure<Item>>)

  suspend fun released(items: List<Item>)

  /** No more is wanted: the desk is told when it is sure that no more comes. */
  fun stop()
}

/** What a desk hears of its intake. */
internal interface Reception<In : Any> {
  fun take(events: List<Delivery<In, Any>>)

  /** Nothing more comes: there is no more if [failure] is null. */
  fun over(failure: Throwable?)
}

/** Receives from a source, as much as is wanted at a time. */
internal class Receiving<In : Any, R : Any>(
  scope: DeskScope<In>,
  private val source: PipelineSource<In, R>,
  private val reception: Reception<In>,
) : Intake {
  private val bell = Bell()
  private var wanted = 0
  private var isStopped = false
  private val receiving: Job

  init {
    // The desk has its reason to end already.
    scope.coroutineContext.job.invokeOnCompletion { runCatching { source.close() } }
    receiving = scope.launch { reception.over(failureOf { receive() }) }
  }

  private suspend fun receive() {
    do {
      bell.awaitUntil { wanted > 0 }
      val asked = wanted
      val events = source.receive(asked)
      check(events.size <= asked) { "a source returned ${events.size} events, asked for $asked" }
      currentCoroutineContext().ensureActive() // else nobody wants them any more
      reception.take(events)
    } while (events.isNotEmpty())
  }

  override fun want(events: Int) {
    wanted = events
    if (events > 0) bell.ring()
  }

  @Suppress("UNCHECKED_CAST") // it is the one that the source gave the event
  private val Item.ref: R
    get() = reference as R

  override suspend fun acknowledged(items: List<Item>) = source.acknowledged(items.map { it.ref })

  override suspend fun failed(failures: List<Failure<Item>>) =
    source.failed(failures.map { Failure(it.subject.ref, it.why, it.attempts, it.stage) })

  override suspend fun released(items: List<Item>) = source.released(items.map { it.ref })

  override fun stop() {
    if (isStopped) return
    isStopped = true
    receiving.cancel()
    reception.over(null)
  }
}
