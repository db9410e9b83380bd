package io.weft.stage.wire

import io.weft.node.ExitReason
import io.weft.stage.DemandMode
import io.weft.stage.Dialect
import io.weft.stage.EventCodec
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

/** What stages say, as the terms that Elixir's stages say. */
internal object SignalTerms {
  private val TO_PRODUCER = Terms.atom("\$gen_producer")
  private val TO_CONSUMER = Terms.atom("\$gen_consumer")
  private val SUBSCRIBE = Terms.atom("subscribe")
  private val ASK = Terms.atom("ask")
  private val CANCEL = Terms.atom("cancel")
  private val NIL = Terms.atom("nil")

  private val SUBSCRIBE_TO = Terms.atom("\$subscribe")
  private val DEMAND = Terms.atom("\$demand")
  private val INFO = Terms.atom("\$info")
  private val ESTIMATE = Terms.atom("\$estimate_buffered_count")
  private val MODES = DemandMode.entries.associateBy(::modeTerm)

  // --- reading -----------------------------------------------------------------------------------

  /**
   * Returns what a term says, or null if it is none of the signals: what only looks like one is for
   * the stage's own code.
   *
   * @param content makes a message of the stage's protocol of what an info brings
   */
  fun signal(term: Term, content: (Term) -> Any): StageSignal? =
    when (term) {
      DEMAND -> AskDemandMode
      ESTIMATE -> EstimateBuffered
      is Tuple -> ofTuple(term, content)
      else -> null
    }

  private fun ofTuple(term: Tuple, content: (Term) -> Any): StageSignal? =
    when {
      term.isTagged(TO_PRODUCER, 3) ->
        between(term) { pid, tag -> toProducer(pid, tag, term.get(2)) }
      term.isTagged(TO_CONSUMER, 3) ->
        between(term) { pid, tag -> toConsumer(pid, tag, term.get(2)) }
      term.isTagged(SUBSCRIBE_TO, 4) -> subscribeTo(term)
      term.isTagged(DEMAND, 2) -> MODES[term.get(1)]?.let(::SetDemandMode)
      term.isTagged(INFO, 2) -> InfoBehindEvents(content(term.get(1)))
      else -> null
    }

  private inline fun between(term: Tuple, read: (Pid, Term) -> StageSignal?): StageSignal? {
    val from = term.get(1) as? Tuple ?: return null
    val pid = if (from.arity() == 2) from.get(0) as? Pid else null
    return pid?.let { read(it, from.get(1)) }
  }

  private fun toProducer(consumer: Pid, tag: Term, op: Term): ToProducer? =
    when {
      op !is Tuple -> null
      op.isTagged(ASK, 2) -> (op.get(1) as? IntTerm)?.let { Ask(consumer, tag, it.value()) }
      op.isTagged(CANCEL, 2) -> CancelConsumer(consumer, tag, ExitReason.of(op.get(1)))
      op.isTagged(SUBSCRIBE, 3) && (op.get(1) == NIL || replaced(op.get(1)) != null) ->
        Subscribe(consumer, tag, replaced(op.get(1)), OptionTerms.asTold(op.get(2)))
      else -> null
    }

  private fun toConsumer(producer: Pid, tag: Term, op: Term): ToConsumer? =
    when {
      op is ListTerm -> ForeignEvents(producer, tag, op)
      op is Tuple && op.isTagged(CANCEL, 2) ->
        CancelledByProducer(producer, tag, ExitReason.of(op.get(1)))
      else -> null
    }

  private fun replaced(term: Term): Replaced? =
    (term as? Tuple)
      ?.takeIf { it.arity() == 2 }
      ?.let { Replaced(it.get(0), ExitReason.of(it.get(1))) }

  private fun subscribeTo(term: Tuple): StageSignal? {
    val current = replaced(term.get(1))
    if (current == null && term.get(1) != NIL) return null
    return try {
      SubscribeTo(current, Whom.ByTerm(term.get(2)), OptionTerms.checked(term.get(3)))
    } catch (bad: IllegalArgumentException) {
      SubscribeBadly(bad.message ?: bad.toString())
    }
  }

  // --- writing -----------------------------------------------------------------------------------

