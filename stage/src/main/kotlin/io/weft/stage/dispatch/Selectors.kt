package io.weft.stage.dispatch

import io.weft.stage.DispatcherHost
import io.weft.stage.Subscriber
import io.weft.stage.SubscriptionRefused
import io.weft.term.Atom
import io.weft.term.Export
import io.weft.term.Fun
import io.weft.term.Term

/** The selectors of subscriptions, from this node and from others. */
internal object Selectors {
  private val NIL = Atom.of("nil")

  /**
   * Returns what [selector] chooses by; null if it is none.
   *
   * @throws SubscriptionRefused if it is nothing that can choose
   */
  fun <E : Any> of(
    selector: Any?,
    subscriber: Subscriber<E>,
    host: DispatcherHost,
  ): ((E) -> Boolean)? =
    when (selector) {
      null,
      NIL -> null
      is Export -> byFunction(selector, subscriber, host)
      is Fun -> refuse(subscriber, host, "a selector of another node must be a fun M:F/1 of mine")
      is Term -> refuse(subscriber, host, "${text(selector)} is no selector")
      is Function1<*, *> -> {
        @Suppress("UNCHECKED_CAST") // what is subscribed here says what the events are
        selector as (E) -> Boolean
      }
      else -> refuse(subscriber, host, "${selector.javaClass.name} is no selector")
    }

  private fun <E : Any> byFunction(
    name: Export,
    subscriber: Subscriber<E>,
    host: DispatcherHost,
  ): (E) -> Boolean {
    if (name.arity() != 1) refuse(subscriber, host, "${text(name)} does not take one argument")
    val function =
      host.function(name) ?: refuse(subscriber, host, "${text(name)} is no function of mine")
    return { event ->
      val term =
        checkNotNull(host.term(event)) { "the selector $name takes terms, and $event has none" }
      val chosen = function(listOf(term))
      chosen != Atom.FALSE && chosen != NIL
    }
  }

  private fun refuse(subscriber: Subscriber<*>, host: DispatcherHost, text: String): Nothing {
    host.warn("refused the subscription of {}: {}", subscriber.pid, text)
    throw SubscriptionRefused.badOptions(text)
  }

  private fun text(term: Term): String = term.abbreviate(MAX_CHARS)

  private const val MAX_CHARS = 100
}
