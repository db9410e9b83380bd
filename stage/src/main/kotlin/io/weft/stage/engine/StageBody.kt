package io.weft.stage.engine

import io.weft.gen.MissingHandlers
import io.weft.gen.Reply
import io.weft.kotlin.Turn
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.FunctionName
import io.weft.node.Info
import io.weft.node.Request
import io.weft.stage.Asking
import io.weft.stage.DemandMode
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.Dispatching
import io.weft.stage.EventCodec
import io.weft.stage.Keep
import io.weft.stage.OptionRules
import io.weft.stage.ProducerConsumerScope
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionEnd
import io.weft.stage.SubscriptionScope
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.subscribeOptions
import io.weft.stage.wire.CancelConsumer
import io.weft.stage.wire.SetDemandMode
import io.weft.stage.wire.SubscribeTo
import io.weft.stage.wire.Whom
import io.weft.term.Export
import io.weft.term.Term
import kotlin.reflect.KClass
import kotlin.reflect.KType
import kotlinx.coroutines.CoroutineScope

/** What kinds of stages there are. */
internal enum class StageKind(val produces: Boolean, val consumes: Boolean) {
  PRODUCER(true, false),
  CONSUMER(false, true),
  PRODUCER_CONSUMER(true, true),
}

/**
 * The body of a stage, of any kind: takes down options and handlers, and makes the sides of the
 * stage of them.
 *
 * @param input how the events look that come in; null if they have no form as terms
 * @param produces the type of the events that go out
 * @param output how those look as terms
 */
