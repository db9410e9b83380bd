package io.weft.stage.engine

import io.weft.gen.KeepsChildren
import io.weft.gen.SupervisedChildren
import io.weft.kotlin.ActorShapes
import io.weft.kotlin.ActorSteps
import io.weft.kotlin.Turn
import io.weft.node.Behavior
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Self
import io.weft.node.SystemStatus
import io.weft.stage.BadOption
import io.weft.stage.DemandMode
import io.weft.stage.SubscriptionEnd
import io.weft.stage.wire.AskDemandMode
import io.weft.stage.wire.CancelledByProducer
import io.weft.stage.wire.EstimateBuffered
import io.weft.stage.wire.InfoBehindEvents
import io.weft.stage.wire.LocalStage
import io.weft.stage.wire.LocalStages
import io.weft.stage.wire.ProducerDone
import io.weft.stage.wire.SetDemandMode
import io.weft.stage.wire.StageSignal
import io.weft.stage.wire.StillWanted
import io.weft.stage.wire.SubscribeBadly
import io.weft.stage.wire.SubscribeReply
import io.weft.stage.wire.SubscribeTo
import io.weft.stage.wire.ToConsumer
import io.weft.stage.wire.ToProducer
import io.weft.stage.wire.UnknownMessage
import kotlin.reflect.KType
import kotlinx.coroutines.CoroutineScope

/**
 * One life of a stage: brings what arrives to the side it is for, and to the stage's own code.
 *
 * A step may suspend; no other signal or message is handled meanwhile.
 *
 * @param consumes the type of the events it takes; null if it takes none, or any
 * @param definition what its code is
 */
