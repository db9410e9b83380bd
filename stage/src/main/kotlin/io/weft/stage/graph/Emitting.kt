package io.weft.stage.graph

import io.weft.kotlin.Turn
import io.weft.kotlin.WeftDsl
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * The code of a producer, one thing after the other: it emits when it has something, and suspends
 * while nobody wants any.
 *
 * It is a coroutine of the stage's process: its variables are touched by nobody else, it ends with
 * the process, and ends it when it fails. Only one coroutine emits.
 *
 * @param E the events
 */
@WeftDsl
public interface EmitScope<E : Any> : Turn<Produces<E>> {
  /**
   * Emits an event as soon as somebody wants one. What is emitted without suspending in between
   * goes in one message. Cancellable while it waits.
   */
  public suspend fun emit(event: E)

  /** Emits events in order, each as soon as somebody wants one. */
  public suspend fun emitAll(events: Iterable<E>)

  /** Suspends until events are wanted, and returns how many: so many can be emitted at once. */
  public suspend fun demand(): Long
}

/** Runs such code in a producer; when it is done, and its events are sent, so is the stage. */
internal class Emitting<E : Any>(private val stage: ProducerScope<E, Produces<E>>) :
  EmitScope<E>, Turn<Produces<E>> by stage {
  private var wanted = 0L
  private var waiting: CancellableContinuation<Unit>? = null
  private var batch = ArrayList<E>()
  private var resuming = false

  fun begin(code: suspend EmitScope<E>.() -> Unit) {
    stage.onDemand(::demanded)
    stage.endsWhenDone()
    stage.launch {
      code()
      flush()
      stage.done()
    }
  }

  private fun demanded(events: Long) {
    wanted += events
    val code = waiting ?: return
    waiting = null
    resuming = true
    code.resumeInThisTurn()
    resuming = false
    flush()
  }

  // What may suspend comes last in a function of its own: the others then need no continuation.

  override suspend fun emit(event: E) {
    if (wanted > 0) add(event) else emitWhenWanted(event)
  }

  private suspend fun emitWhenWanted(event: E) {
    awaitDemand()
    add(event)
  }

  override suspend fun emitAll(events: Iterable<E>) {
    if (events is List<E> && events is RandomAccess) emitParts(events)
    else for (event in events) emit(event)
  }

  /** The list stays that of the caller, who may use it again. */
  private suspend fun emitParts(events: List<E>) {
    var next = 0
    while (next < events.size) {
      if (wanted == 0L) awaitDemand()
      val room = minOf(wanted, (MAX_BATCH - batch.size).toLong()).toInt()
      val end = minOf(events.size, next + room)
      addAll(events.subList(next, end))
      next = end
    }
  }

  override suspend fun demand(): Long = if (wanted > 0) wanted else demandWhenWanted()

  private suspend fun demandWhenWanted(): Long {
    awaitDemand()
    return wanted
  }

  private suspend fun awaitDemand() {
    flush()
    suspendCancellableCoroutine { waiting = it }
  }

  private fun add(event: E) {
    if (batch.isEmpty()) flushLater()
    batch.add(event)
    added(1)
  }

  private fun addAll(events: List<E>) {
    if (batch.isEmpty()) flushLater()
    batch.addAll(events)
    added(events.size)
  }

  /** At the end of the code's go: who resumes it does so himself. */
  private fun flushLater() {
    if (!resuming) self.post(::flush)
  }

  private fun added(events: Int) {
    wanted -= events
    if (wanted == 0L || batch.size == MAX_BATCH) flush()
  }

  private fun flush() {
    if (batch.isEmpty()) return
    val events = batch
    batch = ArrayList(minOf(wanted, MAX_BATCH.toLong()).toInt())
    stage.emit(events)
  }

  private companion object {
    /** So that the consumer begins before all that it asked for is there. */
    const val MAX_BATCH = 1000
  }
}

/** Goes on within this turn: it is that of the process that waits. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun CancellableContinuation<Unit>.resumeInThisTurn() {
  val dispatcher = context[ContinuationInterceptor] as? CoroutineDispatcher
  if (dispatcher == null) resume(Unit) else with(dispatcher) { resumeUndispatched(Unit) }
}
