package io.weft.stage.dispatch

import io.weft.kotlin.WeftDsl
import io.weft.stage.Dispatching

/**
 * Gives events to the consumer that wants most, as much as it wants, then to the next: the
 * dispatcher of a producer that is not told another.
 *
 * Of consumers that want as many, the one goes first that has waited longer. Each gets what a
 * dispatch has for it in one message. What a consumer asked for that then left is not asked of the
 * producer again: the demand passes on to the others.
 *
 * An ask or a message costs as many steps as there are consumers, at most, and as a rule a few.
 */
public object DemandDispatcher {
  /** Returns the dispatcher with no options. */
  public fun <E : Any> of(): Dispatching<E> = of {}

  /** Returns the dispatcher with options. */
  public fun <E : Any> of(configure: DemandScope.() -> Unit): Dispatching<E> {
    val options = DemandOptions().apply(configure)
    val maxDemand = options.maxDemand
    require(maxDemand == null || maxDemand > 0) { "maxDemand must be at least 1, not $maxDemand" }
    val shuffled = options.shuffleOnFirstDispatch
    return Dispatching { host -> DemandDispatch(host, maxDemand, shuffled) }
  }
}

/** The options of a [DemandDispatcher]. */
@WeftDsl
public interface DemandScope {
  /**
   * How many events consumers are expected to ask for at once, at most: by default as many as the
   * first ask is for. One who asks for more is served, and warned of: it takes the work from
   * others.
   */
  public var maxDemand: Int?

  /**
   * Puts the consumers into a random order for the first dispatch, so that of many producers that
   * start together not all begin with the same consumer; false if not told.
   */
  public var shuffleOnFirstDispatch: Boolean
}

private class DemandOptions : DemandScope {
  override var maxDemand: Int? = null
  override var shuffleOnFirstDispatch: Boolean = false
}
