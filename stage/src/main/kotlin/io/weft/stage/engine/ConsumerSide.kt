package io.weft.stage.engine

import io.weft.node.AliasMode
import io.weft.node.ExitReason
import io.weft.node.Self
import io.weft.node.Target
import io.weft.node.TermMappingException
import io.weft.stage.Asking
import io.weft.stage.Cancel
import io.weft.stage.Dialect
import io.weft.stage.EventCodec
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionEnd
import io.weft.stage.wire.Ask
import io.weft.stage.wire.CancelConsumer
import io.weft.stage.wire.CancelledByProducer
import io.weft.stage.wire.Correspondent
import io.weft.stage.wire.Events
import io.weft.stage.wire.ForeignEvents
import io.weft.stage.wire.Replaced
import io.weft.stage.wire.StageSignal
import io.weft.stage.wire.Subscribe
import io.weft.stage.wire.ToConsumer
import io.weft.stage.wire.Whom
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Terms

/**
 * A stage towards its producers: what it is subscribed to, how much it has asked for, and what it
 * does with what comes.
 *
 * @param codec how events of foreign producers look; null if it understands none
 */
internal class ConsumerSide(
  private val self: Self<Any>,
  private val callbacks: Callbacks,
  private val codec: EventCodec<*>?,
) {
  private val producers = HashMap<Term, Producer>()

  /** Who was heard last: that is the next one as a rule, and is found without a hash. */
  private var last: Producer? = null

  /** One subscription. Its tag is the monitor of the producer. */
  inner class Producer(
    val tag: Reference,
    val options: SubscribeOptions,
    val from: StageFrom,
    private var peer: Correspondent,
  ) {
    val demand = ConsumerDemand(options.maxDemand, options.minDemand)
    var asking = Asking.AUTOMATIC

    /** Whose events have come. Who was only subscribed to may not have been a stage yet. */
    private var known: Pid? = null

    fun tell(signal: StageSignal) = peer.tell(signal)

    private val dialect = options.dialect

    fun ask(events: Long) {
      var left = events
      while (left > 0) {
        val now = minOf(left, dialect.mostAtOnce)
        tell(Ask(self.pid(), tag, now))
        left -= now
      }
    }

    /** Asks it to end the subscription. One of Ergo does, and says nothing. */
    fun cancel(reason: ExitReason) {
      tell(CancelConsumer(self.pid(), tag, reason))
      if (dialect == Dialect.ERGO) {
        self.address().tell(CancelledByProducer(self.pid(), tag, reason))
      }
    }

    /**
     * From now on the conversation is with the process that events come from; returns whom they are
     * from. Ergo names the consumer there, which tells nothing.
     */
    fun speaksAs(sender: Pid): StageFrom {
      if (sender == self.pid()) return from
      if (sender != known) {
        known = sender
        peer = Correspondent.producer(self.node(), Target.ByPid(sender), dialect)
      }
      return StageFrom(sender, tag)
    }

    /** Returns a reason that it gave as it was meant. */
    fun meant(reason: ExitReason): ExitReason = dialect.meant(reason)
  }

  /** The producers that the stage is subscribed to. */
  val froms: List<StageFrom>
    get() = producers.values.map { it.from }

  // --- subscribing -------------------------------------------------------------------------------

  /**
   * Returns the tag of the new subscription, or one that belongs to none if there is nobody of that
   * name; null if the stage's own code stopped it.
   */
  suspend fun subscribe(current: Replaced?, whom: Whom, options: SubscribeOptions): Reference? {
    val target = whom.target(self.node()) ?: return absent(whom, options)
    val tag = self.monitor(target)
    val peer = Correspondent.producer(self.node(), target, options.dialect)
    val producer = Producer(tag, options, StageFrom(target.item(), tag), peer)
    producers[tag] = producer
    producer.tell(Subscribe(self.pid(), tag, current, options))
    producer.asking = callbacks.subscribed(options, producer.from)
    if (self.isStopping) return null
    if (producer.asking == Asking.AUTOMATIC) producer.ask(options.maxDemand.toLong())
    return tag
  }

  private fun absent(whom: Whom, options: SubscribeOptions): Reference {
    if (options.cancel != Cancel.TEMPORARY) {
      self.warn("cannot subscribe to {}: there is no such process", whom)
      self.stop(ExitReason.NOPROC)
    }
    return self.alias(AliasMode.EXPLICIT_UNALIAS).also { self.unalias(it) }
  }

  /** Asks for more in the name of the stage's own code. */
  fun ask(from: StageFrom, events: Long) {
    require(events >= 0) { "cannot ask for $events events" }
    if (events > 0) producers[from.tag]?.ask(events)
  }

  // --- what producers say ------------------------------------------------------------------------

  /** Returns the subscription that a signal belongs to; who sends events without one is told. */
  fun producerOf(signal: ToConsumer): Producer? {
    val producer = find(signal.tag)
    val isTold = signal.producer != self.pid() && signal !is CancelledByProducer
    if (producer == null && isTold) {
      Correspondent.producer(self.node(), Target.ByPid(signal.producer))
        .tell(CancelConsumer(self.pid(), signal.tag, UNKNOWN))
    }
    return producer
  }

  private fun find(tag: Term): Producer? =
    last?.takeIf { it.tag == tag } ?: producers[tag]?.also { last = it }

  /** Returns the events of a message. */
  fun eventsOf(signal: ToConsumer): List<Any> =
    when (signal) {
      is Events -> signal.events
      is ForeignEvents -> decoded(signal)
      is CancelledByProducer -> emptyList()
    }

  private fun decoded(signal: ForeignEvents): List<Any> {
    val codec = codec ?: throw StageException("the events of ${self.label()} have no form as terms")
    return try {
      codec.decodeAll(signal.events)
    } catch (misfit: TermMappingException) {
      throw StageException("an event of ${signal.producer} is none: ${misfit.message}")
    }
  }

  /** Handles events, in portions, and asks for more after each; without asking if that is over. */
  suspend fun consume(producer: Producer, sender: Pid, events: List<Any>) {
    val from = producer.speaksAs(sender)
    val gone = find(producer.tag) !== producer
    if (gone || producer.asking == Asking.MANUAL) return handle(events, from)
    val demand = producer.demand
    demand.begin()
    var done = 0
    while (done < events.size) {
      val count = demand.take(events.size - done)
      if (demand.excess > 0) tellExcess(demand.excess, sender)
      val askNow = demand.askNow
      handle(if (count == events.size) events else events.subList(done, done + count), from)
      if (self.isStopping) return
      if (askNow > 0) producer.ask(askNow.toLong())
      done += count
    }
  }

  private suspend fun handle(events: List<Any>, from: StageFrom) {
    checkNotNull(callbacks.events) { "no onEvents" }(events, from)
  }

  private fun tellExcess(events: Int, sender: Pid) {
    self.warn("GenStage consumer has received {} events in excess from {}", events, sender)
  }

  // --- ends --------------------------------------------------------------------------------------

  /** Returns the subscription whose monitor that is, or null. */
  fun watchedBy(monitor: Reference): Producer? = producers[monitor]

  /** Asks the producer to end the subscription; it will confirm. */
  fun cancel(tag: Term, reason: ExitReason) {
    producers[tag]?.cancel(reason)
  }

  /** Ends a subscription; false if it was over before. */
  fun forget(producer: Producer): Boolean {
    if (producers.remove(producer.tag) == null) return false
    last = null
    self.demonitor(producer.tag, true)
    return true
  }

  /**
   * Tells the stage's own code that a subscription is over, and ends the stage if that is to be.
   */
  suspend fun ended(producer: Producer, end: SubscriptionEnd) {
    callbacks.subscriptionEnd(end, producer.from)
    if (self.isStopping || !ends(producer.options.cancel, end.reason)) return
    callbacks.quit?.invoke(end.reason) ?: self.stop(end.reason)
  }

  private fun ends(mode: Cancel, reason: ExitReason): Boolean =
    when (mode) {
      Cancel.PERMANENT -> reason != ALREADY_SUBSCRIBED
      Cancel.TRANSIENT -> !reason.isOrderly && reason != ALREADY_SUBSCRIBED
      Cancel.TEMPORARY -> false
    }

  private companion object {
    val UNKNOWN: ExitReason = ExitReason.of(Terms.atom("unknown_subscription"))
    val ALREADY_SUBSCRIBED: ExitReason = ExitReason.of(Terms.atom("already_subscribed"))
  }
}

/** What ends a stage that cannot go on. */
internal class StageException(message: String) : RuntimeException(message)
