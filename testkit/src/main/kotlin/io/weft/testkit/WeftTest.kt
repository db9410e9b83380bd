package io.weft.testkit

import io.weft.gen.Supervisor
import io.weft.kotlin.WeftDsl
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.term.Term
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineScope

/**
 * What the block of a [weftTest] sees. All of it happens in virtual time, on the thread of the
 * test; the coroutines of the block take turns with the processes.
 *
 * Coroutines that the block launches run as it does. A failure of one fails the test, and they are
 * to be done when the block is.
 */
@WeftDsl
public interface WeftTestScope : CoroutineScope {
  /** The seed that every choice of this run follows from. */
  public val seed: Long

  /** The node of a test that needs but one, which is started when it is first asked for. */
  public val node: Node

  /** The virtual time that has gone by. */
  public val now: Duration

  /** Returns the node called `name@host`, which is started when it is first asked for. */
  public fun node(name: String): Node

  /** As [node]; [configure] has a say in how it starts. */
  public fun node(name: String, configure: NodeOptions.Builder.() -> Unit): Node

  /** Starts a process on [node] and suspends until it serves. */
  public suspend fun <P : Any> start(blueprint: Blueprint<P>): Address<P>

  /** Returns a new probe on [node]; prefer the one with a reified type. */
  public fun <P : Any> probe(label: String, protocol: KClass<P>): Probe<P>

  /**
   * Returns a new probe on a node, with the name and the form as terms that a process of this
   * blueprint would have: it stands in for that.
   */
  public fun <P : Any> probe(on: Node, standsFor: Blueprint<P>): Probe<P>

  // --- time --------------------------------------------------------------------------------------

  /** Suspends until nobody has anything to do at the present time. */
  public suspend fun settle()

  /** Lets [span] of time go by, and everything run that is due until then. */
  public suspend fun advance(span: Duration)

  /**
   * Suspends until [assertion] no longer throws an [AssertionError], for [within] of virtual time
   * at most. It is tried each time when everything due has run. Returns what it returns.
   */
  public suspend fun <R> eventually(within: Duration, assertion: suspend () -> R): R

  // --- failures ----------------------------------------------------------------------------------

  /** Ends a process by its own doing, as if a handler had thrown; returns when it has ended. */
  public suspend fun crash(process: Address<*>, reason: ExitReason)

  /** Ends a process as if a handler had thrown [failure]; returns when it has ended. */
  public suspend fun crash(process: Address<*>, failure: Throwable)

  /** Ends a process at once, whatever it does: `exit(Pid, kill)`. Returns when it has ended. */
  public suspend fun kill(process: Address<*>)

  /**
   * Lets the next [times] starts of processes with this label fail, on all nodes: supervised
   * children that are started again as well.
   */
  public fun failStarts(label: String, times: Int, reason: ExitReason)

  /** Returns the process that a supervisor has under an id; fails if there is none at present. */
  public suspend fun child(supervisor: Address<Supervisor.Query>, id: String): Address<Term>

  /** Breaks the connection of two nodes; the next signal makes a new one. */
  public fun cut(one: Node, other: Node)

  /** Parts two nodes: their connection breaks, and none can be made until [heal]. */
  public fun part(one: Node, other: Node)

  /** Ends [part]. */
  public fun heal(one: Node, other: Node)

  /** Stops a node as an orderly shutdown does. */
  public fun stop(node: Node)

  /** Lets processes with this label be left over at the end, with what is theirs. */
  public fun allowLeak(label: String)
}

/** Returns a new probe on the [WeftTestScope.node], called [label]. */
public inline fun <reified P : Any> WeftTestScope.probe(label: String): Probe<P> =
  probe(label, P::class)

/**
 * Runs a test on nodes in virtual time, on the calling thread, and returns when it is done: in a
 * test of Kotest, JUnit or any other.
 *
 * ```
 * test("a stroke a second") {
 *   weftTest {
 *     val ear = probe<Bell>("ear")
 *     start(bell(ear))
 *     advance(3.seconds)
 *     ear.expectSequence(Bell.Stroke, Bell.Stroke, Bell.Stroke)
 *   }
 * }
 * ```
 *
 * Processes run while the block suspends; time goes by when nobody has anything to do, and takes
 * none. `call`, `awaitStart`, `delay` and the like work as everywhere. What takes place on threads
 * and dispatchers of its own is not waited for: time goes on meanwhile.
 *
 * When the block has returned, what it started is ended, the last first, each by an exit signal
 * `shutdown`; then nothing may be left over, see [TestCluster.checkLeaks], nor may a coroutine of
 * the block go on.
 *
 * The seed is 0, or what the system property `weft.seed` says. What fails tells the seed.
 *
 * @throws AssertionError for what is left over, and when the block waits for what never comes
 */
public fun weftTest(block: suspend WeftTestScope.() -> Unit): Unit =
  weftTest(System.getProperty("weft.seed")?.toLong() ?: 0, block)

/** As the other one, with every choice following from [seed]. */
public fun weftTest(seed: Long, block: suspend WeftTestScope.() -> Unit) {
  val cluster = TestCluster(seed)
  try {
    TestRun(cluster).run(block)
  } catch (failure: Throwable) {
    failure.addSuppressed(SeedNote("seed $seed: weftTest(seed = $seed) { .. } runs this again"))
    try {
      cluster.close()
    } catch (again: RuntimeException) {
      failure.addSuppressed(again)
    }
    throw failure
  }
  cluster.close()
}

/** Runs the test once for each seed. */
public fun weftTest(seeds: LongRange, block: suspend WeftTestScope.() -> Unit): Unit =
  seeds.forEach {
    weftTest(it, block)
  }

/** Tells, next to a failure, how to see it again. */
private class SeedNote(note: String) : Exception(note, null, false, false) {
  override fun toString() = message ?: ""
}
