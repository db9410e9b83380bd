package io.weft.stage.bridge

import io.weft.node.ExitReason
import io.weft.stage.Asking
import io.weft.stage.ConsumerScope
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionEnd
import io.weft.stage.dispatch.saturatingPlus
import io.weft.stage.failureOf
import io.weft.stage.reasonOf
import io.weft.term.Term
import java.util.concurrent.Flow
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.job
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * A consumer whose events a subscriber gets, and the subscription that it has. The subscriber is
 * called beside the carriers, one call after the other.
 *
 * The stage ends with the subscription: normally when the subscriber cancels or is completed, with
 * the failure when the subscriber throws or its producers fail.
 *
 * @param meaning what an end of a producer means to the subscriber
 */
internal class Delivery<E : Any>(
  private val stage: ConsumerScope<E, *>,
  subscriber: Flow.Subscriber<in E>,
  options: SubscribeOptions,
  private val meaning: (ExitReason) -> ExitReason,
) : Flow.Subscription {
  private val self = stage.self
  private val calls = SerialCalls(self.node(), self.label())

  /** Null as soon as nothing may be called any more. */
  @Volatile private var subscriber: Flow.Subscriber<in E>? = subscriber

  /** What was requested and the process has not heard of. */
  private val requested = AtomicLong()

  // What follows belongs to the turns of the process.
  private val credit = Credit(options)
  private val froms = HashMap<Term, StageFrom>()
  private val waiting = ArrayDeque<E>()
  private var isOpen = false
  private var isTold = false
  private var emptied: CancellableContinuation<Unit>? = null

  // --- the stage ---------------------------------------------------------------------------------

  /**
   * Fills the body of the stage.
   *
   * @param producers how many subscriptions the subscriber is to wait for before it hears of its
   *   own
   */
  fun begin(producers: Int) {
    var missing = producers
    stage.onSubscribed { _, from ->
      froms[from.tag] = from
      credit.producerCame(from.tag)
      if (--missing == 0) open()
      goOn()
      Asking.MANUAL
    }
    stage.onEvents { events, from ->
      credit.came(from.tag, events.size)
      waiting.addAll(events)
      goOn()
    }
    stage.onSubscriptionEnd { end, from -> producerEnded(end, from) }
    stage.onTerminate { reason ->
      // Nobody is there any more to subscribe to: unlike any other end, that is the producer's.
      if (reason == ExitReason.NOPROC) tellEndOf(reason) else tellFailure(reason)
    }
    stage.coroutineContext.job.invokeOnCompletion { tellFailure(ExitReason.KILLED) }
    if (producers == 0) open()
  }

  /** Tells the subscriber of its subscription; nothing else is told before. */
  private fun open() {
    if (isOpen) return
    isOpen = true
    calls.add { call { it.onSubscribe(this) } }
  }

  private suspend fun producerEnded(end: SubscriptionEnd, from: StageFrom) {
    credit.producerWent(from.tag)
    froms.remove(from.tag)
    if (meaning(end.reason).isOrderly) {
      if (!credit.isAlone) return
      if (waiting.isNotEmpty()) suspendCancellableCoroutine { emptied = it }
    }
    tellEndOf(end.reason)
    stage.stop(ExitReason.NORMAL)
  }

  private fun tellEndOf(producer: ExitReason) {
    val reason = meaning(producer)
    if (reason.isOrderly) tellEnd { it.onComplete() } else tellFailure(reason)
  }

  private fun goOn() {
    val count = credit.give(waiting.size)
    if (count > 0) {
      val batch = List(count) { waiting.removeFirst() }
      calls.add { deliver(batch) }
    }
    if (waiting.isEmpty()) {
      emptied?.resume(Unit)
      emptied = null
    }
    credit.ask(waiting.size) { tag, events -> froms[tag]?.let { stage.ask(it, events.toLong()) } }
  }

  private fun tellFailure(reason: ExitReason) {
    tellEnd { it.onError(failureOf(reason)) }
  }

  /** The last that the subscriber hears, behind all events that it was given. */
  private fun tellEnd(signal: (Flow.Subscriber<in E>) -> Unit) {
    if (isTold) return
    isTold = true
    open()
    calls.add {
      call(signal)
      subscriber = null
    }
  }

  // --- the subscriber ----------------------------------------------------------------------------

  private fun deliver(batch: List<E>) {
    for (event in batch) call { it.onNext(event) }
    self.post {
      credit.done(batch.size)
      goOn()
    }
  }

  /** A subscriber that throws is cancelled, and its stage fails with what it threw: rule 2.13. */
  private fun call(signal: (Flow.Subscriber<in E>) -> Unit) {
    val called = subscriber ?: return
    try {
      signal(called)
    } catch (failure: Throwable) {
      subscriber = null
      self.post {
        isTold = true
        stage.stop(reasonOf(failure))
      }
    }
  }

  override fun request(events: Long) {
    if (subscriber == null) return
    if (events <= 0) refuse(events)
    else if (requested.getAndAccumulate(events, Long::saturatingPlus) == 0L) {
      self.post {
        credit.wants(requested.getAndSet(0))
        goOn()
      }
    }
  }

  private fun refuse(events: Long) {
    val wrong = IllegalArgumentException("$events is a non-positive subscription request: rule 3.9")
    self.post {
      tellEnd { it.onError(wrong) }
      stage.stop(ExitReason.NORMAL)
    }
  }

  override fun cancel() {
    subscriber = null
    self.post {
      isTold = true
      stage.stop(ExitReason.NORMAL)
    }
  }

  override fun toString(): String = "subscription of $self"
}
