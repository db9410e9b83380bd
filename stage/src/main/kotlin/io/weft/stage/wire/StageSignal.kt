package io.weft.stage.wire

import io.weft.node.ExitReason
import io.weft.node.Request
import io.weft.stage.DemandMode
import io.weft.stage.SubscribeOptions
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term

/**
 * What stages say to each other, and what others ask of them. Between stages of a node as it is.
 */
internal sealed interface StageSignal

/** `{'$gen_producer', {ConsumerPid, Tag}, Op}`. */
internal sealed interface ToProducer : StageSignal {
  val consumer: Pid
  val tag: Term
}

/** `{subscribe, Current, Opts}`. */
internal class Subscribe(
  override val consumer: Pid,
  override val tag: Term,
  val current: Replaced?,
  val options: SubscribeOptions,
) : ToProducer

/** The subscription that a new one takes the place of. */
internal data class Replaced(val tag: Term, val reason: ExitReason)

/** `{ask, N}`. */
internal class Ask(override val consumer: Pid, override val tag: Term, val events: Long) :
  ToProducer

/** `{cancel, Reason}`, from a consumer or about one. */
internal class CancelConsumer(
  override val consumer: Pid,
  override val tag: Term,
  val reason: ExitReason,
) : ToProducer

/** `{'$gen_consumer', {ProducerPid, Tag}, Op}`. */
internal sealed interface ToConsumer : StageSignal {
  val producer: Pid
  val tag: Term
}

/** `[Event, ...]`. */
internal class Events(override val producer: Pid, override val tag: Term, val events: List<Any>) :
  ToConsumer

/** The same of a stage that speaks terms: what they mean is found out where they are handled. */
internal class ForeignEvents(
  override val producer: Pid,
  override val tag: Term,
  val events: ListTerm,
) : ToConsumer

/** `{cancel, Reason}`, from the producer. */
internal class CancelledByProducer(
  override val producer: Pid,
  override val tag: Term,
  val reason: ExitReason,
) : ToConsumer

/**
 * From a producer of this node that will send nothing more, behind the events of the consumer: asks
 * it to end the subscription. Never on the wire.
 */
internal class ProducerDone(val tag: Term) : StageSignal

/** From a producer to itself: there is demand that its code was not told of. Never on the wire. */
internal object StillWanted : StageSignal

// --- requests, as calls and casts ----------------------------------------------------------------

/** `{'$subscribe', Current, To, Opts}`. */
internal class SubscribeTo(
  val current: Replaced?,
  val producer: Whom,
  val options: SubscribeOptions,
) : StageSignal, Request<SubscribeReply>

/** The same with options that make no sense. */
internal class SubscribeBadly(val why: String) : StageSignal, Request<SubscribeReply>

/** What comes of [SubscribeTo]. */
internal sealed interface SubscribeReply {
  data class Ok(val tag: Term) : SubscribeReply

  data object NotAConsumer : SubscribeReply

  data class BadOptions(val why: String) : SubscribeReply
}

/** `'$demand'`. */
internal object AskDemandMode : StageSignal, Request<DemandMode>

/** `{'$demand', Mode}`. */
internal class SetDemandMode(val mode: DemandMode) : StageSignal

/** `{'$info', Msg}`: a message behind the events of the stage. */
internal class InfoBehindEvents(val message: Any) : StageSignal, Request<Unit>

/** A message that is no message of the stage's protocol. */
internal class UnknownMessage(val term: Term, val why: String) : StageSignal

/** `'$estimate_buffered_count'`. */
internal object EstimateBuffered : StageSignal, Request<Long>
