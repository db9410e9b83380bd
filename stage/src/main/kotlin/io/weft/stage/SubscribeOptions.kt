package io.weft.stage

import io.weft.kotlin.WeftDsl
import io.weft.node.ExitReason
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Terms

/**
 * What a consumer wants of a subscription. Immutable.
 *
 * @see SubscriptionScope for how to say it
 */
public class SubscribeOptions
internal constructor(
  /** How many events may be on their way at once; 1000 if not told. */
  public val maxDemand: Int,
  /**
   * How few may be left when more are asked for, and so how large batches are: `maxDemand -
   * minDemand`. Half of [maxDemand] if not told.
   */
  public val minDemand: Int,
  /** Whether the consumer ends with the subscription. */
  public val cancel: Cancel,
  /** Which partition of a [io.weft.stage.dispatch.PartitionDispatcher]: a number or a name. */
  public val partition: Any?,
  /**
   * Which events of a [io.weft.stage.dispatch.BroadcastDispatcher]: a `(E) -> Boolean`, or the term
   * of a foreign consumer.
   */
  public val selector: Any?,
  /** What else was told: a producer sees it, and makes of it what it likes. */
  public val others: Map<Atom, Any>,
  /** The options as a foreign stage told them, to be passed on as they are; null of others. */
  internal val told: ListTerm? = null,
  /** How the stage at the other end speaks. */
  internal val dialect: Dialect = Dialect.GEN_STAGE,
) {
  /** Returns these options with a selector: see [SubscriptionScope.select]. */
  public fun <E : Any> selecting(events: (E) -> Boolean): SubscribeOptions =
    SubscribeOptions(maxDemand, minDemand, cancel, partition, events, others, told, dialect)

  /** Returns these options with another [cancel]. */
  public fun ending(cancel: Cancel): SubscribeOptions =
    SubscribeOptions(maxDemand, minDemand, cancel, partition, selector, others, null, dialect)

  /** The options with their defaults, and their names. */
  public companion object {
    public const val DEFAULT_MAX_DEMAND: Int = 1000

    /** A subscription by the defaults. */
    @JvmField public val DEFAULT: SubscribeOptions = subscribeOptions<Any> {}
  }
}

/** Whether a consumer goes on when a subscription ends, by GenStage's words. */
public enum class Cancel {
  /** It ends with the subscription, for its reason: the default. */
  PERMANENT,

  /** It ends unless the reason is `normal`, `shutdown` or `{shutdown, _}`. */
  TRANSIENT,

  /** It goes on. */
  TEMPORARY,
}

/** Says what a consumer wants of a subscription; what is not told keeps its default. */
@WeftDsl
public interface SubscriptionScope<E : Any> {
  /** See [SubscribeOptions.maxDemand]: one at least. */
  public var maxDemand: Int

  /** See [SubscribeOptions.minDemand]: less than [maxDemand]. */
  public var minDemand: Int

  /** See [SubscribeOptions.cancel]. */
  public var cancel: Cancel

  /** Takes the events of a numbered partition. */
  public fun partition(number: Int)

  /** Takes the events of a named partition; on the wire the name is an atom. */
  public fun partition(name: String)

  /** Takes of a broadcast only these events. Runs in turns of the producer, on its node. */
  public fun select(events: (E) -> Boolean)

  /** Tells the producer something else. */
  public fun option(name: String, value: Any)

  /**
   * The producer is a stage of Ergo 2.2, whose messages are GenStage's with some forms of its own:
   * it is spoken to in these. Such a producer sends no batch of fewer than [minDemand] events.
   */
  public fun fromErgo()
}

/**
 * Returns the options of a subscription to events of type [E].
 *
 * @throws IllegalArgumentException if demand is out of range; the words are GenStage's
 */
public fun <E : Any> subscribeOptions(
  configure: SubscriptionScope<E>.() -> Unit
): SubscribeOptions = OptionsBuilder<E>().apply(configure).build()

private class OptionsBuilder<E : Any> : SubscriptionScope<E> {
  override var maxDemand = SubscribeOptions.DEFAULT_MAX_DEMAND
  private var min: Int? = null
  override var minDemand: Int
    get() = min ?: (maxDemand / 2)
    set(value) {
      min = value
    }

  override var cancel = Cancel.PERMANENT
  private var partition: Any? = null
  private var selector: Any? = null
  private val others = LinkedHashMap<Atom, Any>()
  private var dialect = Dialect.GEN_STAGE

  override fun partition(number: Int) {
    partition = number
  }

  override fun partition(name: String) {
    partition = name
  }

  override fun select(events: (E) -> Boolean) {
    selector = events
  }

  override fun option(name: String, value: Any) {
    others[Atom.of(name)] = value
  }

  override fun fromErgo() {
    dialect = Dialect.ERGO
  }

  fun build(): SubscribeOptions {
    OptionRules.requireMaxDemand(maxDemand.toLong())
    OptionRules.requireMinDemand(minDemand.toLong(), maxDemand)
    val told = others.toMap()
    return SubscribeOptions(maxDemand, minDemand, cancel, partition, selector, told, null, dialect)
  }
}

/** What demand may be, and how GenStage says that it is not. */
internal object OptionRules {
  fun requireMaxDemand(value: Long) {
    atLeast("max_demand", value, 1)
    atMost("max_demand", value, Int.MAX_VALUE)
  }

  fun requireMinDemand(value: Long, maxDemand: Int) {
    atLeast("min_demand", value, 0)
    atMost("min_demand", value, maxDemand - 1)
  }

  fun atLeast(name: String, value: Long, min: Int) {
    if (value < min) {
      throw BadOption("expected :$name to be equal to or greater than $min, got: $value")
    }
  }

  private fun atMost(name: String, value: Long, max: Int) {
    if (value > max) {
      throw BadOption("expected :$name to be equal to or less than $max, got: $value")
    }
  }
}

/** An option that makes no sense: a stage whose body lets it escape does not start. */
internal class BadOption(private val text: String) : IllegalArgumentException(text) {
  /** `{bad_opts, Text}`. */
  fun reason(): ExitReason = ExitReason.of(Terms.tuple(Terms.atom("bad_opts"), Terms.binary(text)))
}
