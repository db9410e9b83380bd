package io.weft.stage.engine

import io.weft.node.ExitReason
import io.weft.node.Self
import io.weft.node.Target
import io.weft.stage.DemandMode
import io.weft.stage.Dialect
import io.weft.stage.Dispatcher
import io.weft.stage.EventCodec
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.SubscriptionEnd
import io.weft.stage.SubscriptionRefused
import io.weft.stage.wire.Ask
import io.weft.stage.wire.CancelConsumer
import io.weft.stage.wire.CancelledByProducer
import io.weft.stage.wire.Correspondent
import io.weft.stage.wire.Events
import io.weft.stage.wire.StageSignal
import io.weft.stage.wire.Subscribe
import io.weft.stage.wire.ToProducer
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.reflect.KType

/**
 * A stage towards its consumers: who is subscribed, what they want, and what waits for them.
 *
 * New demand is first met from the buffer; [source] is asked for the rest.
 *
 * @param produces the type of the events
 * @param codec how events look to foreign consumers; null if they cannot have any
 */
internal class ProducerSide(
  private val self: Self<Any>,
  private val callbacks: Callbacks,
  private val dispatcher: Dispatcher<Any>,
  private val buffer: EventBuffer<Any>,
  private val produces: KType?,
  private val codec: EventCodec<*>?,
  private val source: Source,
) {
  /** Where events come from. */
  interface Source {
    /** So many events more are wanted, besides those that the buffer had. */
    suspend fun demanded(events: Long)

    /** So many were emitted: the dispatcher has sent them, or left them for the buffer. */
    fun emitted(events: Int) {}

    /** Its own [io.weft.stage.wire.StillWanted] has come back. */
    suspend fun stillWanted() {}
  }

  private val subscribers = HashMap<Term, Consumer>()
  private val monitors = HashMap<Reference, Consumer>()

  /** Who was heard last: with one consumer that is the next one, and is found without a hash. */
  private var last: Consumer? = null

  /**
   * The latest subscriptions of Ergo's that are over. What still was on its way is not answered: a
   * stage of Ergo would not survive what GenStage's take for granted.
   */
  private val overWithErgo = ArrayDeque<Term>()

  private val early = EarlyAsks(self) { refuse(it, UNKNOWN) }

  /** What is kept back while demand is accumulated; null when it is forwarded. */
  private var held: Accumulation? = null

  /** What was kept back and is still to happen, while that goes on; else null. */
  private var replayed: Accumulation? = null

  /** Whether the code that answers what is replayed has done so without suspending so far. */
  private var answersAtOnce = false

  /** The consumers that are subscribed. */
  val froms: List<StageFrom>
    get() = subscribers.values.map { it.from }

  val buffered: Int
    get() = buffer.count

  /** What its status calls the dispatcher. */
  val dispatcherName: String
    get() = dispatcher.javaClass.simpleName

  // --- what consumers say ------------------------------------------------------------------------

  suspend fun handle(signal: ToProducer) {
    val known = find(signal.tag)
    when (signal) {
      is Ask -> if (known != null) ask(known, signal.events) else askedInVain(signal)
      is CancelConsumer -> known?.let { cancel(it, signal.reason) }
      is Subscribe -> if (known == null) subscribe(signal) else refuseAgain(signal)
    }
  }

  private fun find(tag: Term): Consumer? =
    last?.takeIf { it.tag == tag } ?: subscribers[tag]?.also { last = it }

  private suspend fun cancel(consumer: Consumer, reason: ExitReason) =
    end(consumer, SubscriptionEnd.Cause.CANCELLED, consumer.dialect.meant(reason))

  private fun askedInVain(signal: Ask) {
    if (signal.tag !in overWithErgo) early.add(signal)
  }

  private fun refuseAgain(signal: Subscribe) {
    self.warn("is subscribed to by {} with the tag {} already", signal.consumer, signal.tag)
    refuse(signal, DUPLICATED)
  }

  private fun refuse(signal: ToProducer, why: ExitReason) {
    val dialect = (signal as? Subscribe)?.options?.dialect ?: Dialect.GEN_STAGE
    correspondent(signal.consumer, dialect).tell(CancelledByProducer(self.pid(), signal.tag, why))
  }

  private fun correspondent(consumer: Pid, dialect: Dialect) =
    Correspondent.consumer(self.node(), consumer, produces, codec, dialect)

  private suspend fun ask(consumer: Consumer, events: Long) {
    val wanted = minOf(events, MOST_AT_ONCE)
    if (wanted > 0) demanded(dispatcher.ask(consumer, wanted), wanted)
    else if (events < 0) self.warn("ignored that {} asked for {} events", consumer.pid, events)
  }

  private suspend fun subscribe(signal: Subscribe) {
    signal.current?.let { former ->
      subscribers[former.tag]?.let { end(it, SubscriptionEnd.Cause.CANCELLED, former.reason) }
      if (self.isStopping) return
    }
    val asked = early.take(signal.tag)
    val monitor = self.monitor(Target.ByPid(signal.consumer))
    val consumer = Consumer(signal.consumer, signal.tag, monitor, signal.options)
    subscribers[signal.tag] = consumer
    monitors[monitor] = consumer
    callbacks.subscriber(signal.options, consumer.from)
    if (!self.isStopping) admit(consumer, signal.options)
    for (ask in asked) {
      if (!self.isStopping && find(signal.tag) === consumer) ask(consumer, ask.events)
    }
  }

  private suspend fun admit(consumer: Consumer, options: SubscribeOptions) {
    val demand =
      try {
        if (consumer.isForeign && codec == null) throw SubscriptionRefused(NO_TERMS)
        dispatcher.subscribe(consumer, options)
      } catch (refused: SubscriptionRefused) {
        return end(consumer, SubscriptionEnd.Cause.CANCELLED, refused.reason)
      }
    demanded(demand, demand)
  }

  /** Returns false if the monitor is none of a consumer. */
  suspend fun down(monitor: Reference, reason: ExitReason): Boolean {
    val consumer = monitors[monitor] ?: return false
    end(consumer, SubscriptionEnd.Cause.DOWN, reason)
    return true
  }

  private suspend fun end(consumer: Consumer, cause: SubscriptionEnd.Cause, reason: ExitReason) {
    subscribers.remove(consumer.tag)
    monitors.remove(consumer.monitor)
    last = null
    if (consumer.dialect == Dialect.ERGO) {
      overWithErgo.addLast(consumer.tag)
      if (overWithErgo.size > MOST_OVER) overWithErgo.removeFirst()
    }
    self.demonitor(consumer.monitor, true)
    consumer.tell(CancelledByProducer(self.pid(), consumer.tag, reason))
    callbacks.subscriptionEnd(
      SubscriptionEnd(cause, reason, SubscriptionEnd.Role.CONSUMER),
      consumer.from,
    )
    if (!self.isStopping) demanded(dispatcher.cancel(consumer), Long.MAX_VALUE)
  }

  // --- demand ------------------------------------------------------------------------------------

  suspend fun stillWanted() = source.stillWanted()

  /**
   * @param free how many events more the dispatcher may be ready to take. That can be more than are
   *   demanded: what it was promised, for consumers that had left or did not ask then, is still to
   *   come, and older events are in the buffer.
   */
  private suspend fun demanded(events: Long, free: Long) {
    val held = held
    if (held != null) return held.demand(events, free, buffer.count)
    val rest = takeFromBuffer(events)
    offerFromBuffer(free - (events - rest))
    source.demanded(rest)
  }

  /** Sends what is buffered as long as the dispatcher takes it. */
  private fun offerFromBuffer(most: Long) {
    var left = most
    while (left > 0 && !buffer.isEmpty) {
      val before = buffer.count
      val part = minOf(left, OFFERED_AT_ONCE)
      takeFromBuffer(part, dispatcher::offer)
      if (before - buffer.count < part) return
      left -= part
    }
  }

  private fun takeFromBuffer(wanted: Long): Long = takeFromBuffer(wanted, dispatcher::dispatch)

  /** Returns what the buffer did not have. */
  private inline fun takeFromBuffer(wanted: Long, send: (List<Any>) -> List<Any>): Long {
    var rest = wanted
    while (rest > 0 && !buffer.isEmpty) {
      val events = buffer.take(rest)
      rest -= events.size
      val left = send(events)
      if (left.isNotEmpty()) buffer.putBack(left)
      releaseInfos()
      if (left.isNotEmpty()) break
    }
    return rest
  }

  val mode: DemandMode
    get() = if (held == null) DemandMode.FORWARD else DemandMode.ACCUMULATE

  suspend fun mode(wanted: DemandMode) {
    if (wanted == mode) return
    if (wanted == DemandMode.ACCUMULATE) held = Accumulation() else replay()
  }

  /**
   * What was held happens now, in the order in which it came. What the code emits while it suspends
   * there comes after it.
   */
  private suspend fun replay() {
    val before = checkNotNull(held)
    held = null
    replayed = before
    takeFromBuffer(before.ofBuffer)
    while (!self.isStopping) {
      when (val entry = before.next() ?: break) {
        is Accumulation.Demand -> answered { source.demanded(takeFromBuffer(entry.events)) }
        is Accumulation.Emitted -> sendOrKeep(entry.events)
        is Accumulation.Info -> info(entry.message)
      }
    }
    replayed = null
  }

  private suspend fun answered(answer: suspend () -> Unit): Unit =
    suspendCoroutineUninterceptedOrReturn { rest ->
      answersAtOnce = true
      try {
        answer.startCoroutineUninterceptedOrReturn(rest)
      } finally {
        answersAtOnce = false // it is done, or suspended
      }
    }

  // --- events ------------------------------------------------------------------------------------

  fun emit(events: List<Any>) {
    if (events.isEmpty()) return
    val keeps = held ?: replayed?.takeUnless { answersAtOnce }
    if (keeps == null) sendOrKeep(events) else keeps.emitted(events)
  }

  private fun sendOrKeep(events: List<Any>) {
    val left = dispatcher.dispatch(events)
    source.emitted(events.size)
    if (left.isEmpty()) return
    val dropped = buffer.store(left)
    if (dropped > 0) tellDropped(dropped)
    releaseInfos()
  }

  private fun tellDropped(events: Int) {
    if (callbacks.discarded(events.toLong())) {
      self.warn("GenStage producer {} has discarded {} events from buffer", self.label(), events)
    }
  }

  // --- infos -------------------------------------------------------------------------------------

  /** Lets the stage handle a message when the events before it have left. */
  fun info(message: Any) {
    if (held?.info(message) == true) return
    if (buffer.isEmpty) dispatcher.info(message) else buffer.attach(message)
  }

  private fun releaseInfos() {
    while (true) dispatcher.info(buffer.takeInfo() ?: return)
  }

  /** A consumer as the dispatcher knows it. */
  private inner class Consumer(
    override val pid: Pid,
    override val tag: Term,
    val monitor: Reference,
    options: SubscribeOptions,
  ) : Subscriber<Any> {
    val dialect = options.dialect
    private val peer = correspondent(pid, dialect)
    private val me = self.pid()

    /** What a consumer of Ergo would not take yet, for it is too little. */
    private val kept = if (dialect == Dialect.ERGO) ArrayList<Any>() else null
    private val least = options.minDemand
    val from = StageFrom(pid, tag)

    val isForeign: Boolean
      get() = peer is Correspondent.InTerms

    override fun send(events: List<Any>) {
      if (kept == null) return tell(Events(me, tag, events))
      kept.addAll(events)
      if (kept.isEmpty() || kept.size < least) return
      tell(Events(me, tag, kept.toList()))
      kept.clear()
    }

    fun tell(signal: StageSignal) = peer.tell(signal)

    override fun askAgain(events: Long) = self.address().tell(Ask(pid, tag, events))

    override fun toString(): String = "{$pid,$tag}"
  }

  private companion object {
    /** No more is taken for one wish: it may come from anywhere, and wishes are added up. */
    const val MOST_AT_ONCE = 1L shl 48

    /** An offer that is not taken is to cost little, however much is buffered. */
    const val OFFERED_AT_ONCE = 1000L

    const val MOST_OVER = 100

    val UNKNOWN: ExitReason = ExitReason.of(Terms.atom("unknown_subscription"))
    val DUPLICATED: ExitReason = ExitReason.of(Terms.atom("duplicated_subscription"))
    val NO_TERMS: ExitReason =
      ExitReason.of(
        Tuple.of(
          Atom.ERROR,
          Tuple.of(
            Terms.atom("bad_opts"),
            Terms.binary("the events of this producer have no form as terms"),
          ),
        )
      )
  }
}
