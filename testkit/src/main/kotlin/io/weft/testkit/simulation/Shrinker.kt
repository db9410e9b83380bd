package io.weft.testkit.simulation

import java.time.Duration

/**
 * Makes a run that fails smaller, as long as it fails in the same way.
 *
 * What is left out changes who comes when in all that follows, so that a smaller run may fail under
 * another interleaving only: a few of them are tried for each. The number of attempts is limited.
 */
internal class Shrinker(private val attempt: (Cut) -> Outcome) {
  private lateinit var best: Outcome

  /** How many runs it took. */
  var attempts = 0
    private set

  fun shrink(first: Outcome): Outcome {
    best = first
    do {
      val before = best
      shorten()
      remove(faults()) { best.cut.copy(faults = it) }
      remove(clients()) { kept -> best.cut.copy(steps = steps().filterKeys { it in kept }) }
      remove(pairs()) { kept -> best.cut.copy(steps = kept.groupBy({ it.first }, { it.second })) }
      fewerNodes()
      advance()
    } while (best !== before && attempts < MOST)
    return best
  }

  private fun faults() = best.script.faults.map { it.first }

  private fun steps(): Map<Int, List<Int>> = best.script.steps

  private fun clients() = steps().keys.toList()

  private fun pairs() = steps().flatMap { (client, steps) -> steps.map { client to it } }

  /** Whether the run of [cut] fails as the best does; then it is the best. */
  private fun fails(cut: Cut): Boolean {
    if (cut == best.cut) return false
    for (schedule in setOf(best.cut.schedule) + (0..<SCHEDULES)) {
      if (attempts >= MOST) return false
      attempts++
      val outcome = attempt(cut.copy(schedule = schedule))
      if (outcome.broken?.kind == best.broken?.kind) {
        best = outcome
        return true
      }
    }
    return false
  }

  private fun shorten() {
    val end = best.lasted
    if (end < best.script.lasting) fails(best.cut.copy(until = roundedUp(end)))
    while (best.script.lasting > SHORTEST) {
      if (!fails(best.cut.copy(until = best.script.lasting.dividedBy(2)))) return
    }
  }

  /** Lets the faults come earlier, and the end with them. */
  private fun advance() {
    val first = best.script.faults.firstOrNull()?.second?.at ?: return
    if (first < SHORTEST) return
    for (by in listOf(first, first.multipliedBy(3).dividedBy(4), first.dividedBy(2))) {
      val whole = Duration.ofMillis(by.toMillis())
      val sooner = best.cut.copy(earlier = best.cut.earlier + whole)
      if (fails(sooner.copy(until = best.script.lasting - whole)) || fails(sooner)) return
    }
  }

  private fun roundedUp(time: Duration) = Duration.ofMillis(time.toMillis() + 1)

  private fun fewerNodes() {
    while (best.script.nodes > best.script.leastNodes) {
      if (!fails(best.cut.copy(nodes = best.script.nodes - 1))) return
    }
  }

  /** Leaves out what can be left out, large parts first. */
  private fun <T> remove(all: List<T>, cut: (List<T>) -> Cut) {
    if (all.isEmpty() || fails(cut(emptyList()))) return
    var kept = all
    var size = (kept.size + 1) / 2
    while (true) {
      var from = 0
      while (from < kept.size) {
        val rest = kept.subList(0, from) + kept.subList(minOf(from + size, kept.size), kept.size)
        if (rest.size < kept.size && rest.isNotEmpty() && fails(cut(rest))) kept = rest
        else from += size
      }
      if (size == 1) return
      size = (size + 1) / 2
    }
  }

  private companion object {
    const val MOST = 250
    const val SCHEDULES = 3
    val SHORTEST: Duration = Duration.ofMillis(100)
  }
}
