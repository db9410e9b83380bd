package io.weft.testkit

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Effect
import io.weft.node.ExitReason
import io.weft.node.Isolation
import io.weft.runtime.Seams
import io.weft.term.Pid
import java.time.Duration
import java.util.SplittableRandom

/**
 * The surroundings of one process, for a test of what its behaviour does, without a node: whom it
 * speaks to, and [run], which starts it.
 *
 * The process is that of production, with its turns and rules; what leaves it is recorded instead
 * of done: see [Isolation]. Everything takes place inside the calls of this class and of
 * [BehaviorRun], in virtual time.
 *
 * ```
 * val outside = Outside()
 * val ledger = outside.standIn<Ledger>("ledger")
 * val till = outside.run(till(ledger))
 * till.call(Till.Sell("tea")) shouldBe 3
 * till.effects() shouldBe listOf(Effect.Told(ledger, Ledger.Entry("tea")))
 * ```
 */
public class Outside : AutoCloseable {
  private val scheduler = RandomScheduler(SplittableRandom(SEED))
  private val time = VirtualTime()
  private val recorded = ArrayList<Effect>()
  private var running = false
  private val labels = HashMap<Pid, String>()
  internal val isolation: Isolation<Any>

  internal val text: EffectText
    get() = EffectText(labels)

  init {
    val entropy = SplittableRandom(SEED)
    val strands = BatonStrands(scheduler) { scheduler.step() || time.fireNext(Long.MAX_VALUE) }
    isolation = Isolation(Seams(scheduler, strands, time, time, entropy::nextLong), ::record)
    settle()
  }

  private fun record(effect: Effect) {
    if (effect is Effect.Spawned) label(effect.process(), effect.blueprint().label())
    recorded += effect
  }

  internal fun label(process: Address<*>, label: String) {
    process.pid()?.let { labels[it] = label }
  }

  private fun <P : Any> newStandIn(label: String, name: String?): Address<P> =
    isolation.standIn<P>(label, name).also { label(it, label) }

  /** Returns an address of somebody called [label], for the process to speak to. */
  public fun <P : Any> standIn(label: String): Address<P> = newStandIn(label, null)

  /** As [standIn]; the process finds it under [name] as well. */
  public fun <P : Any> standInNamed(name: String): Address<P> = newStandIn(name, name)

  /** Lets the next process with this label that the process starts fail in its start. */
  public fun failStart(label: String, reason: ExitReason): Unit = isolation.failStart(label, reason)

  /** Starts the process, once, and runs until it has nothing to do. */
  public fun <P : Any> run(blueprint: Blueprint<P>): BehaviorRun<P> {
    check(!running) { "an Outside is for one process: make another one" }
    running = true
    return BehaviorRun(this, blueprint)
  }

  internal fun settle() {
    while (scheduler.step() || time.fireNext(time.nanoTime())) {
      // each step is a turn
    }
  }

  internal fun advance(span: Duration) {
    val until = time.nanoTime() + span.toNanos()
    settle()
    while (time.fireNext(until)) settle()
    time.moveTo(until)
  }

  internal fun goOn() = scheduler.step() || time.fireNext(Long.MAX_VALUE)

  internal fun recorded(): List<Effect> = recorded.toList()

  internal fun take(): List<Effect> = recorded.toList().also { recorded.clear() }

  internal fun remove(effect: Effect) {
    recorded.remove(effect)
  }

  /** Ends the process. Not needed: nothing outlives the test. */
  override fun close() {
    isolation.close()
    while (goOn()) {
      // until nobody has anything to do
    }
  }

  private companion object {
    const val SEED = 0L
  }
}

/** Runs one process alone, with nobody outside that it knows: see [Outside]. */
public fun <P : Any> runAlone(blueprint: Blueprint<P>): BehaviorRun<P> = Outside().run(blueprint)
