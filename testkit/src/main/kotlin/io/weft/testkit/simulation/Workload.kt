package io.weft.testkit.simulation

import io.weft.kotlin.actor
import io.weft.node.BlockingSelf
import io.weft.node.Blueprint
import io.weft.node.Self
import io.weft.testkit.history.History
import io.weft.testkit.history.NotDoneException
import java.time.Duration
import java.util.SplittableRandom
import java.util.function.Supplier
import java.util.random.RandomGenerator
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay

/** The protocol of clients: nobody speaks to them. */
private sealed interface Quiet

/** The steps of a client that its node takes it to. */
internal interface Steps {
  val member: Member
  val number: Int

  /** The next step, and how long to wait before; null if there is none left. */
  fun next(): Next?

  /** The step begins. */
  fun begin(step: Int)

  /** The step ended with [failure], or null. */
  fun end(step: Int, failure: Throwable?)

  fun random(step: Int): RandomGenerator

  fun trace(what: String)

  /** Whether what its client does still counts: its node is there. */
  val isLive: Boolean

  class Next(val step: Int, val pause: Duration)
}

/** How clients take their steps. */
internal sealed interface Workload {
  fun client(steps: Steps): Blueprint<*>

  class Suspending(private val step: suspend ClientScope.() -> Unit) : Workload {
    override fun client(steps: Steps): Blueprint<*> =
      actor("client ${steps.number}", Quiet::class) {
        while (true) {
          val next = steps.next() ?: break
          delay(next.pause.toKotlinDuration())
          steps.begin(next.step)
          val failure =
            try {
              SuspendingClient(steps, next.step, self, this).step()
              null
            } catch (failure: Throwable) {
              failure
            }
          steps.end(next.step, failure)
        }
      }
  }

  class Blocking(private val step: BlockingStep) : Workload {
    override fun client(steps: Steps): Blueprint<*> =
      Blueprint.straightLine<Quiet>("client ${steps.number}") { self ->
        while (true) {
          val next = steps.next() ?: break
          self.sleep(next.pause)
          steps.begin(next.step)
          val failure =
            try {
              step.take(ThreadClient(steps, next.step, self))
              null
            } catch (failure: Throwable) {
              failure
            }
          if (!steps.isLive) break
          steps.end(next.step, failure)
        }
      }
  }
}

private abstract class AnyClient(private val steps: Steps, override val step: Int) : Client {
  override val member: Member = steps.member
  override val number: Int = steps.number
  override val random: RandomGenerator = steps.random(step)

  override fun trace(what: String) = steps.trace(what)

  val label: String
    get() = "client $number"

  inline fun <O : Any, R> recorded(history: History<O, R>, operation: O, run: () -> R): R {
    val recorded = history.begin(label, operation)
    val result =
      try {
        run()
      } catch (failure: Throwable) {
        if (isLive()) {
          if (failure is NotDoneException) history.failed(recorded) else history.unknown(recorded)
        }
        throw failure
      }
    history.ok(recorded, result)
    return result
  }

  fun isLive() = steps.isLive
}

private class SuspendingClient(
  steps: Steps,
  step: Int,
  override val self: Self<*>,
  scope: CoroutineScope,
) : AnyClient(steps, step), ClientScope, CoroutineScope by scope {
  override suspend fun <O : Any, R> History<O, R>.record(operation: O, run: suspend () -> R): R =
    recorded(this, operation) { run() }
}

private class ThreadClient(steps: Steps, step: Int, override val self: BlockingSelf<*>) :
  AnyClient(steps, step), BlockingClient {
  override fun <O : Any, R> record(history: History<O, R>, operation: O, run: Supplier<R>): R =
    recorded(history, operation) { run.get() }
}

/** Random numbers of their own for one of many. */
internal fun splittable(seed: Long, vararg of: Int): RandomGenerator {
  var mixed = seed
  for (number in of) mixed = (mixed xor number.toLong()) * -0x61c8864680b583ebL + number
  return SplittableRandom(mixed)
}
