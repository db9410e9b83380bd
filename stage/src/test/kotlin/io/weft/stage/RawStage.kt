package io.weft.stage

import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Received
import io.weft.node.Self
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.testkit.Probe
import io.weft.testkit.WeftTestScope

/** A process that knows no stages, and plays one by the terms that are sent. */
internal class RawStage(val probe: Probe<Term>) {
  val pid: Pid = checkNotNull(probe.pid())

  // --- as a consumer -----------------------------------------------------------------------------

  fun subscribe(producer: Address<*>, tag: Term, vararg options: Term) =
    toProducer(producer, tag, Terms.tuple(atom("subscribe"), NIL, Terms.list(*options)))

  fun ask(producer: Address<*>, tag: Term, events: Long) =
    toProducer(producer, tag, Terms.tuple(atom("ask"), Terms.integer(events)))

  fun cancel(producer: Address<*>, tag: Term, reason: Term) =
    toProducer(producer, tag, Terms.tuple(atom("cancel"), reason))

  fun toProducer(producer: Address<*>, tag: Term, operation: Term) =
    producer.raw().tell(toProducerTerm(tag, operation))

  fun toProducerTerm(tag: Term, operation: Term): Term =
    Terms.tuple(TO_PRODUCER, Terms.tuple(pid, tag), operation)

  suspend fun expectEvents(producer: Address<*>, tag: Term, vararg events: Long) {
    probe.expectMessage(events(producer, tag, events.toList()))
  }

  suspend fun expectCancel(producer: Address<*>, tag: Term, reason: Term) {
    probe.expectMessage(
      Terms.tuple(
        TO_CONSUMER,
        Terms.tuple(checkNotNull(producer.pid()), tag),
        Terms.tuple(atom("cancel"), reason),
      )
    )
  }

  // --- as a producer -----------------------------------------------------------------------------

  fun events(consumer: Address<*>, tag: Term, vararg events: Long) =
    consumer.raw().tell(events(probe, tag, events.toList()))

  fun toConsumer(consumer: Address<*>, tag: Term, operation: Term) =
    consumer.raw().tell(Terms.tuple(TO_CONSUMER, Terms.tuple(pid, tag), operation))

  fun cancelConsumer(consumer: Address<*>, tag: Term, reason: Term) =
    toConsumer(consumer, tag, Terms.tuple(atom("cancel"), reason))

  /** Takes the next thing, which must be a subscription; returns its tag, and its options. */
  suspend fun expectSubscribe(): Pair<Term, ListTerm> {
    val (tag, operation) = expectToProducer()
    check(operation.isTagged(atom("subscribe"), 3)) { "no subscription: $operation" }
    return tag to operation.get(2) as ListTerm
  }

  suspend fun expectAsk(): Long {
    val (_, operation) = expectToProducer()
    check(operation.isTagged(atom("ask"), 2)) { "no ask: $operation" }
    return (operation.get(1) as IntTerm).value()
  }

  suspend fun expectToProducer(): Pair<Term, Tuple> {
    val received = probe.next() as Received.Message
    val message = received.content() as Tuple
    check(message.isTagged(TO_PRODUCER, 3)) { "no message to a producer: $message" }
    return (message.get(1) as Tuple).get(1) to message.get(2) as Tuple
  }

  companion object {
    val TO_PRODUCER: Atom = atom("\$gen_producer")
    val TO_CONSUMER: Atom = atom("\$gen_consumer")
    val NIL: Atom = atom("nil")

    private fun events(producer: Address<*>, tag: Term, events: List<Long>): Term =
      Terms.tuple(
        TO_CONSUMER,
        Terms.tuple(checkNotNull(producer.pid()), tag),
        Terms.list(events.map { Terms.integer(it) }),
      )
  }
}

internal fun WeftTestScope.rawStage(label: String) = rawStage(node, label)

internal fun WeftTestScope.rawStage(on: Node, label: String) =
  RawStage(probe(on, Blueprint.of<Term>(label) { PlaysStage }.codec(TermCodec.identity())))

private object PlaysStage : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit
}

internal fun atom(name: String): Atom = Terms.atom(name)

internal fun reason(name: String): ExitReason = ExitReason.of(atom(name))

/** The same process, for those who speak terms. */
internal fun Address<*>.raw(): Address<Term> = node().address(checkNotNull(pid()))

/** Tells a consumer to subscribe to a process that plays a producer. */
internal fun subscribeRaw(consumer: Address<*>, producer: RawStage, vararg options: Term) {
  consumer
    .raw()
    .cast(Terms.tuple(atom("\$subscribe"), RawStage.NIL, producer.pid, Terms.list(*options)))
}

internal fun subscribeRaw(consumer: Address<*>, producer: RawStage, max: Int, min: Int) =
  subscribeRaw(consumer, producer, option("max_demand", max), option("min_demand", min))

internal fun option(name: String, value: Int): Term =
  Terms.tuple(atom(name), Terms.integer(value.toLong()))

internal fun option(name: String, value: String): Term = Terms.tuple(atom(name), atom(value))
