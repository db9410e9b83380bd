package io.weft.dist

import io.weft.dist.discovery.Discovery
import io.weft.dist.transport.pause
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.term.Atom
import java.io.IOException
import java.time.Duration
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/**
 * Keeps a node connected with all that its discoveries tell of.
 *
 * It looks for them every [interval], a little sooner or later by chance, so that the nodes of a
 * cluster that started together do not all look at once. A node that cannot be reached is tried
 * again after twice as many rounds each time, up to [MOST_ROUNDS]; one that is no longer told of is
 * forgotten, its connection left alone.
 *
 * @param reach connects with a node; false if that failed
 */
internal class ClusterJoiner(
  private val self: Atom,
  private val discoveries: List<Discovery>,
  private val seams: Seams,
  private val log: LogLimiter,
  private val interval: Duration,
  private val reach: suspend (Atom) -> Boolean,
) {
  private class Trial(var rounds: Int, var left: Int)

  private val failed = HashMap<Atom, Trial>()

  suspend fun run(): Nothing {
    while (true) {
      round()
      seams.timers.pause(interval.plusMillis(jitter()))
    }
  }

  private fun jitter(): Long {
    val tenth = interval.toMillis() / TENTH
    return if (tenth == 0L) 0 else Math.floorMod(seams.entropy.nextLong(), 2 * tenth) - tenth
  }

  /** Looks once, and tries those that are due. */
  suspend fun round() {
    val known = discover()
    failed.keys.retainAll(known)
    val due = known.filter { peer -> failed[peer]?.let { --it.left <= 0 } ?: true }
    val reached = HashMap<Atom, Boolean>()
    coroutineScope {
      due.forEach { peer ->
        launch {
          val up = reach(peer)
          synchronized(reached) { reached[peer] = up }
        }
      }
    }
    reached.forEach { (peer, up) ->
      if (up) failed.remove(peer)
      else {
        val before = failed[peer]?.rounds ?: 0
        val rounds = (before * 2).coerceIn(1, MOST_ROUNDS)
        failed[peer] = Trial(rounds, rounds)
      }
    }
  }

  private suspend fun discover(): Set<Atom> {
    val known = LinkedHashSet<Atom>()
    for (discovery in discoveries) {
      try {
        discovery.nodes().mapTo(known) { Atom.of(it) }
      } catch (failure: IOException) {
        log.warn("{} could not be asked for nodes: {}", discovery, failure.message)
      }
    }
    return known - self
  }

  private companion object {
    const val TENTH = 10
    const val MOST_ROUNDS = 32
  }
}
