package io.weft.testkit

import io.weft.dist.DistNetworkProvider
import io.weft.dist.DistOptions
import io.weft.dist.transport.Transport
import io.weft.node.Node
import io.weft.node.NodeOptions
import java.time.Duration
import java.util.SplittableRandom
import java.util.function.BooleanSupplier
import java.util.function.Consumer
import java.util.random.RandomGenerator

/**
 * A cluster on one thread, down to the bytes: nodes with the network that they have in production
 * (`weft-dist`: EPMD, handshakes, frames, fragments, ticks), on simulated hosts with simulated TCP
 * between them, in virtual time.
 *
 * Every choice follows from the seed, so a run can be repeated exactly, as long as the program
 * under test is itself free of threads, clocks and chance. [Simulation] is the one to take where
 * bytes do not matter: there a signal is one step.
 *
 * ```
 * ClusterSimulation(seed).use { cluster ->
 *   val a = cluster.start("a@one")
 *   val b = cluster.start("b@two")
 *   ...
 *   cluster.advance(Duration.ofSeconds(5))
 *   cluster.silence(a, b)                     // b hears nothing of a, and a hears b
 *   cluster.advance(Duration.ofMinutes(2))    // until their tick times are over
 * }
 * ```
 *
 * Nothing happens between the calls of [step], [run], [advance] and [advanceUntil], and of those
 * that start and stop nodes. To be used by one thread; that thread must not block on the simulated
 * nodes.
 */
