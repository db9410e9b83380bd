package io.weft.stage.conformance

private const val MAX_TRIALS = 5000

/** Returns as few and as small steps as were found that still show a flaw, and the flaw. */
internal fun shrink(steps: List<Step>, trial: (List<Step>) -> Flaw?): Pair<List<Step>, Flaw> {
  var best = steps
  var flaw = checkNotNull(trial(steps)) { "the same steps showed a flaw before" }
  var left = MAX_TRIALS
  do {
    val better =
      candidates(best).firstNotNullOfOrNull { candidate ->
        if (left-- > 0) trial(candidate)?.let { candidate to it } else null
      }
    if (better != null) {
      best = better.first
      flaw = better.second
    }
  } while (better != null && left > 0)
  return best to flaw
}

/** The same steps without a part of them, large parts first, then with a smaller one. */
private fun candidates(steps: List<Step>): Sequence<List<Step>> = sequence {
  var length = steps.size / 2
  while (length > 0) {
    for (start in 0..(steps.size - length) step length) {
      yield(steps.subList(0, start) + steps.subList(start + length, steps.size))
    }
    length /= 2
  }
  for ((i, step) in steps.withIndex()) {
    for (smaller in step.smaller()) {
      yield(steps.toMutableList().also { it[i] = smaller })
    }
  }
}
