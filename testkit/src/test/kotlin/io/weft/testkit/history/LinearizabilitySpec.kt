package io.weft.testkit.history

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.SplittableRandom

/** What the checker says is what is found by trying all orders. */
class LinearizabilitySpec :
  FunSpec({
    val seeds = Integer.getInteger("weft.seeds", 20_000)

    test("random histories of a register are judged as by trying all orders") {
      compareWithAllOrders(seeds, Register) { random ->
        if (random.nextBoolean()) RegisterOp.Read else RegisterOp.Write(random.nextInt(3))
      }
    }

    test("random histories of a queue are judged as by trying all orders") {
      compareWithAllOrders(seeds, Queue) { random ->
        if (random.nextBoolean()) QueueOp.Take else QueueOp.Put(random.nextInt(3))
      }
    }

    test("histories that came from one order are linearizable, however long") {
      for (seed in 0L..20L) {
        val history = simulated(SplittableRandom(seed), clients = 5, count = 2_000)
        LinearizabilityChecker(Register)
          .check(history.operations)
          .shouldBeInstanceOf<Verdict.Linearizable<*, *>>()
      }
    }

    test("keys are checked one by one, and the one that fails is told") {
      val history = History<KeyedOp, Int>("map")
      for (key in 1..50) {
        history.ok(history.begin("a", KeyedOp(key, 1)), 0)
        history.ok(history.begin("a", KeyedOp(key, 2)), if (key == 33) 0 else 1)
      }
      val verdict = LinearizabilityChecker(Swaps).check(history.operations)
      (verdict as Verdict.NotLinearizable).key shouldBe 33
    }

    test("an operation of unknown end may have happened, late, or never") {
      fun readAfter(vararg read: Int): Verdict<RegisterOp, Int> {
        val history = History<RegisterOp, Int>("register")
        history.unknown(history.begin("a", RegisterOp.Write(1)))
        for (value in read) history.ok(history.begin("b", RegisterOp.Read), value)
        return LinearizabilityChecker(Register).check(history.operations)
      }
      readAfter(1).shouldBeInstanceOf<Verdict.Linearizable<*, *>>()
      readAfter(0).shouldBeInstanceOf<Verdict.Linearizable<*, *>>()
      readAfter(0, 0, 1).shouldBeInstanceOf<Verdict.Linearizable<*, *>>()
      readAfter(0, 1, 0).shouldBeInstanceOf<Verdict.NotLinearizable<*, *>>()
    }

    test("an operation that failed has never happened") {
      val history = History<RegisterOp, Int>("register")
      history.failed(history.begin("a", RegisterOp.Write(1)))
      history.ok(history.begin("b", RegisterOp.Read), 1)
      LinearizabilityChecker(Register)
        .check(history.operations)
        .shouldBeInstanceOf<Verdict.NotLinearizable<*, *>>()
    }

    test("a search that would take too long is given up, and says so") {
      val history = History<RegisterOp, Int>("register")
      repeat(40) { history.unknown(history.begin("c$it", RegisterOp.Write(it))) }
      history.ok(history.begin("r", RegisterOp.Read), 77)
      LinearizabilityChecker(Register, 10_000)
        .check(history.operations)
        .shouldBeInstanceOf<Verdict.Undecided>()
    }

    test("the report shows the shortest part that fails, and what cannot be explained") {
      val history = History<RegisterOp, Int>("register")
      history.ok(history.begin("client 1", RegisterOp.Write(1)), 0)
      val read = history.begin("client 2", RegisterOp.Read)
      val write = history.begin("client 1", RegisterOp.Write(2))
      history.ok(read, 0)
      history.ok(write, 0)
      history.ok(history.begin("client 3", RegisterOp.Read), 2)
      val verdict = LinearizabilityChecker(Register).check(history.operations)
      val report = (verdict as Verdict.NotLinearizable).report("register", Register)
      report shouldBe
        """
        |register is not linearizable
        |
        |  client 1  Write(value=1): 0        |--|
        |  client 2  Read: 0                        |-----|  <-- no order explains this
        |  client 1  Write(value=2): unknown           |----->
        |
        |All before it can be explained by the order
        |  Write(value=1)
        |which leads to the state 1, but no order has Read return 0.
        |"""
          .trimMargin()
    }
  })

sealed interface RegisterOp {
  data object Read : RegisterOp

  data class Write(val value: Int) : RegisterOp
}

