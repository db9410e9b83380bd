package io.weft.kotlin

import io.weft.gen.Event
import io.weft.gen.Events
import io.weft.gen.Notice
import io.weft.gen.Producer
import io.weft.gen.Subscription
import io.weft.node.ExitReason
import io.weft.node.NameTakenException
import io.weft.node.Node
import io.weft.node.TermCodec
import kotlin.reflect.KClass
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.flow.Flow

/**
 * Returns an event: something that happens again and again, and that processes of all nodes can
 * subscribe to by its name. Of a serializable type it also reaches other nodes.
 *
 * ```
 * val prices = event<Price>("prices")
 *
 * produce(prices) { buffer(1) }.publish(Price("tea", 250)) // in an actor
 * node.events(prices).collect { price -> println(price) }  // anywhere
 * ```
 */
public inline fun <reified E : Any> event(name: String): Event<E> = event(name, E::class)

/** Returns an event of the type [type]: the same without reified types. */
public fun <E : Any> event(name: String, type: KClass<E>): Event<E> =
  Event(name, type.javaObjectType, codecOrNull(type) ?: TermCodec.localOnly("the event $name"))

/** How an actor produces an event. */
@WeftDsl
public interface ProducerScope {
  /** Gives each new subscriber the last [messages] before anything newer; by default none. */
  public fun buffer(messages: Int)

  /** Runs [action] in a turn of the producer when somebody subscribes and nobody had. */
  public fun onFirstSubscriber(action: () -> Unit)

  /** Runs [action] in a turn of the producer when the last subscriber has gone. */
  public fun onLastSubscriber(action: () -> Unit)
}

/**
 * Makes this actor the producer of an event on its node, until it ends or [Producer.unregister].
 *
 * @throws NameTakenException if another process of the node produces an event of this name
 */
public fun <E : Any> Turn<*>.produce(
  event: Event<E>,
  configure: ProducerScope.() -> Unit,
): Producer<E> {
  val setup = Events.producer(self, event)
  SetupScope(setup).configure()
  return setup.register()
}

/** As the other [produce], without a buffer. */
public fun <E : Any> Turn<*>.produce(event: Event<E>): Producer<E> = produce(event) {}

/**
 * Subscribes this actor to an event of its node: each notice comes as a message of the protocol.
 */
public fun <P : Any, E : Any> Turn<P>.subscribe(
  event: Event<E>,
  message: (Notice<E>) -> P,
): Subscription = Events.subscribe(self, event, message)

/** Subscribes this actor to an event of the node called [on]. */
public fun <P : Any, E : Any> Turn<P>.subscribe(
  event: Event<E>,
  on: String,
  message: (Notice<E>) -> P,
): Subscription = Events.subscribe(self, event, on, message)

/** The producer of an event ended, or could not be reached any more. */
public class EventLostException
internal constructor(event: String, private val reason: ExitReason) :
  RuntimeException("the event $event is produced no more: ${reason.brief()}", reason.cause()) {
  /** Why: `noproc` if nobody produces it, `noconnection`, or what its producer ended with. */
  public fun reason(): ExitReason = reason
}

/**
 * Subscribes to an event of this node while the flow is collected. The flow is complete when the
 * event is unregistered. What is not collected yet waits without bound unless the flow is given
 * another buffer: [kotlinx.coroutines.flow.conflate], or `buffer(..)`.
 *
 * @throws EventLostException in the collector, when nobody produces the event any more
 */
public fun <E : Any> Node.events(event: Event<E>): Flow<E> = events(event, name().name())

/** As the other [events], of the node called [on]. */
public fun <E : Any> Node.events(event: Event<E>, on: String): Flow<E> =
  listening<Notice<E>, E>(
    "subscriber of ${event.name()}",
    { self -> Events.subscribe(self, event, on) { notice -> notice } },
  ) { notice ->
    passOn(event, notice)
  }

private fun <E : Any> SendChannel<E>.passOn(event: Event<E>, notice: Notice<E>) {
  when (notice) {
    is Notice.Published -> trySend(notice.message())
    is Notice.Ended ->
      close(
        if (notice.reason() == ExitReason.NORMAL) null
        else EventLostException(event.name(), notice.reason())
      )
  }
}

private class SetupScope(private val setup: Producer.Setup<*>) : ProducerScope {
  override fun buffer(messages: Int) = set { buffer(messages) }

  override fun onFirstSubscriber(action: () -> Unit) = set { onFirstSubscriber(action) }

  override fun onLastSubscriber(action: () -> Unit) = set { onLastSubscriber(action) }

  private fun set(option: Producer.Setup<*>.() -> Unit) = setup.option()
}