  /** @param events how events look; null if the signal has none */
  fun term(
    signal: StageSignal,
    events: EventCodec<*>?,
    dialect: Dialect = Dialect.GEN_STAGE,
  ): Term =
    when (signal) {
      is ToProducer ->
        Tuple.of(TO_PRODUCER, Tuple.of(signal.consumer, signal.tag), operation(signal, dialect))
      is ToConsumer -> {
        val from = Tuple.of(signal.producer, signal.tag)
        Tuple.of(TO_CONSUMER, from, operation(signal, events, dialect))
      }
      is SubscribeTo ->
        Tuple.of(
          SUBSCRIBE_TO,
          current(signal.current),
          signal.producer.term(),
          OptionTerms.term(signal.options),
        )
      is SubscribeBadly -> throw IllegalArgumentException(signal.why)
      AskDemandMode -> DEMAND
      is SetDemandMode -> Tuple.of(DEMAND, modeTerm(signal.mode))
      is InfoBehindEvents -> Tuple.of(INFO, signal.message as Term)
      is ProducerDone,
      StillWanted -> throw IllegalArgumentException("never leaves its node")
      is UnknownMessage -> signal.term
      EstimateBuffered -> ESTIMATE
    }

  private fun operation(signal: ToProducer, dialect: Dialect): Term =
    when (signal) {
      is Ask -> Tuple.of(ASK, Terms.integer(signal.events))
      is CancelConsumer -> Tuple.of(CANCEL, dialect.term(signal.reason))
      is Subscribe -> Tuple.of(SUBSCRIBE, current(signal.current), OptionTerms.term(signal.options))
    }

  private fun operation(signal: ToConsumer, codec: EventCodec<*>?, dialect: Dialect): Term =
    when (signal) {
      is Events ->
        dialect.events(
          encoded(signal.events, checkNotNull(codec) { "events without a form as terms" })
        )
      is ForeignEvents -> signal.events
      is CancelledByProducer -> Tuple.of(CANCEL, dialect.term(signal.reason))
    }

  @Suppress("UNCHECKED_CAST") // a stage sends what it produces
  private fun encoded(events: List<Any>, codec: EventCodec<*>): ListTerm =
    (codec as EventCodec<Any>).encodeAll(events)

  private fun current(replaced: Replaced?): Term =
    replaced?.let { Tuple.of(it.tag, it.reason.term()) } ?: NIL

  // --- replies -----------------------------------------------------------------------------------

  fun reply(request: StageSignal, reply: Any): Term =
    when (reply) {
      is SubscribeReply.Ok -> Tuple.of(Atom.OK, reply.tag)
      SubscribeReply.NotAConsumer -> Tuple.of(Atom.ERROR, NOT_A_CONSUMER)
      is SubscribeReply.BadOptions ->
        Tuple.of(Atom.ERROR, Tuple.of(BAD_OPTIONS, Terms.binary(reply.why)))
      is DemandMode -> modeTerm(reply)
      is Long -> Terms.integer(reply)
      Unit -> Atom.OK
      else -> throw IllegalArgumentException("$request is not answered with $reply")
    }

  /** Returns null for what is no reply to the request. */
  fun readReply(request: StageSignal, reply: Term): Any? =
    when (request) {
      is SubscribeTo,
      is SubscribeBadly -> subscribeReply(reply)
      AskDemandMode -> MODES[reply]
      EstimateBuffered -> (reply as? IntTerm)?.value()
      is InfoBehindEvents -> Unit.takeIf { reply == Atom.OK }
      else -> null
    }

  private fun subscribeReply(reply: Term): SubscribeReply? {
    val value = (reply as? Tuple)?.takeIf { it.arity() == 2 }?.get(1) ?: return null
    return when {
      reply.isTagged(Atom.OK, 2) -> SubscribeReply.Ok(value)
      !reply.isTagged(Atom.ERROR, 2) -> null
      value == NOT_A_CONSUMER -> SubscribeReply.NotAConsumer
      else -> SubscribeReply.BadOptions(value.abbreviate(500))
    }
  }

  private fun modeTerm(mode: DemandMode): Atom = Terms.atom(mode.name.lowercase())

  private val NOT_A_CONSUMER = Terms.atom("not_a_consumer")
  private val BAD_OPTIONS = Terms.atom("bad_opts")
}
