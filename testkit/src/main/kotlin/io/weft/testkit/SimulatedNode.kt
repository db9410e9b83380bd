package io.weft.testkit

import io.weft.dist.DistNetwork
import io.weft.node.Node
import java.time.Duration

/** A node of a [ClusterSimulation], in a simulated process of its own. */
public class SimulatedNode
internal constructor(
  /** The node itself. */
  public val node: Node,
  internal val machine: Machine,
  internal val sockets: Internet.Sockets,
) {
  /** Its connections. */
  public val network: DistNetwork
    get() = node.network() as DistNetwork

  /** The name of the node, `name@host`. */
  public val name: String
    get() = node.name().name()

  /** Whether it was neither stopped nor killed. */
  public val isThere: Boolean
    get() = !machine.isGone

  /**
   * Stops its process as SIGSTOP does: it does nothing, while its connections stay and take in what
   * there is room for.
   */
  public fun pause(): Unit = machine.stop()

  /** Undoes [pause], as SIGCONT does. */
  public fun resume(): Unit = machine.resume()

  /**
   * Holds up one in [oneIn] of its turns for up to [most] from now on, while others go on: as
   * happens to threads when the system runs something else. [steady] undoes it.
   */
  public fun stall(oneIn: Int, most: Duration) {
    require(oneIn > 0 && most.isPositive) { "one in $oneIn turns for up to $most: none at all" }
    machine.stall(oneIn, most)
  }

  /** Undoes [stall]. */
  public fun steady(): Unit = machine.stall(0, Duration.ZERO)

  /** Sets its clock forward: what would have been due meanwhile is due now. */
  public fun jump(by: Duration): Unit = machine.jump(by)

  /** Sets its time of day, as shown to people, forward or back. */
  public fun setTimeOfDay(by: Duration): Unit = machine.setTimeOfDay(by)

  override fun toString(): String = name
}
