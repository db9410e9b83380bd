package io.weft.testkit.history

/**
 * Looks for an order of the operations of one key.
 *
 * Beginnings and ends stand in a list, in their order. An operation may be next if its beginning
 * stands before the first end in the list. One that is taken leaves the list with both; one that is
 * given back enters it where it was.
 */
internal class OrderSearch<S : Any, O : Any, R>(
  private val model: SequentialModel<S, O, R>,
  private val key: Any,
  private val operations: List<RecordedOperation<O, R>>,
  private val maxConfigurations: Int,
) {
  /** The operations that were taken, and where they lead. */
  private class Configuration(val taken: LongArray, val state: Any) {
    override fun hashCode() = 31 * taken.contentHashCode() + state.hashCode()

    override fun equals(other: Any?) =
      other is Configuration && taken.contentEquals(other.taken) && state == other.state
  }

  private val count = operations.size

  /** Event 2i is the beginning of operation i, 2i + 1 its end; the last is head and end at once. */
  private val head = 2 * count
  private val next = IntArray(2 * count + 1)
  private val previous = IntArray(2 * count + 1)
  private val taken = LongArray((count + Long.SIZE_BITS - 1) / Long.SIZE_BITS)
  private val order = IntArray(count)
  private val states = ArrayList<S>(count)
  private var depth = 0
  private var toEnd = operations.count { it.ending == Ending.OK }
  private val twin = twins()

  init {
    val events = ArrayList<Int>(2 * count)
    for (i in 0 until count) {
      events += 2 * i
      if (operations[i].ending == Ending.OK) events += 2 * i + 1
    }
    events.sortBy { if (it % 2 == 0) operations[it / 2].invoked else operations[it / 2].returned }
    var last = head
    for (event in events) {
      next[last] = event
      previous[event] = last
      last = event
    }
    next[last] = head
    previous[head] = last
  }

  /**
   * For each operation of unknown end the last one before it that is the same. Whichever of two
   * such is taken makes no difference, so the earlier one is.
   */
  private fun twins(): IntArray {
    val last = HashMap<O, Int>()
    return IntArray(count) {
      val operation = operations[it]
      if (operation.ending == Ending.OK) NONE else last.put(operation.operation, it) ?: NONE
    }
  }

  fun run(): Verdict<O, R> {
    val met = HashSet<Configuration>()
    var state = model.initial()
    var event = next[head]
    while (toEnd > 0) {
      val operation = event / 2
      if (event % 2 == 1) { // it must be taken before its end, and nothing led there
        if (depth == 0) return Verdict.NotLinearizable(key, operations)
        val back = order[--depth]
        state = states.removeLast()
        giveBack(back)
        event = next[2 * back]
        continue
      }
      val after = after(operation, state)
      if (after != null) {
        flip(operation)
        if (met.add(Configuration(taken.clone(), after))) {
          if (met.size > maxConfigurations) return Verdict.Undecided(key, maxConfigurations)
          order[depth++] = operation
          states.add(state)
          take(operation)
          state = after
          event = next[head]
          continue
        }
        flip(operation)
      }
      event = next[event]
    }
    return Verdict.Linearizable(List(depth) { operations[order[it]] })
  }

  /** The state if the operation comes next; null if it cannot, or need not. */
  private fun after(index: Int, state: S): S? {
    val operation = operations[index]
    val applied = model.apply(state, operation.operation)
    if (operation.ending == Ending.OK)
      return applied.state.takeIf { operation.result == applied.result }
    if (applied.state == state || twin[index] != NONE && !isTaken(twin[index])) return null
    return applied.state
  }

  private fun isTaken(operation: Int) = taken[operation shr 6] ushr operation and 1L != 0L

  private fun flip(operation: Int) {
    taken[operation shr 6] = taken[operation shr 6] xor (1L shl operation)
  }

  private fun take(operation: Int) {
    unlink(2 * operation)
    if (operations[operation].ending == Ending.OK) {
      unlink(2 * operation + 1)
      toEnd--
    }
  }

  private fun giveBack(operation: Int) {
    flip(operation)
    if (operations[operation].ending == Ending.OK) {
      link(2 * operation + 1)
      toEnd++
    }
    link(2 * operation)
  }

  private fun unlink(event: Int) {
    next[previous[event]] = next[event]
    previous[next[event]] = previous[event]
  }

  private fun link(event: Int) {
    next[previous[event]] = event
    previous[next[event]] = event
  }

  private companion object {
    const val NONE = -1
  }
}
