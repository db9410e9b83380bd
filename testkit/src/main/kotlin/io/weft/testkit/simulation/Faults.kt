package io.weft.testkit.simulation

import java.time.Duration
import java.util.random.RandomGenerator

/** One fault at its time, from the end of the start on. */
internal class Occurrence(val at: Duration, val lasting: Duration, val fault: Fault) {
  override fun toString() =
    "${seconds(at)}  $fault" + if (fault.lasts) ", for ${millis(lasting)}" else ""
}

/**
 * What goes wrong in the runs of a scenario: at times that are told, and at times drawn from the
 * seed. Of the kinds that may come at random each run has some, so that runs differ in kind.
 */
public class Faults internal constructor() {
  private class Chance(
    val kind: FaultKind,
    val every: Duration,
    val least: Duration,
    val most: Duration,
  )

  internal var least: Duration = Duration.ofNanos(20_000)
    private set

  internal var most: Duration = Duration.ofNanos(520_000)
    private set

  private val chances = ArrayList<Chance>()
  private val scripted = ArrayList<Occurrence>()

  /** What goes over the network takes from [least] to [most]: 20 us to 520 us if not told. */
  public fun latency(least: Duration, most: Duration): Faults = apply {
    require(!least.isNegative && least <= most) { "no latency is between $least and $most" }
    this.least = least
    this.most = most
  }

  /** Faults of [kind] come every five seconds or so, and last from 100 ms to 10 s. */
  public fun random(kind: FaultKind): Faults =
    random(kind, Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(10))

  /** Faults of [kind] come at random times, [every] so often on average, and last for some time. */
  public fun random(kind: FaultKind, every: Duration, least: Duration, most: Duration): Faults =
    apply {
      require(every > Duration.ZERO && !least.isNegative && least <= most) { "of $kind" }
      chances += Chance(kind, every, least, most)
    }

  /** Faults of all kinds but [FaultKind.DISK_LOSS], which not every program is to survive. */
  public fun anything(): Faults = apply {
    (FaultKind.entries - FaultKind.DISK_LOSS).forEach(::random)
  }

  /** [fault] happens at this time after the start, and lasts as long as told. */
  public fun at(time: Duration, lasting: Duration, fault: Fault): Faults = apply {
    scripted += Occurrence(time, lasting, fault)
  }

  /** Draws what happens to a cluster within [span]. */
  internal fun draw(random: RandomGenerator, nodes: Int, span: Duration): List<Occurrence> {
    val all = ArrayList(scripted)
    for (chance in chances) {
      val rate = if (chances.size == 1) 1.0 else RATES[random.nextInt(RATES.size)]
      if (rate == 0.0) continue
      var at = 0.0
      while (true) {
        at -= Math.log(1 - random.nextDouble()) * chance.every.toNanos() / rate
        if (at >= span.toNanos()) break
        val lasting = random.between(chance.least, chance.most)
        val fault = chance.kind.draw(random, nodes) ?: break
        all += Occurrence(Duration.ofNanos(at.toLong()), lasting, fault)
      }
    }
    return all.sortedBy { it.at }
  }

  private companion object {
    val RATES = doubleArrayOf(0.0, 0.0, 1.0, 2.0)
  }
}

internal fun seconds(time: Duration): String =
  "%8.3f s".format(java.util.Locale.ROOT, time.toNanos() / 1e9)
