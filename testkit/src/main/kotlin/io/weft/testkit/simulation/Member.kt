package io.weft.testkit.simulation

import io.weft.kotlin.WeftDsl
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.testkit.SimulatedNode
import java.util.random.RandomGenerator

/** One life of a node of a simulated cluster, as what runs on it sees it. */
@WeftDsl
public interface Member {
  /** The node. */
  public val node: Node

  /** The network of the node, and its clock. */
  public val simulated: SimulatedNode

  /** The disk of its host, which outlives it. */
  public val disk: Disk

  /** Its number, from one. */
  public val number: Int

  /** How often the node was started before. */
  public val life: Int

  /** The names of all nodes of the cluster, this one among them, in the order of their numbers. */
  public val names: List<String>

  /** Random numbers that follow from the seed. */
  public val random: RandomGenerator

  /** The name of the node, `n1@host1`. */
  public val name: String
    get() = names[number - 1]

  /** The names of all others. */
  public val others: List<String>
    get() = names - name

  /** Starts a process. */
  public fun <P : Any> spawn(blueprint: Blueprint<P>): Address<P> = node.spawn(blueprint)

  /** Adds a line to the trace, which is shown when the run fails. */
  public fun trace(what: String)
}

/** A simulated cluster as an invariant sees it. */
@WeftDsl
public interface ClusterView {
  /** The lives of the nodes that run, in the order of their numbers. */
  public val members: List<Member>

  /** The time since the cluster was started. */
  public val now: java.time.Duration

  /** Breaks the invariant. */
  public fun fail(why: String): Nothing = throw AssertionError(why)
}
