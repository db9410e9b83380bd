package io.weft.stage.wire

import io.weft.stage.Cancel
import io.weft.stage.Dialect
import io.weft.stage.OptionRules
import io.weft.stage.SubscribeOptions
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.IntegerTerm
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

/** The options of subscriptions as property lists. */
internal object OptionTerms {
  private val MAX_DEMAND = Terms.atom("max_demand")
  private val MIN_DEMAND = Terms.atom("min_demand")
  private val CANCEL = Terms.atom("cancel")
  private val PARTITION = Terms.atom("partition")
  private val SELECTOR = Terms.atom("selector")
  private val TO = Terms.atom("to")
  private val KNOWN = setOf(MAX_DEMAND, MIN_DEMAND, CANCEL, PARTITION, SELECTOR)
  private val CANCELS = Cancel.entries.associateBy { Terms.atom(it.name.lowercase()) }

  /** As Ergo numbers them. */
  private val NUMBERED_CANCELS = Cancel.entries.associateBy { Terms.integer(it.ordinal.toLong()) }
  private val MANUAL = Terms.atom("manual")

  /**
   * Returns what a consumer is told to subscribe with.
   *
   * @throws IllegalArgumentException with GenStage's words, if it cannot
   */
  fun checked(term: Term): SubscribeOptions {
    require(term is ListTerm) { "expected :options to be a list, got: ${shown(term)}" }
    val told = entries(term)
    val max = told[MAX_DEMAND]?.let { integer("max_demand", it) } ?: DEFAULT_MAX
    OptionRules.requireMaxDemand(max)
    val min = told[MIN_DEMAND]?.let { integer("min_demand", it) } ?: (max / 2)
    OptionRules.requireMinDemand(min, max.toInt())
    val cancel = told[CANCEL]?.let(::cancel) ?: Cancel.PERMANENT
    return options(term, told, max.toInt(), min.toInt(), cancel)
  }

  /** Returns what a producer is told of a consumer, who has seen to it that it makes sense. */
  fun asTold(term: Term): SubscribeOptions {
    val list = term as? ListTerm ?: ListTerm.NIL
    val told = entries(list)
    val max = demandOf(told[MAX_DEMAND]) ?: DEFAULT_MAX.toInt()
    val min = demandOf(told[MIN_DEMAND]) ?: (max / 2)
    val number =
      told[CANCEL] as? IntTerm ?: return options(list, told, max, min, CANCELS[told[CANCEL]])
    return options(list, told, max, min, NUMBERED_CANCELS[number], Dialect.ERGO)
  }

  private fun demandOf(term: Term?): Int? =
    (term as? IntTerm)?.value()?.takeIf { it in 0..Int.MAX_VALUE }?.toInt()

  /** The first entry of a key counts; an atom alone stands for true. */
  private fun entries(list: ListTerm): Map<Term, Term> {
    val told = LinkedHashMap<Term, Term>()
    for (entry in list.elements) {
      if (entry is Tuple && entry.arity() == 2) told.putIfAbsent(entry.get(0), entry.get(1))
      else if (entry is Atom) told.putIfAbsent(entry, Atom.TRUE)
    }
    return told
  }

  private fun options(
    list: ListTerm,
    told: Map<Term, Term>,
    max: Int,
    min: Int,
    cancel: Cancel?,
    dialect: Dialect = Dialect.GEN_STAGE,
  ) =
    SubscribeOptions(
      max,
      min,
      cancel ?: Cancel.PERMANENT,
      told[PARTITION],
      told[SELECTOR],
      told.entries
        .mapNotNull { (key, value) ->
          (key as? Atom)?.takeIf { it !in KNOWN && it != TO }?.let { it to value }
        }
        .toMap(),
      list,
      dialect,
    )

  private fun integer(name: String, value: Term): Long {
    require(value is IntegerTerm) { "expected :$name to be an integer, got: ${shown(value)}" }
    return (value as? IntTerm)?.value()
      ?: if (value.toBigInteger().signum() < 0) -1 else Long.MAX_VALUE
  }

  private fun cancel(value: Term): Cancel =
    requireNotNull(CANCELS[value]) {
      "expected :cancel to be one of [:temporary, :transient, :permanent], got: ${shown(value)}"
    }

  /** Atoms are written as Elixir does it; other terms as Erlang. */
  private fun shown(term: Term): String =
    when {
      term == Atom.TRUE || term == Atom.FALSE || term == NIL -> term.toString()
      term is Atom -> ":$term"
      else -> term.abbreviate(200)
    }

  /** Returns the property list of options, without whom they are for. */
  fun term(options: SubscribeOptions): ListTerm {
    options.told?.let { told ->
      return Terms.list(
        told.elements.filterNot { it is Tuple && it.arity() == 2 && it.get(0) == TO }
      )
    }
    val entries = ArrayList<Term>()
    fun add(key: Term, value: Term) = entries.add(Terms.tuple(key, value))
    add(MAX_DEMAND, Terms.integer(options.maxDemand.toLong()))
    add(MIN_DEMAND, Terms.integer(options.minDemand.toLong()))
    if (options.dialect == Dialect.ERGO) {
      add(CANCEL, Terms.integer(options.cancel.ordinal.toLong()))
      add(MANUAL, Atom.FALSE)
    } else add(CANCEL, Terms.atom(options.cancel.name.lowercase()))
    options.partition?.let { add(PARTITION, value(PARTITION, it)) }
    options.selector?.let { add(SELECTOR, value(SELECTOR, it)) }
    options.others.forEach { (key, value) -> add(key, value(key, value)) }
    return Terms.list(entries)
  }

  /** Names are atoms, as Elixir has them. */
  private fun value(key: Atom, value: Any): Term =
    when (value) {
      is Term -> value
      is Int -> Terms.integer(value.toLong())
      is Long -> Terms.integer(value)
      is Boolean -> Terms.atom(value)
      is String -> Terms.atom(value)
      else ->
        throw IllegalArgumentException(
          "the option $key has no form as a term, and the producer is on another node: $value" +
            if (key == SELECTOR) "; name a function there: an Export" else ""
        )
    }

  private const val DEFAULT_MAX = SubscribeOptions.DEFAULT_MAX_DEMAND.toLong()
  private val NIL = Terms.atom("nil")
}