public class ClusterSimulation
internal constructor(
  /** The seed. */
  public val seed: Long,
  private val spoil: (Transport) -> Transport,
) : AutoCloseable {
  /** Makes a simulation whose every choice follows from [seed]. */
  public constructor(seed: Long) : this(seed, { it })

  private val source = SplittableRandom(seed)
  private val scheduler = RandomScheduler(source.split())
  private val time = VirtualTime()
  private val internet = Internet(time, source.split())

  /** Told after each turn. What it throws ends whatever made the turn run. */
  internal var afterTurn: (() -> Unit)? = null

  /** More turns than this are taken for a program that does not come to rest. */
  internal var maxTurns = MAX_TURNS
  private val started = LinkedHashSet<SimulatedNode>()

  /** Random numbers for the program under test, which follow from the seed too. */
  public val random: RandomGenerator
    get() = source

  /** How many turns have run so far. */
  public var turns: Long = 0
    private set

  /** The time that has gone by. */
  public val now: Duration
    get() = Duration.ofNanos(time.nanoTime())

  /** The nodes that were started and neither stopped nor killed. */
  public val nodes: List<SimulatedNode>
    get() = started.toList()

  /** How many ends of connections are open. */
  public val openSockets: Int
    get() = internet.openSockets

  /** The ends of connections that are open, for people. */
  public fun describeSockets(): List<String> = internet.describe()

  /** Starts a node called `name@host`, on that host, in a process of its own. */
  public fun start(name: String): SimulatedNode = start(name, DistOptions.builder()) {}

  /**
   * Starts a node with options of its own. Its cookie is `simulated` unless it gets another, and it
   * is hidden unless it is told not to be, so that nothing but the program connects it; its
   * transport is that of the simulation.
   *
   * @throws io.weft.node.NodeStartException if it cannot be started
   */
  public fun start(
    name: String,
    dist: DistOptions.Builder,
    configure: Consumer<NodeOptions.Builder>,
  ): SimulatedNode {
    val host = internet.host(name.substringAfter('@'))
    val machine = Machine(scheduler, time, source.split(), BooleanSupplier(::goOn))
    val sockets = host.transport()
    val options = NodeOptions.builder(name).cookie("simulated").hidden(true).seams(machine.seams)
    configure.accept(options)
    options.networkProvider(DistNetworkProvider(dist.transport { spoil(sockets) }.build()))
    val node = Node.start(options.build())
    return SimulatedNode(node, machine, sockets).also(started::add)
  }

  // --- time --------------------------------------------------------------------------------------

  /** Runs one turn; false if nobody has anything to do at the present time. */
  public fun step(): Boolean {
    if (!scheduler.step()) return false
    if (++turns > maxTurns) {
      error("the simulation does not come to rest: $turns turns, seed $seed")
    }
    afterTurn?.invoke()
    return true
  }

  private fun goOn() = step() || time.fireNext(Long.MAX_VALUE)

  /** Runs until nobody has anything to do at the present time. */
  public fun run() {
    while (step()) {
      // each step is a turn
    }
  }

  /** Lets [span] of time go by, and runs everything that is due meanwhile. */
  public fun advance(span: Duration) {
    val until = time.nanoTime() + span.toNanos()
    run()
    while (time.fireNext(until)) run()
    time.moveTo(until)
  }

  /** Lets time go by until [condition] holds, for at most [limit]; returns whether it holds. */
  public fun advanceUntil(limit: Duration, condition: BooleanSupplier): Boolean {
    val until = time.nanoTime() + limit.toNanos()
    run()
    while (!condition.asBoolean) {
      if (!time.fireNext(until)) return false
      run()
    }
    return true
  }

  // --- nodes -------------------------------------------------------------------------------------

  /** Stops a node as an orderly shutdown does; time goes by while it does. */
  public fun stop(node: SimulatedNode) {
    started.remove(node)
    node.resume()
    node.node.close()
    node.machine.end()
    node.sockets.vanish()
  }

  /** Ends a node at once, as SIGKILL does: the system closes its connections and ports. */
  public fun kill(node: SimulatedNode) {
    started.remove(node)
    node.machine.end()
    node.sockets.close()
  }

  /** Ends a node at once, as a loss of power does: its peers are not told. */
  public fun powerOff(node: SimulatedNode) {
    started.remove(node)
    node.machine.end()
    node.sockets.vanish()
  }

  /** Ends all nodes at once: the simulation is over. */
  internal fun abandon() {
    afterTurn = null
    nodes.forEach(::powerOff)
  }

  /** Stops all nodes that are there. */
  override fun close() {
    heal()
    nodes.forEach(::stop)
  }

  // --- the network -------------------------------------------------------------------------------

  private fun ways(one: SimulatedNode, other: SimulatedNode): List<Link> =
    listOf(
      internet.link(one.sockets.host, other.sockets.host),
      internet.link(other.sockets.host, one.sockets.host),
    )

  /** Resets the connections between the hosts of two nodes, at a random byte. */
  public fun reset(one: SimulatedNode, other: SimulatedNode): Unit =
    internet.reset(one.sockets.host, other.sockets.host)

  /** The host of [to] hears nothing of that of [from] any more, until [heal]. */
  public fun silence(from: SimulatedNode, to: SimulatedNode) {
    internet.link(from.sockets.host, to.sockets.host).isSilent = true
  }

  /** Whether the host of [to] hears nothing of that of [from] from now on. */
  internal fun setSilent(from: SimulatedNode, to: SimulatedNode, silent: Boolean) {
    val link = internet.link(from.sockets.host, to.sockets.host)
    if (link.isSilent != silent) link.isSilent = silent
  }

  /** The hosts of two nodes hear nothing of each other any more, until [heal]. */
  public fun part(one: SimulatedNode, other: SimulatedNode): Unit =
    ways(one, other).forEach { it.isSilent = true }

  /** Ends [silence] and [part] of these two. */
  public fun heal(one: SimulatedNode, other: SimulatedNode): Unit =
    ways(one, other).forEach { it.isSilent = false }

  /** Ends [silence], [part] and [refuse] everywhere. */
  public fun heal(): Unit = internet.heal()

  /** The host of [node] turns away who connects, or does so no more. */
  public fun refuse(node: SimulatedNode, refuses: Boolean) {
    node.sockets.host.isRefusing = refuses
  }

  /** What goes between the hosts of two nodes takes from [least] to [most] from now on. */
  public fun latency(
    one: SimulatedNode,
    other: SimulatedNode,
    least: Duration,
    most: Duration,
  ): Unit =
    ways(one, other).forEach {
      it.least = least
      it.jitter = most.minus(least)
    }

  /** The links between the hosts of two nodes carry this many bytes a second from now on. */
  public fun bandwidth(one: SimulatedNode, other: SimulatedNode, bytesPerSecond: Long) {
    require(bytesPerSecond > 0) { "a link that carries nothing is silent" }
    ways(one, other).forEach { it.bytesPerSecond = bytesPerSecond }
  }

  private companion object {
    const val MAX_TURNS = 50_000_000L
  }
}
