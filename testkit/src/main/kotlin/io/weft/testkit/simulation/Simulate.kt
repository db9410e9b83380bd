@file:JvmName("Simulations")

package io.weft.testkit.simulation

import java.time.Duration
import java.util.function.Consumer

/**
 * Runs a scenario on a simulated cluster, once for each of [seeds]: the nodes that production has,
 * down to the bytes they exchange, on one thread and in virtual time, while faults happen.
 *
 * ```
 * simulate(seeds = 1..1000) {
 *   val register = linearizable("register", Register)
 *   cluster(3) { start { spawn(storage(disk)) } }
 *   faults { anything() }
 *   workload(clients = 3, steps = 10) {
 *     val write = Write(random.nextInt(5))
 *     register.record(write) { storage.call(write) }
 *   }
 *   invariant("...") { ... }
 * }
 * ```
 *
 * Everything follows from the seed, as long as the program is free of threads, clocks and chance of
 * its own: time is told by `delay` and the timers of the node, chance comes from
 * [ClientScope.random] and [Member.random].
 *
 * A run that fails is made as small as it can be while it still fails in the same way, and thrown
 * as a [SimulationFailure] that tells what happened and how to repeat just that.
 *
 * `-Dweft.seeds=N` runs N seeds from the first on, `-Dweft.seed=S` one only; `-Dweft.replay=..`, or
 * the variable `WEFT_REPLAY`, the one run that a failure told of. To be called by one thread.
 *
 * @throws SimulationFailure if a run fails
 */
public fun simulate(seeds: IntRange, scenario: ScenarioScope.() -> Unit): Simulated =
  simulateAll(null, seeds) { ScopeOf(it).scenario() }

/** As [simulate], with a name: for the report, and for one among others of a test. */
public fun simulate(name: String, seeds: IntRange, scenario: ScenarioScope.() -> Unit): Simulated =
  simulateAll(name, seeds) { ScopeOf(it).scenario() }

/** As [simulate], in plain Java: from the seed [first] to [last]. */
@JvmName("simulate")
public fun simulateScenario(
  name: String,
  first: Int,
  last: Int,
  scenario: Consumer<Scenario>,
): Simulated = simulateAll(name, first..last, scenario::accept)

private fun simulateAll(name: String?, seeds: IntRange, scenario: (Scenario) -> Unit): Simulated {
  val test = callingTest()
  return Simulator(name ?: test.substringAfterLast('.'), test, scenario).run(seeds)
}

/** What a simulation did: how many runs, turns of processes and sockets in them, virtual time. */
@JvmRecord public data class Simulated(val runs: Int, val turns: Long, val time: Duration)

/** A run of a simulation failed; the message tells what happened, and how to repeat it. */
public class SimulationFailure
internal constructor(
  /** The seed that failed. */
  public val seed: Long,
  /** What failed: the name of the invariant, or of the class of what was thrown. */
  public val broken: String,
  /** What to set `weft.replay` to. */
  public val replay: String,
  message: String,
  cause: Throwable?,
) : AssertionError(message, cause) {
  private companion object {
    const val serialVersionUID = 1L
  }
}