internal class StageBody<A : Any, B : Any, P : Any>(
  private val stage: StageBehavior,
  private val turn: Turn<P>,
  private val kind: StageKind,
  private val input: EventCodec<A>?,
  private val produces: KType?,
  private val output: EventCodec<B>?,
) : Turn<P> by turn, ProducerConsumerScope<A, B, P>, ProducerScope<B, P> {
  val calls: Callbacks = stage.calls
  private var dispatching: Dispatching<B>? = null
  private var bufferSize = if (kind == StageKind.PRODUCER) DEFAULT_BUFFER else Int.MAX_VALUE
  private var keep = Keep.LAST
  private var mode = DemandMode.FORWARD
  private val wishes = ArrayList<SubscribeTo>()

  /** What the stage was before, with other code; null if it begins. */
  val former: StageLife?
    get() = stage.former

  /**
   * Ends the body: what it told becomes the stage.
   *
   * @param protocol the messages of its own, of which it handles all if they are known; or null
   */
  suspend fun build(protocol: KClass<*>?) {
    if (protocol != null) MissingHandlers.refuse(protocol.java, calls.messages::handles)
    if (kind.consumes) requireNotNull(calls.events) { "${self.label()} needs onEvents" }
    if (kind == StageKind.PRODUCER)
      requireNotNull(calls.demand) { "${self.label()} needs onDemand" }
    stage.former?.let {
      it.requireKind(kind, calls.supervision != null)
      return stage.goOnAs(it)
    }
    val consuming = if (kind.consumes) ConsumerSide(stage.process, calls, input) else null
    val between =
      if (kind == StageKind.PRODUCER_CONSUMER) Between(stage.process, consuming!!) else null
    val producing =
      if (kind.produces) producerSide(between ?: Portions(stage.process, calls)) else null
    stage.become(consuming, between, producing)
    producing?.mode(mode)
    for (wish in wishes) {
      if (self.isStopping) return
      consuming?.subscribe(wish.current, wish.producer, wish.options)
    }
  }

  private fun producerSide(source: ProducerSide.Source): ProducerSide {
    val made = (dispatching ?: DemandDispatcher.of()).dispatcher(Host())
    return ProducerSide(
      stage.process,
      calls,
      @Suppress("UNCHECKED_CAST") (made as Dispatcher<Any>), // of its events
      EventBuffer(bufferSize, keep),
      produces,
      output,
      source,
    )
  }

  private inner class Host : DispatcherHost {
    override fun release(info: Any) = stage.process.address().tell(info)

    override fun warn(format: String, vararg arguments: Any) = self.warn(format, *arguments)

    override val entropy = self.node().seams().entropy()

    @Suppress("UNCHECKED_CAST") // the codec is that of the events
    override fun term(event: Any): Term? = (output as EventCodec<Any>?)?.encode(event)

    override fun function(name: Export): ((List<Term>) -> Term)? =
      self
        .node()
        .functions()
        .direct(FunctionName(name.module(), name.function(), name.arity()))
        ?.let { it::apply }
  }

  /** The body is over when the first handler runs. */
  private fun inBody() {
    check(!stage.isServing) {
      "${self.label()} serves already: options and handlers belong in its body, not in a handler"
    }
  }

  private fun producing(): ProducerSide =
    checkNotNull(stage.producerSide) { "${self.label()} has no consumers while its body runs" }

  private fun consuming(): ConsumerSide =
    checkNotNull(stage.consumerSide) { "${self.label()} has no producers while its body runs" }

  // --- producing ---------------------------------------------------------------------------------

  override fun emit(events: List<B>) = producing().emit(events)

  override fun dispatcher(dispatching: Dispatching<B>) {
    inBody()
    this.dispatching = dispatching
  }

  override fun buffer(size: Int, keep: Keep) {
    inBody()
    OptionRules.atLeast("buffer_size", size.toLong(), 1)
    bufferSize = size
    this.keep = keep
  }

  override fun unboundedBuffer() = buffer(Int.MAX_VALUE, Keep.LAST)

  override fun onSubscriber(handler: suspend (SubscribeOptions, StageFrom) -> Unit) {
    inBody()
    calls.subscriber = handler
  }

  override fun onDiscarded(handler: (Long) -> Boolean) {
    inBody()
    calls.discarded = handler
  }

  override fun cancelConsumer(consumer: StageFrom, reason: ExitReason) {
    val pid = requireNotNull(consumer.pid) { "$consumer is no consumer" }
    stage.process.address().tell(CancelConsumer(pid, consumer.tag, reason))
  }

  override val consumers: List<StageFrom>
    get() = producing().froms

  override val buffered: Int
    get() = producing().buffered

  override fun onDemand(handler: suspend (Long) -> Unit) {
    inBody()
    calls.demand = handler
  }

  override fun demand(mode: DemandMode) {
    if (stage.isServing) stage.process.address().tell(SetDemandMode(mode)) else this.mode = mode
  }

  // --- consuming ---------------------------------------------------------------------------------

  @Suppress("UNCHECKED_CAST") // only stages of events A can be subscribed to
  override fun onEvents(handler: suspend (List<A>, StageFrom) -> Unit) {
    inBody()
    calls.events = handler as suspend (List<Any>, StageFrom) -> Unit
  }

  override fun onSubscribed(handler: suspend (SubscribeOptions, StageFrom) -> Asking) {
    inBody()
    calls.subscribed = handler
  }

  override fun subscribeTo(producer: Address<out Produces<A>>) =
    wish(SubscribeTo(null, Whom.ByAddress(producer), SubscribeOptions.DEFAULT))

  override fun subscribeTo(
    producer: Address<out Produces<A>>,
    options: SubscriptionScope<A>.() -> Unit,
  ) = wish(SubscribeTo(null, Whom.ByAddress(producer), subscribeOptions(options)))

  private fun wish(wish: SubscribeTo) {
    if (stage.isServing) stage.process.address().tell(wish) else wishes.add(wish)
  }

  override fun ask(producer: StageFrom, events: Long) = consuming().ask(producer, events)

  override fun cancelSubscription(producer: StageFrom, reason: ExitReason) =
    consuming().cancel(producer.tag, reason)

  override val producers: List<StageFrom>
    get() = consuming().froms

  // --- both --------------------------------------------------------------------------------------

  override fun onSubscriptionEnd(handler: suspend (SubscriptionEnd, StageFrom) -> Unit) {
    inBody()
    calls.subscriptionEnd = handler
  }

  override fun onExit(handler: suspend CoroutineScope.(Info.Exit) -> Unit) {
    inBody()
    self.trapExit(true)
    calls.exit = { turn.handler(it) }
  }

  override fun onDown(handler: suspend CoroutineScope.(Info.Down) -> Unit) {
    inBody()
    calls.down = { turn.handler(it) }
  }

  override fun onUnknown(handler: suspend CoroutineScope.(Info.Unknown) -> Unit) {
    inBody()
    calls.unknown = { turn.handler(it) }
  }

  override fun onTerminate(handler: suspend CoroutineScope.(ExitReason) -> Unit) {
    inBody()
    calls.terminate = { turn.handler(it) }
  }

  override fun <R : Any, Q : Request<R>> handleCall(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q) -> R,
  ) =
    on(type) { request, caller ->
      val answer = turn.handler(request)
      if (caller != null) stage.reply(caller, answer)
    }

  override fun <R : Any, Q : Request<R>> handleDeferred(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q, Reply<R>) -> Unit,
  ) = on(type) { request, caller -> turn.handler(request, Reply { caller?.reply(it) }) }

  override fun <Q : Any> handleCast(type: KClass<Q>, handler: suspend CoroutineScope.(Q) -> Unit) =
    on(type) { message, _ -> turn.handler(message) }

  private fun <Q : Any> on(type: KClass<Q>, handler: suspend (Q, From?) -> Unit) {
    inBody()
    @Suppress("UNCHECKED_CAST") // the table looks handlers up by the class of the message
    calls.messages.add(type.java, handler as suspend (Any, From?) -> Unit)
  }

  private companion object {
    const val DEFAULT_BUFFER = 10_000
  }
}