/** Reads return the value, writes nothing of interest. */
object Register : SequentialModel<Int, RegisterOp, Int> {
  override fun initial(): Int = 0

  override fun apply(state: Int, operation: RegisterOp): Applied<Int, Int> =
    when (operation) {
      is RegisterOp.Read -> Applied(state, state)
      is RegisterOp.Write -> Applied(operation.value, 0)
    }
}

private sealed interface QueueOp {
  data object Take : QueueOp

  data class Put(val value: Int) : QueueOp
}

private object Queue : SequentialModel<List<Int>, QueueOp, Int> {
  override fun initial() = emptyList<Int>()

  override fun apply(state: List<Int>, operation: QueueOp): Applied<List<Int>, Int> =
    when (operation) {
      is QueueOp.Take -> Applied(state.drop(1), state.firstOrNull() ?: -1)
      is QueueOp.Put -> Applied(state + operation.value, 0)
    }
}

private data class KeyedOp(val key: Int, val value: Int)

/** Each operation returns the value before it. */
private object Swaps : SequentialModel<Int, KeyedOp, Int> {
  override fun initial() = 0

  override fun apply(state: Int, operation: KeyedOp) = Applied(operation.value, state)

  override fun key(operation: KeyedOp) = operation.key
}

/** Clients whose operations take effect at once, and are seen to begin before and end after. */
private fun simulated(
  random: SplittableRandom,
  clients: Int,
  count: Int,
): History<RegisterOp, Int> {
  val history = History<RegisterOp, Int>("register")
  val open = arrayOfNulls<RecordedOperation<RegisterOp, Int>>(clients)
  val results = arrayOfNulls<Int>(clients)
  var state = 0
  repeat(count) {
    val client = random.nextInt(clients)
    val present = open[client]
    val result = results[client]
    when {
      present == null -> {
        val write = RegisterOp.Write(random.nextInt(10))
        open[client] =
          history.begin("c$client", if (random.nextBoolean()) write else RegisterOp.Read)
      }
      result == null -> {
        val applied = Register.apply(state, present.operation)
        state = applied.state
        results[client] = applied.result
      }
      else -> {
        history.ok(present, result)
        open[client] = null
        results[client] = null
      }
    }
  }
  return history
}

private fun <S : Any, O : Any> compareWithAllOrders(
  count: Int,
  model: SequentialModel<S, O, Int>,
  draw: (SplittableRandom) -> O,
) {
  var linearizable = 0
  for (seed in 0L..<count) {
    val operations = randomHistory(SplittableRandom(seed), draw).operations
    val expected = someOrderFits(model, model.initial(), operations)
    if (expected) linearizable++
    withClue({ "seed $seed: $operations" }) {
      (LinearizabilityChecker(model).check(operations) is Verdict.Linearizable) shouldBe expected
    }
  }
  linearizable shouldBeGreaterThan count / 20
  (count - linearizable) shouldBeGreaterThan count / 20
}

private fun <O : Any> randomHistory(
  random: SplittableRandom,
  draw: (SplittableRandom) -> O,
): History<O, Int> {
  val history = History<O, Int>("random")
  val open = ArrayList<RecordedOperation<O, Int>>()
  var begun = 0
  val count = 2 + random.nextInt(5)
  while (begun < count || open.isNotEmpty()) {
    if (begun < count && (open.isEmpty() || random.nextBoolean())) {
      open += history.begin("c${begun++}", draw(random))
    } else {
      val ended = open.removeAt(random.nextInt(open.size))
      when (random.nextInt(8)) {
        0 -> history.unknown(ended)
        1 -> history.failed(ended)
        else -> history.ok(ended, random.nextInt(-1, 3))
      }
    }
  }
  return history
}

/** Takes any operation first before whose beginning no other has ended, and so on. */
private fun <S : Any, O : Any> someOrderFits(
  model: SequentialModel<S, O, Int>,
  state: S,
  left: List<RecordedOperation<O, Int>>,
): Boolean {
  val open = left.filter { it.ending != Ending.FAILED }
  if (open.all { it.ending == Ending.UNKNOWN }) return true
  return open.any { first ->
    if (open.any { it.returned < first.invoked }) return@any false
    val applied = model.apply(state, first.operation)
    val fits = first.ending == Ending.UNKNOWN || first.result == applied.result
    fits && someOrderFits(model, applied.state, open - first)
  }
}
