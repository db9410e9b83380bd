package io.weft.testkit.simulation

import java.time.Duration

/** Runs the seeds of a scenario, and tells of the first that fails. */
internal class Simulator(
  private val name: String,
  private val test: String,
  private val describe: (Scenario) -> Unit,
) {
  private var runs = 0
  private var turns = 0L
  private var time = Duration.ZERO

  fun run(seeds: IntRange): Simulated {
    val replay = Replay.asked()
    when {
      replay == null -> seeds(seeds).forEach(::trySeed)
      replay.name == name || replay.name == null -> {
        val outcome = outcome(replay.cut)
        if (outcome.broken != null) throw failure(outcome, outcome, 1, true)
      }
    }
    return Simulated(runs, turns, time)
  }

  private fun seeds(usual: IntRange): IntRange {
    val one = Integer.getInteger("weft.seed")
    val count = Integer.getInteger("weft.seeds") ?: return one?.let { it..it } ?: usual
    return if (one != null) one..one else usual.first..<usual.first + count
  }

  private fun trySeed(seed: Int) {
    val first = outcome(Cut(seed.toLong()))
    if (first.broken == null) return
    val again = outcome(first.cut)
    if (again.digest != first.digest || again.broken?.kind != first.broken.kind) {
      throw failure(first, first, 0, isRepeatable = false)
    }
    val shrinker = Shrinker(::outcome)
    throw failure(shrinker.shrink(first), first, shrinker.attempts, isRepeatable = true)
  }

  private fun outcome(cut: Cut): Outcome {
    val outcome = Run(cut).run(describe)
    runs++
    turns += outcome.turns
    time += outcome.lasted
    return outcome
  }

  private fun failure(
    smallest: Outcome,
    first: Outcome,
    attempts: Int,
    isRepeatable: Boolean,
  ): SimulationFailure {
    val broken = checkNotNull(smallest.broken)
    val replay = "$name: ${smallest.cut}"
    val text =
      FailureText(name, smallest, first, attempts, isRepeatable, Replay.command(test, replay))
    return SimulationFailure(first.cut.seed, broken.kind, replay, "$text", broken.cause)
  }
}
