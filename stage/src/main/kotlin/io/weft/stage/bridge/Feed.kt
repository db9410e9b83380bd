package io.weft.stage.bridge

import io.weft.node.ExitReason
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.dispatch.saturatingPlus
import io.weft.stage.gen.asStage
import io.weft.stage.gen.asyncInfo
import io.weft.stage.reasonOf
import io.weft.stage.wire.InfoBehindEvents
import io.weft.stage.wire.LocalStages
import io.weft.stage.wire.ProducerDone
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Flow
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.job

/**
 * A subscriber whose events a producer emits, which requests what its consumers want.
 *
 * Signals that come before the producer runs wait for it. The producer is done behind the last
 * event when it is completed, and consumers of its node are through with that before it ends; a
 * failure ends it at once. The publisher is called beside the carriers.
 *
 * @param staysAlone whether the producer goes on when its last consumer is gone
 */
internal class Feed<E : Any>(private val staysAlone: Boolean) : Flow.Subscriber<E> {
  private val signals = ConcurrentLinkedQueue<Signal<E>>()
  private val pending = AtomicInteger()
  private val upstream = AtomicReference<Flow.Subscription?>()

  @Volatile private var life: Life? = null

  /** Whether what comes is of no use any more. */
  @Volatile private var isOver = false

  /** What the publisher ended with, before the producer did; null if it did not. */
  @Volatile
  var outcome: ExitReason? = null
    private set

  private sealed interface Signal<out E> {
    class Subscribed(val to: Flow.Subscription) : Signal<Nothing>

    class Event<E>(val event: E) : Signal<E>

    class Ended(val reason: ExitReason) : Signal<Nothing>
  }

  // --- what the publisher calls ------------------------------------------------------------------

  override fun onSubscribe(subscription: Flow.Subscription) {
    if (!isOver && upstream.compareAndSet(null, subscription)) add(Signal.Subscribed(subscription))
    else subscription.cancel()
  }

  override fun onNext(event: E) = add(Signal.Event(event))

  override fun onError(failure: Throwable) = ended(reasonOf(failure))

  override fun onComplete() = ended(ExitReason.NORMAL)

  private fun ended(reason: ExitReason) {
    if (!isOver) outcome = reason
    add(Signal.Ended(reason))
  }

  private fun add(signal: Signal<E>) {
    if (isOver) return
    signals.add(signal)
    if (pending.getAndIncrement() == 0) life?.wake()
  }

  /** Ends the producer, and so the subscription. */
  fun cancel() {
    val life = life
    if (life != null) life.cancel() else isOver = true
  }

  // --- the producer ------------------------------------------------------------------------------

  /** Fills the body of the producer; that has one life. */
  fun begin(stage: ProducerScope<E, Produces<E>>) {
    val life = Life(stage)
    life.begin()
    this.life = life
    if (isOver) life.cancel() else life.wake() // what came before, if anything did
  }

  private inner class Life(private val stage: ProducerScope<E, Produces<E>>) {
    private val self = stage.self
    private val calls = SerialCalls(self.node(), self.label())
    private var wanted = 0L
    private var source: Flow.Subscription? = null
    private var hadConsumer = false

    /** What it ends with as soon as its last consumer is through; null while it goes on. */
    private var ending: ExitReason? = null

    fun wake() {
      self.post(::takeAll)
    }

    fun cancel() {
      self.post { stage.stop(ExitReason.NORMAL) }
    }

    fun begin() {
      stage.onDemand(::demanded)
      stage.handleCast(Finished::class) { finish(ExitReason.NORMAL) }
      stage.onSubscriber { _, from ->
        hadConsumer = true
        ending?.let { stage.cancelConsumer(from, it) }
      }
      stage.onSubscriptionEnd { _, _ ->
        if (stage.consumers.isEmpty() && (ending != null || !staysAlone)) {
          stage.stop(ending ?: ExitReason.NORMAL)
        }
      }
      stage.coroutineContext.job.invokeOnCompletion { over() }
    }

    private fun over() {
      isOver = true
      signals.clear()
      val former = upstream.getAndSet(null)
      if (former != null && outcome == null) calls.add { former.cancel() }
    }

    private fun demanded(events: Long) {
      val source = source
      if (source == null) wanted = wanted saturatingPlus events else request(source, events)
    }

    private fun request(source: Flow.Subscription, events: Long) {
      if (events > 0) calls.add { if (!isOver && outcome == null) source.request(events) }
    }

    private fun takeAll() {
      val count = pending.get()
      val events = ArrayList<E>(count)
      repeat(count) {
        when (val signal = signals.poll() ?: return) {
          is Signal.Event -> events.add(signal.event)
          is Signal.Subscribed -> subscribed(signal.to)
          is Signal.Ended -> {
            if (events.isNotEmpty()) stage.emit(events.toList())
            events.clear()
            ended(signal.reason)
          }
        }
      }
      if (events.isNotEmpty() && !self.isStopping) stage.emit(events)
      if (pending.addAndGet(-count) > 0) wake()
    }

    private fun subscribed(to: Flow.Subscription) {
      source = to
      request(to, wanted)
      wanted = 0
    }

    private fun ended(reason: ExitReason) {
      if (reason.isOrderly) self.address().asStage().asyncInfo(Finished) else finish(reason)
    }

    /** The one consumer that is to come must hear how it ended. */
    private fun finish(reason: ExitReason) {
      ending = reason
      if (!hadConsumer && !staysAlone) return
      if (!reason.isOrderly || !askConsumersToLeave()) stage.stop(reason)
    }

    /**
     * All events are sent, but who has them may be busy with them: consumers of this node leave
     * when they are not. Returns false if there are none, or others.
     */
    private fun askConsumersToLeave(): Boolean {
      val stages = LocalStages.of(self.node())
      val consumers = stage.consumers.associateWith { from -> from.pid?.let(stages::find) }
      if (consumers.isEmpty() || null in consumers.values) return false
      for ((from, here) in consumers) here?.address?.tell(InfoBehindEvents(ProducerDone(from.tag)))
      return true
    }
  }

  /** Comes behind the last event. */
  private data object Finished
}
