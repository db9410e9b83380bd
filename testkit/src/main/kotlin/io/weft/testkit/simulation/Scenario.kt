package io.weft.testkit.simulation

import io.weft.node.NodeOptions
import io.weft.testkit.history.History
import io.weft.testkit.history.SequentialModel
import java.time.Duration
import java.util.function.Consumer

/**
 * What is simulated, and what must hold: described anew for every run, so that what the description
 * makes (sets, lists, histories) belongs to one run.
 *
 * A run starts the nodes, then faults and workload go on for [lasts], then all is healed and has
 * the time of [settles] to become well again. Times are virtual.
 */
public class Scenario internal constructor(internal val run: Run) {
  internal class Check(val name: String, val every: Duration?, val check: Consumer<ClusterView>)

  internal var nodes = 3
  internal var leastNodes = 1
  internal val options = ArrayList<Consumer<NodeOptions.Builder>>()
  internal val starts = ArrayList<Consumer<Member>>()
  internal var lasting: Duration = Duration.ofSeconds(20)
  internal var settling: Duration = Duration.ofSeconds(20)
  internal var clients = 0
  internal var steps = 0
  internal var workload: Workload? = null
  internal val checks = ArrayList<Check>()
  internal val endChecks = ArrayList<Check>()

  /** What goes wrong: nothing if not told. */
  public val faults: Faults = Faults()

  /** So many nodes, `n1@host1` and so on; three if not told. */
  public fun cluster(nodes: Int): Scenario = cluster(nodes, 1)

  /** So many nodes, and not fewer than [least] when a run that fails is made smaller. */
  public fun cluster(nodes: Int, least: Int): Scenario = apply {
    require(least in 1..nodes) { "no cluster has $nodes nodes, $least at least" }
    this.nodes = nodes
    leastNodes = least
  }

  /**
   * Options of the nodes, besides their names. If not told they are hidden, so that nothing but the
   * program connects them, and give up a peer after 8 s without a sign of life.
   */
  public fun options(configure: Consumer<NodeOptions.Builder>): Scenario = apply {
    options += configure
  }

  /** Runs at every start of every node: it starts what is to run there. Must not block. */
  public fun onStart(start: Consumer<Member>): Scenario = apply { starts += start }

  /** How long faults and workload go on; 20 s if not told. */
  public fun lasts(time: Duration): Scenario = apply { lasting = time }

  /** How long the cluster has to become well after all is healed; 20 s if not told. */
  public fun settles(time: Duration): Scenario = apply { settling = time }

  /**
   * So many clients take so many steps each, on the nodes in turns, at random times over the
   * [lasting][lasts] of the run. A step that ends with a [io.weft.node.CallException] or a timeout
   * is over; any other failure fails the run.
   */
  public fun workload(clients: Int, steps: Int, step: BlockingStep): Scenario =
    workload(clients, steps, Workload.Blocking(step))

  internal fun workload(clients: Int, steps: Int, workload: Workload): Scenario = apply {
    require(clients > 0 && steps > 0) { "no workload has $clients clients with $steps steps" }
    check(this.workload == null) { "a scenario has one workload" }
    this.clients = clients
    this.steps = steps
    this.workload = workload
  }

  /** What must hold after each turn: of a process, a socket, a timer. Fails by what it throws. */
  public fun invariant(name: String, check: Consumer<ClusterView>): Scenario = apply {
    checks += Check(name, null, check)
  }

  /** What must hold at any time, but is looked at now and then only. */
  public fun invariantEvery(time: Duration, name: String, check: Consumer<ClusterView>): Scenario =
    apply {
      checks += Check(name, time, check)
    }

  /** What must hold at the end, when all is healed and has settled. */
  public fun invariantAtEnd(name: String, check: Consumer<ClusterView>): Scenario = apply {
    endChecks += Check(name, null, check)
  }

  /** A history of this run, which must be linearizable by [model]: checked at the end. */
  public fun <S : Any, O : Any, R> linearizable(
    name: String,
    model: SequentialModel<S, O, R>,
  ): History<O, R> {
    val history = history<O, R>(name)
    endChecks += Check("$name is linearizable", null) { requireLinearizable(history, model) }
    return history
  }

  /** A history of this run. */
  public fun <O : Any, R> history(name: String): History<O, R> =
    History(name, { run.now }, run.trace::tell)
}
