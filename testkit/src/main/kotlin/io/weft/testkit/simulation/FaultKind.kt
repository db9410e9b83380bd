package io.weft.testkit.simulation

import java.time.Duration
import java.util.random.RandomGenerator

/** The kinds of faults that can be drawn at random. */
public enum class FaultKind(
  private val leastNodes: Int,
  private val draw: RandomGenerator.(Int) -> Fault,
) {
  /** Two parts of the cluster hear nothing of each other. */
  PARTITION(2, { Fault.Partition(part(it)) }),

  /** One part is not heard by the other, and hears it. */
  ONE_WAY(2, { Fault.OneWay(part(it)) }),

  /** One node is not heard by one other. */
  HALF_OPEN(2, { pair(it).let { (from, to) -> Fault.HalfOpen(from, to) } }),

  /** Connections break. */
  RESET(2, { pair(it).let { (one, other) -> Fault.Reset(one, other) } }),

  /** A link takes much longer. */
  SLOW_LINK(
    2,
    {
      val (one, other) = pair(it)
      Fault.SlowLink(one, other, between(5, 500), 10_000L + nextLong(1_000_000))
    },
  ),

  /** A node is killed and started again. */
  CRASH(1, { Fault.Crash(node(it), Loss.PROCESS) }),

  /** A host loses power. */
  POWER_OFF(1, { Fault.Crash(node(it), Loss.POWER) }),

  /** A host is lost with its disk. */
  DISK_LOSS(1, { Fault.Crash(node(it), Loss.DISK) }),

  /** A node stands still. */
  PAUSE(1, { Fault.Pause(node(it)) }),

  /** Some turns of a node are held up. */
  STALL(1, { Fault.Stall(node(it), 1 + nextInt(20), between(1, 500)) }),

  /** A clock jumps forward. */
  CLOCK_JUMP(1, { Fault.ClockJump(node(it), between(10, 10_000)) }),

  /** A time of day is set. */
  TIME_OF_DAY(
    1,
    {
      Fault.TimeOfDay(
        node(it),
        between(10, 100_000).let { by -> if (nextBoolean()) by else by.negated() },
      )
    },
  ),

  /** A host turns away who connects. */
  REFUSAL(1, { Fault.Refusal(node(it)) });

  internal fun draw(random: RandomGenerator, nodes: Int): Fault? =
    if (nodes < leastNodes) null else random.draw(nodes)
}

private fun RandomGenerator.node(nodes: Int) = 1 + nextInt(nodes)

private fun RandomGenerator.pair(nodes: Int): Pair<Int, Int> {
  val one = node(nodes)
  val other = 1 + nextInt(nodes - 1)
  return one to if (other < one) other else other + 1
}

private fun RandomGenerator.part(nodes: Int): Set<Int> {
  while (true) {
    val part = (1..nodes).filterTo(LinkedHashSet()) { nextBoolean() }
    if (part.size in 1..<nodes) return part
  }
}

/** Short times are as likely as long ones. */
private fun RandomGenerator.between(least: Long, most: Long): Duration =
  between(Duration.ofMillis(least), Duration.ofMillis(most))

internal fun RandomGenerator.between(least: Duration, most: Duration): Duration {
  val low = maxOf(1.0, least.toNanos().toDouble())
  val high = maxOf(low, most.toNanos().toDouble())
  return Duration.ofNanos((low * Math.pow(high / low, nextDouble())).toLong())
}
