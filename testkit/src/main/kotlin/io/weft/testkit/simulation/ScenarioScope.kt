package io.weft.testkit.simulation

import io.weft.kotlin.WeftDsl
import io.weft.testkit.history.History
import io.weft.testkit.history.SequentialModel
import kotlin.coroutines.resume
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * What [simulate] simulates, and what must hold. The block runs anew for every run, so that what it
 * makes (sets, lists, histories) belongs to one run.
 *
 * A run starts the nodes, then faults and workload go on for [lasts], then all is healed and has
 * the time of [settles] to become well again. Times are virtual.
 */
@WeftDsl
public interface ScenarioScope {
  /** So many nodes with nothing on them; three if not told. */
  public fun cluster(nodes: Int)

  /** So many nodes, `n1@host1` and so on, and what they are. */
  public fun cluster(nodes: Int, configure: ClusterScope.() -> Unit)

  /** What goes wrong: nothing if not told. */
  public fun faults(configure: FaultsScope.() -> Unit)

  /**
   * So many clients take so many steps each, on the nodes in turns, at random times over the time
   * that the run [lasts]. A step that ends with a [io.weft.node.CallException] or a timeout is
   * over; any other failure fails the run.
   */
  public fun workload(clients: Int, steps: Int, step: suspend ClientScope.() -> Unit)

  /** How long faults and workload go on; 20 s if not told. */
  public fun lasts(time: Duration)

  /** How long the cluster has to become well after all is healed; 20 s if not told. */
  public fun settles(time: Duration)

  /** What must hold after each turn: of a process, a socket, a timer. Fails by what it throws. */
  public fun invariant(name: String, check: ClusterView.() -> Unit)

  /** What must hold at any time, but is looked at [every] so often only. */
  public fun invariant(name: String, every: Duration, check: ClusterView.() -> Unit)

  /** What must hold at the end, when all is healed and has settled. */
  public fun atEnd(name: String, check: ClusterView.() -> Unit)

  /** A history of this run, which must be linearizable by [model]: checked at the end. */
  public fun <S : Any, O : Any, R> linearizable(
    name: String,
    model: SequentialModel<S, O, R>,
  ): History<O, R>

  /** A history of this run. */
  public fun <O : Any, R> history(name: String): History<O, R>
}

/** The nodes of a scenario. */
@WeftDsl
public interface ClusterScope {
  /** A run that fails is not made smaller than this; than one node if not told. */
  public fun atLeast(nodes: Int)

  /** Gives up a peer after this long without a sign of life; 8 s if not told. */
  public fun tickTime(time: Duration)

  /** The nodes are full members of the cluster, with `global` and `pg`; hidden if not told. */
  public fun published()

  /** Runs at every start of every node: it starts what is to run there. Must not block. */
  public fun start(start: Member.() -> Unit)
}

/** What goes wrong in a scenario: see [Faults]. */
@WeftDsl
public interface FaultsScope {
  /** What goes over the network takes this long; 20 us to 520 us if not told. */
  public fun latency(range: ClosedRange<Duration>)

  /** Faults of these kinds come every five seconds or so, and last from 100 ms to 10 s. */
  public fun random(vararg kinds: FaultKind)

  /** Faults of [kind] come at random times, [every] so often on average, and last for some time. */
  public fun random(kind: FaultKind, every: Duration, lasting: ClosedRange<Duration>)

  /** Faults of all kinds but [FaultKind.DISK_LOSS], which not every program is to survive. */
  public fun anything()

  /** [fault] happens at this time after the start, and is undone after [lasting]. */
  public fun at(time: Duration, lasting: Duration, fault: Fault)

  /** [fault] happens at this time after the start: one that does not last. */
  public fun at(time: Duration, fault: Fault)
}

/** The time since the cluster was started. */
public val ClusterView.elapsed: Duration
  get() = now.toKotlinDuration()

/** As [DiskFile.syncLater]; suspends until it is durable. */
public suspend fun DiskFile.awaitSync(): Unit = suspendCancellableCoroutine { waiting ->
  syncLater().thenRun { waiting.resume(Unit) }
}

internal class ScopeOf(private val scenario: Scenario) : ScenarioScope, ClusterScope, FaultsScope {
  override fun cluster(nodes: Int) {
    scenario.cluster(nodes)
  }

  override fun cluster(nodes: Int, configure: ClusterScope.() -> Unit) {
    scenario.cluster(nodes)
    configure()
  }

  override fun atLeast(nodes: Int) {
    scenario.cluster(scenario.nodes, nodes)
  }

  override fun tickTime(time: Duration) {
    scenario.options { it.tickTime(time.toJavaDuration()) }
  }

  override fun published() {
    scenario.options { it.hidden(false) }
  }

  override fun start(start: Member.() -> Unit) {
    scenario.onStart(start)
  }

  override fun faults(configure: FaultsScope.() -> Unit) = configure()

  override fun latency(range: ClosedRange<Duration>) {
    scenario.faults.latency(range.start.toJavaDuration(), range.endInclusive.toJavaDuration())
  }

  override fun random(vararg kinds: FaultKind) {
    kinds.forEach { scenario.faults.random(it) }
  }

  override fun random(kind: FaultKind, every: Duration, lasting: ClosedRange<Duration>) {
    val (least, most) = lasting.start.toJavaDuration() to lasting.endInclusive.toJavaDuration()
    scenario.faults.random(kind, every.toJavaDuration(), least, most)
  }

  override fun anything() {
    scenario.faults.anything()
  }

  override fun at(time: Duration, lasting: Duration, fault: Fault) {
    scenario.faults.at(time.toJavaDuration(), lasting.toJavaDuration(), fault)
  }

  override fun at(time: Duration, fault: Fault) {
    require(!fault.lasts) { "say how long it lasts: $fault" }
    at(time, Duration.ZERO, fault)
  }

  override fun workload(clients: Int, steps: Int, step: suspend ClientScope.() -> Unit) {
    scenario.workload(clients, steps, Workload.Suspending(step))
  }

  override fun lasts(time: Duration) {
    scenario.lasts(time.toJavaDuration())
  }

  override fun settles(time: Duration) {
    scenario.settles(time.toJavaDuration())
  }

  override fun invariant(name: String, check: ClusterView.() -> Unit) {
    scenario.invariant(name, check)
  }

  override fun invariant(name: String, every: Duration, check: ClusterView.() -> Unit) {
    scenario.invariantEvery(every.toJavaDuration(), name, check)
  }

  override fun atEnd(name: String, check: ClusterView.() -> Unit) {
    scenario.invariantAtEnd(name, check)
  }

  override fun <S : Any, O : Any, R> linearizable(
    name: String,
    model: SequentialModel<S, O, R>,
  ): History<O, R> = scenario.linearizable(name, model)

  override fun <O : Any, R> history(name: String): History<O, R> = scenario.history(name)
}
