package io.weft.stage.conformance

import io.weft.kotlin.WeftDsl
import io.weft.stage.Dispatching
import io.weft.stage.SubscribeOptions

/**
 * Tries whether a dispatcher keeps what [io.weft.stage.Dispatcher] promises, with random sequences
 * of what a producer and its consumers do. For tests; needs no test framework.
 *
 * What must hold:
 * - no event is lost, and none comes to a consumer twice or before an older one;
 * - what `dispatch` gives back is a tail of what it was given;
 * - no consumer gets more than it asked for, an empty list, or anything after its end;
 * - no demand is negative, or more than is asked for;
 * - demand is not forgotten: when all consumers want events, the producer is asked for some;
 * - events of a consumer that leaves are dropped only where `cancel` asks for as many new ones;
 * - an info comes back once, in order, and not before the events that were dispatched before it.
 *
 * ```
 * DispatcherConformance.check(RoundRobin.of<Order>(), { n -> Order(n) }) {
 *   consumers = 3
 * }
 * ```
 */
public object DispatcherConformance {
  /**
   * Tries [dispatching] as [DispatcherRules] says by default.
   *
   * @param event makes an event of a number; different ones of different numbers
   * @throws AssertionError with what is wrong, and the shortest sequence found that shows it
   */
  public fun <E : Any> check(dispatching: Dispatching<E>, event: (Int) -> E) {
    check(dispatching, event) {}
  }

  /** Tries [dispatching] as [configure] says. */
  public fun <E : Any> check(
    dispatching: Dispatching<E>,
    event: (Int) -> E,
    configure: DispatcherRules.() -> Unit,
  ) {
    val rules = RulesBuilder().apply(configure)
    require(rules.consumers > 0) { "there must be at least one consumer" }
    val trial = { seed: Long, steps: List<Step> ->
      Trial(dispatching, event, rules, seed).run(steps)
    }
    for (seed in rules.seeds) {
      val steps = Step.random(seed, rules.consumers, rules.steps)
      trial(seed, steps) ?: continue
      val (fewer, flaw) = shrink(steps) { trial(seed, it) }
      throw AssertionError(report(seed, fewer, flaw), flaw.cause)
    }
  }

  private fun report(seed: Long, steps: List<Step>, flaw: Flaw): String {
    val end =
      if (flaw.atTheEnd) listOf("in the end all consumers ask for what there is") else emptyList()
    val lines = (steps + end).map { "\n  $it" }
    return lines.joinToString("", "the dispatcher ${flaw.what} (seed $seed), when:")
  }
}

/** How a dispatcher is tried, and what it is meant to do. */
@WeftDsl
public interface DispatcherRules {
  /** Who is to get an event: one consumer if not told. */
  public var delivery: Delivery

  /** How many consumers there are at most at a time; 3 if not told. */
  public var consumers: Int

  /** How many sequences are tried, and which: 0 to 299 if not told. */
  public var seeds: LongRange

  /** How long the sequences are; 60 steps if not told. */
  public var steps: Int

  /**
   * The options of the consumer of that number, from 0 on, which the dispatcher must take, and by
   * which no event may be left out; the defaults if not told.
   */
  public fun options(options: (consumer: Int) -> SubscribeOptions)
}

/** Who is to get an event. */
public enum class Delivery {
  /** One consumer; at once, or later if the dispatcher keeps it. */
  TO_ONE,

  /** All that are subscribed when it is dispatched; at once. */
  TO_ALL,
}

internal class RulesBuilder : DispatcherRules {
  override var delivery: Delivery = Delivery.TO_ONE
  override var consumers: Int = 3
  override var seeds: LongRange = 0L until 300L
  override var steps: Int = 60
  var options: (Int) -> SubscribeOptions = { SubscribeOptions.DEFAULT }

  override fun options(options: (consumer: Int) -> SubscribeOptions) {
    this.options = options
  }
}
