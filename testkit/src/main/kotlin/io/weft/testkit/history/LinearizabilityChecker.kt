package io.weft.testkit.history

/** Whether a history could have come from one operation after the other. */
public sealed interface Verdict<out O : Any, out R> {
  /** It could: for each key in the order of [witness]. */
  public class Linearizable<O : Any, R>
  internal constructor(public val witness: List<RecordedOperation<O, R>>) : Verdict<O, R>

  /** It could not: the operations of [key] alone have no such order. */
  public class NotLinearizable<O : Any, R>
  internal constructor(
    public val key: Any,
    private val operations: List<RecordedOperation<O, R>>,
  ) : Verdict<O, R> {
    /** Shows a person why: the shortest beginning of the history that has no such order. */
    public fun <S : Any> report(
      name: String,
      model: SequentialModel<S, O, R>,
    ): String = HistoryReport(model, name, key, operations).toString()
  }

  /** Nobody knows: more than [configurations] were looked at for [key]. */
  public class Undecided internal constructor(public val key: Any, public val configurations: Int) :
    Verdict<Nothing, Nothing>
}

/**
 * Tells whether a history is linearizable: whether each operation can be thought to happen at one
 * moment between its beginning and its end, so that the results are those of a [SequentialModel].
 *
 * An operation of unknown end may have happened at any moment since its beginning, or never. One
 * that failed has never happened.
 *
 * The search is that of Wing and Gong with the memory of Lowe: an order is built by taking one
 * operation after the other among those that may be next, and given up where the operations taken
 * and the state they lead to were met before. It needs no stack for depth. Histories of a few
 * hundred operations for each key are quick, as long as few are of unknown end.
 */
public class LinearizabilityChecker<S : Any, O : Any, R>(
  private val model: SequentialModel<S, O, R>,
  private val maxConfigurations: Int,
) {
  /** Gives up after two million configurations of one key. */
  public constructor(model: SequentialModel<S, O, R>) : this(model, MAX_CONFIGURATIONS)

  /** Checks [history], key by key. */
  public fun check(history: List<RecordedOperation<O, R>>): Verdict<O, R> {
    val witness = ArrayList<RecordedOperation<O, R>>()
    val parts = history.filter { it.ending != Ending.FAILED }.groupBy { model.key(it.operation) }
    for ((key, part) in parts) {
      when (val verdict = OrderSearch(model, key, part, maxConfigurations).run()) {
        is Verdict.Linearizable -> witness += verdict.witness
        else -> return verdict
      }
    }
    return Verdict.Linearizable(witness)
  }

  private companion object {
    const val MAX_CONFIGURATIONS = 2_000_000
  }
}