@OptIn(ActorShapes::class)
internal class StageBehavior(
  private val consumes: KType?,
  private val definition: StageDefinition,
) : Behavior<Any>, KeepsChildren {
  private lateinit var self: Self<Any>
  private lateinit var steps: ActorSteps<Any>
  private lateinit var callbacks: Callbacks
  private var producing: ProducerSide? = null
  private var consuming: ConsumerSide? = null
  private var between: Between? = null
  private var serving = false
  private var handedOver: StageLife? = null
  private var lastReply: (() -> Unit)? = null

  // Made once: each message starts one of them.
  private val message: suspend CoroutineScope.(Any) -> Unit = { handle(it) }
  private val request: suspend CoroutineScope.(Asked) -> Unit = { answer(it) }
  private val report: suspend CoroutineScope.(Info) -> Unit = { heard(it) }

  private class Asked(val request: Any, val from: From)

  // --- life --------------------------------------------------------------------------------------

  override fun start(self: Self<Any>) = begin(self)

  private fun begin(self: Self<Any>) {
    this.self = self
    callbacks = Callbacks()
    steps = ActorSteps(self, ::trapExits)
    LocalStages.of(self.node()).add(LocalStage(self.address(), consumes), self.pid())
    steps.run {
      try {
        definition.define(this@StageBehavior)
      } catch (bad: BadOption) {
        throw ExitException(bad.reason())
      }
      serving = !self.isStopping
    }
  }

  /** The stage's own code as its turns see it. */
  val turn: Turn<Any>
    get() = steps.turn

  val calls: Callbacks
    get() = callbacks

  val process: Self<Any>
    get() = self

  val producerSide: ProducerSide?
    get() = producing

  val consumerSide: ConsumerSide?
    get() = consuming

  val isServing: Boolean
    get() = serving

  /** Makes the sides of the stage, when its options are known. */
  fun become(consuming: ConsumerSide?, between: Between?, producing: ProducerSide?) {
    this.consuming = consuming
    this.between = between
    this.producing = producing
    if (producing != null) between?.producers = producing
  }

  /** Gives the last answer of a stage that is about to end, when it has terminated. */
  fun reply(from: From, reply: Any) {
    if (self.isStopping) lastReply = { from.reply(reply) } else from.reply(reply)
  }

  private fun trapExits(message: (Info.Exit) -> Any) {
    self.trapExit(true)
    callbacks.exit = { handle(message(it)) }
  }

  override fun terminate(self: Self<Any>, reason: ExitReason) {
    val last = callbacks.terminate
    try {
      if (serving && last != null) steps.runLast { last(reason) }
    } finally {
      lastReply?.invoke()
    }
  }

  override fun ended(self: Self<Any>, reason: ExitReason) {
    LocalStages.of(self.node()).remove(self.pid())
    callbacks.ended?.invoke(reason)
    steps.end(reason)
  }

  // --- looking inside, and other code ------------------------------------------------------------

  override fun state(self: Self<Any>): StageView = StageView.of(producing, consuming, between)

  override fun status(self: Self<Any>, facts: SystemStatus.Facts): SystemStatus =
    state(self).status(facts)

  override fun handOver(self: Self<Any>): Any =
    StageLife(callbacks, consuming, between, producing).also { handedOver = it }

  override fun takeBack(self: Self<Any>) {
    handedOver?.undo()
    handedOver = null
  }

  /** What another definition of the stage has kept; null for a stage that starts. */
  var former: StageLife? = null
    private set

  override fun codeChange(self: Self<Any>, state: Any?, extra: Any?) {
    former = requireNotNull(state as? StageLife) { "only a stage can go on as a stage" }
    begin(self)
    check(serving) { "${self.label()} waits in its body, which one that takes over must not" }
    former = null
  }

  /** Goes on in place of a stage with the same sides. */
  fun goOnAs(life: StageLife) {
    life.callbacks.become(callbacks)
    callbacks = life.callbacks
    become(life.consuming, life.between, life.producing)
  }

  override fun supervisedChildren(): SupervisedChildren<*, *>? = callbacks.supervision?.children

  override fun replaced(self: Self<Any>) {
    callbacks.supervision?.replaced()
    steps.end(ExitReason.SHUTDOWN)
  }

  // --- messages ----------------------------------------------------------------------------------

  override fun message(self: Self<Any>, message: Any) {
    steps.run(null, message, this.message)
  }

  override fun call(self: Self<Any>, request: Any, from: From) {
    steps.run(from, Asked(request, from), this.request)
  }

  override fun info(self: Self<Any>, info: Info) {
    steps.run(null, info, report)
  }

  private suspend fun handle(message: Any) {
    when (message) {
      is ToProducer -> producing?.handle(message) ?: misdirected(message)
      is ToConsumer -> consuming?.let { fromProducer(it, message) } ?: misdirected(message)
      is StageSignal -> handleRequest(message)
      else -> handleOwn(message, null)
    }
  }

  private fun misdirected(signal: StageSignal) {
    val kind = if (signal is ToProducer) "producer" else "consumer"
    self.warn("dropped a message to a {}, which it is not: {}", kind, signal.javaClass.simpleName)
  }

  private suspend fun fromProducer(consuming: ConsumerSide, signal: ToConsumer) {
    val producer = consuming.producerOf(signal) ?: return
    if (signal is CancelledByProducer) {
      val reason = producer.meant(signal.reason)
      ended(consuming, producer, SubscriptionEnd.Cause.CANCELLED, reason)
      return
    }
    val events = consuming.eventsOf(signal)
    val between = between
    if (between == null) consuming.consume(producer, signal.producer, events)
    else between.take(producer, signal.producer, events)
  }

  private suspend fun ended(
    consuming: ConsumerSide,
    producer: ConsumerSide.Producer,
    cause: SubscriptionEnd.Cause,
    reason: ExitReason,
  ) {
    if (!consuming.forget(producer)) return
    val end = SubscriptionEnd(cause, reason, SubscriptionEnd.Role.PRODUCER)
    between?.ended(producer, end) ?: consuming.ended(producer, end)
  }

  private suspend fun handleOwn(message: Any, from: From?) {
    val handler = callbacks.messages.find(message.javaClass)
    if (handler != null) return handler(message, from)
    if (callbacks.other?.invoke(message) == true) return
    self.warn("has no handler for {}", message)
    from?.refuse("${self.label()} has no handler for ${message.javaClass.name}")
  }

  // --- requests ----------------------------------------------------------------------------------

  private suspend fun answer(asked: Asked) {
    val request = asked.request
    if (request !is StageSignal) return handleOwn(request, asked.from)
    val reply = handleRequest(request)
    if (reply != null) reply(asked.from, reply)
  }

  /** Returns the reply, for who waits for one; null if there is none. */
  private suspend fun handleRequest(request: StageSignal): Any? =
    when (request) {
      is SubscribeTo -> subscribe(request)
      is SubscribeBadly -> refuse(request)
      AskDemandMode -> producing?.mode ?: DemandMode.FORWARD
      is SetDemandMode -> demandMode(request.mode)
      is InfoBehindEvents -> behindEvents(request.message)
      is ProducerDone -> consuming?.cancel(request.tag, ExitReason.NORMAL)
      StillWanted -> producing?.stillWanted()
      EstimateBuffered -> producing?.buffered?.toLong() ?: 0L.also { tellNoBuffer() }
      is UnknownMessage -> heardUnknown(Info.Unknown(request.term, request.why))
      is ToProducer,
      is ToConsumer -> handle(request)
    }

  private suspend fun subscribe(request: SubscribeTo): Any? {
    val consuming = consuming
    if (consuming == null) {
      self.warn("cannot subscribe to {}: it is a producer", request.producer)
      return SubscribeReply.NotAConsumer
    }
    return consuming.subscribe(request.current, request.producer, request.options)?.let {
      SubscribeReply.Ok(it)
    }
  }

  /** That a producer subscribes to nobody comes before what it would be told to. */
  private fun refuse(request: SubscribeBadly): SubscribeReply {
    self.warn("does not subscribe: {}", request.why)
    return if (consuming == null) SubscribeReply.NotAConsumer
    else SubscribeReply.BadOptions(request.why)
  }

  private fun tellNoBuffer() {
    self.warn("has no buffer whose events could be counted: it is a consumer")
  }

  private suspend fun demandMode(mode: DemandMode) {
    val producing = producing
    if (producing != null && consuming == null) producing.mode(mode)
    else if (mode == DemandMode.ACCUMULATE) self.warn("cannot accumulate demand: it is no producer")
  }

  private fun behindEvents(message: Any) {
    between?.info(message) ?: producing?.info(message) ?: self.address().tell(message)
  }

  // --- reports -----------------------------------------------------------------------------------

  private suspend fun heard(info: Info) {
    when (info) {
      is Info.Exit -> heardExit(info)
      is Info.Down -> heardDown(info)
      is Info.Unknown -> heardUnknown(info)
    }
  }

  private suspend fun heardExit(exit: Info.Exit) {
    val handler = callbacks.exit
    if (exit.from() == self.parent()) self.stop(exit.reason())
    else if (handler != null) handler(exit) else self.warn("has no handler for {}", exit)
  }

  private suspend fun heardDown(down: Info.Down) {
    if (producing?.down(down.monitor(), down.reason()) == true) return
    val consuming = consuming
    val producer = consuming?.watchedBy(down.monitor())
    if (producer != null) {
      ended(consuming, producer, SubscriptionEnd.Cause.DOWN, down.reason())
    } else {
      callbacks.down?.invoke(down) ?: self.warn("has no handler for {}", down)
    }
  }

  private suspend fun heardUnknown(unknown: Info.Unknown) {
    callbacks.unknown?.invoke(unknown)
      ?: self.warn("dropped {}: {}", unknown.term().abbreviate(200), unknown.why())
  }
}

/** What the code of a stage is: run once for each life, it fills the stage. */
internal fun interface StageDefinition {
  suspend fun define(stage: StageBehavior)
}
