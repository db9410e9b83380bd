package io.weft.testkit.simulation

import java.time.Duration

/** What a process of an operating system leaves behind when it ends at once. */
public enum class Loss {
  /** The process is killed (SIGKILL): its host closes its connections, and keeps all it wrote. */
  PROCESS,

  /** The host loses power: nobody is told, and what was not synced is lost, in whole or in part. */
  POWER,

  /** The host is lost: it comes back with an empty disk. */
  DISK,
}

/**
 * Something that goes wrong in a simulated cluster. Nodes are numbered from one.
 *
 * Most faults last and are undone; a reset and what is done to clocks happen at one moment.
 */
public sealed interface Fault {
  /** The nodes it needs. */
  public val nodes: Set<Int>

  /** Whether it lasts. */
  public val lasts: Boolean
    get() = true

  /** The nodes of [group] and all others hear nothing of each other. */
  @JvmRecord
  public data class Partition(val group: Set<Int>) : Fault {
    public constructor(vararg group: Int) : this(group.toSet())

    override val nodes: Set<Int>
      get() = group

    override fun toString(): String = "partition ${shown(group)} | the others"
  }

  /** The others hear nothing of the nodes of [group], which hear all. */
  @JvmRecord
  public data class OneWay(val group: Set<Int>) : Fault {
    public constructor(vararg group: Int) : this(group.toSet())

    override val nodes: Set<Int>
      get() = group

    override fun toString(): String = "partition ${shown(group)} -/-> the others"
  }

  /** [to] hears nothing of [from], which hears it: a half-open connection. */
  @JvmRecord
  public data class HalfOpen(val from: Int, val to: Int) : Fault {
    override val nodes: Set<Int>
      get() = setOf(from, to)

    override fun toString(): String = "half open n$from -/-> n$to"
  }

  /** The connections of two nodes break at a random byte. */
  @JvmRecord
  public data class Reset(val one: Int, val other: Int) : Fault {
    override val nodes: Set<Int>
      get() = setOf(one, other)

    override val lasts: Boolean
      get() = false

    override fun toString(): String = "reset n$one - n$other"
  }

  /** What goes between two nodes takes from [latency] to twice that, and is carried slowly. */
  @JvmRecord
  public data class SlowLink(
    val one: Int,
    val other: Int,
    val latency: Duration,
    val bytesPerSecond: Long,
  ) : Fault {
    override val nodes: Set<Int>
      get() = setOf(one, other)

    override fun toString(): String =
      "slow link n$one - n$other: ${millis(latency)}, $bytesPerSecond bytes/s"
  }

  /** A node ends at once, and is started again afterwards. */
  @JvmRecord
  public data class Crash(val node: Int, val loss: Loss) : Fault {
    override val nodes: Set<Int>
      get() = setOf(node)

    override fun toString(): String =
      when (loss) {
        Loss.PROCESS -> "kill n$node"
        Loss.POWER -> "power off n$node"
        Loss.DISK -> "lose n$node with its disk"
      }
  }

  /**
   * A node stands still, as by SIGSTOP; its connections stay and take in what they have room for.
   */
  @JvmRecord
  public data class Pause(val node: Int) : Fault {
    override val nodes: Set<Int>
      get() = setOf(node)

    override fun toString(): String = "pause n$node"
  }

  /** One in [oneIn] turns of a node is held up for up to [most], while others go on. */
  @JvmRecord
  public data class Stall(val node: Int, val oneIn: Int, val most: Duration) : Fault {
    override val nodes: Set<Int>
      get() = setOf(node)

    override fun toString(): String =
      "stall one in $oneIn turns of n$node for up to ${millis(most)}"
  }

  /** The clock of a node jumps forward: what would have been due meanwhile is due now. */
  @JvmRecord
  public data class ClockJump(val node: Int, val by: Duration) : Fault {
    override val nodes: Set<Int>
      get() = setOf(node)

    override val lasts: Boolean
      get() = false

    override fun toString(): String = "clock of n$node jumps by ${millis(by)}"
  }

  /** The time of day of a node, as shown to people, is set forward or back. */
  @JvmRecord
  public data class TimeOfDay(val node: Int, val by: Duration) : Fault {
    override val nodes: Set<Int>
      get() = setOf(node)

    override val lasts: Boolean
      get() = false

    override fun toString(): String = "time of day of n$node is set by ${millis(by)}"
  }

  /** The host of a node turns away who connects. */
  @JvmRecord
  public data class Refusal(val node: Int) : Fault {
    override val nodes: Set<Int>
      get() = setOf(node)

    override fun toString(): String = "n$node refuses connections"
  }
}

/** The fault as it is in a cluster of fewer nodes; null if it means nothing there. */
internal fun Fault.within(nodes: Int): Fault? {
  val left = this.nodes.filterTo(LinkedHashSet()) { it <= nodes }
  return when (this) {
    is Fault.Partition -> if (left.size in 1..<nodes) Fault.Partition(left) else null
    is Fault.OneWay -> if (left.size in 1..<nodes) Fault.OneWay(left) else null
    else -> takeIf { left.size == this.nodes.size }
  }
}

private fun shown(group: Set<Int>) = group.sorted().joinToString(" ") { "n$it" }

internal fun millis(time: Duration): String =
  if (time < Duration.ofMillis(1)) "${time.toNanos() / 1000} us" else "${time.toMillis()} ms"
