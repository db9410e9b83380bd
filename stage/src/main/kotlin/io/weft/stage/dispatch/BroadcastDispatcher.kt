package io.weft.stage.dispatch

import io.weft.stage.Dispatching

/**
 * Gives every event to all consumers, as many as all of them want: the slowest sets the pace.
 *
 * One that newly subscribes holds all others up until it asks, and is given the events from then
 * on. The demand of the producer is what all want, and what was asked of it is not asked again for
 * those who come later.
 *
 * A process can be subscribed once: its second subscription ends with `already_subscribed`, which
 * does not end the process, whatever it said of the end of its subscriptions.
 *
 * A subscription may choose events by a selector, a `(E) -> Boolean`. Those it leaves out are asked
 * for anew in the name of the consumer; a consumer whose selector left out all of a dispatch gets
 * an empty list. A consumer of another node may name a function of this node, `fun M:F/1`, that was
 * provided by [io.weft.node.Functions.provideDirect] and takes an event as a term; as in Elixir,
 * all but `false` and `nil` chooses the event. Any other selector is refused with `{bad_opts,
 * Text}`. A selector that fails ends the producer.
 *
 * A dispatch takes one message for each consumer, all with the same list if there is no selector.
 * An ask looks at all consumers only if it is the one that they wait for.
 */
public object BroadcastDispatcher {
  /** Returns the dispatcher. */
  public fun <E : Any> of(): Dispatching<E> = Dispatching { host -> BroadcastDispatch(host) }
}
