package io.weft.testkit

import io.weft.gen.Supervisor
import io.weft.kotlin.AbandonedCoroutines
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Request
import io.weft.node.Sys
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import java.time.Duration
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.function.BooleanSupplier
import java.util.function.Consumer
import java.util.function.Supplier

/**
 * What a test in virtual time has: nodes, probes, time to go by, failures, and a check that nothing
 * is left over. For Kotlin [weftTest] is around it, for Java the extension `WeftExtension`.
 *
 * All nodes run on the thread of the test, and only while the test waits: in the methods of this
 * class, of the probes, and in [Weft.call], [Node.start] and their like. Every choice follows from
 * the seed. Time goes by when nobody has anything to do, and takes none. Code that leaves the
 * simulation (threads and dispatchers of its own) is not waited for.
 *
 * To be used by one thread, outside of processes.
 */
public class TestCluster
/** Makes a cluster without nodes, whose every choice follows from [seed]. */
public constructor(
  /** The seed. */
  public val seed: Long
) : AutoCloseable {
  internal val timers = TimerWatch()
  internal val starts = StartWatch()
  private val simulation = Simulation(seed, timers::around)
  private val tasks = ConcurrentLinkedQueue<Runnable>()
  private val idlers = ArrayDeque<Runnable>()
  internal val members = ArrayList<Member>()
  internal val probes = ArrayList<ProbeState<*>>()
  internal val allowed = LinkedHashSet<String>()

  /** A node, and what was there when it had started. */
  internal class Member(val node: Node, val own: Set<Pid>, val names: Set<Atom>)

  /** An actor that has ended while coroutines of it went on. */
  internal class Abandoned(val actor: String, val label: String, val areOver: BooleanSupplier)

  internal val abandoned = ArrayList<Abandoned>()

  /** The time that has gone by. */
  public val now: Duration
    get() = simulation.now()

  /** Returns the node of a test that needs but one, which is started when it is first asked for. */
  public fun node(): Node = node(DEFAULT_NODE)

  /** Returns the node called `name@host`, which is started when it is first asked for. */
  public fun node(name: String): Node = node(name) {}

  /** As [node]; [configure] has a say in how it starts. */
  public fun node(name: String, configure: Consumer<NodeOptions.Builder>): Node {
    members
      .firstOrNull { it.node.name() == Atom.of(name) }
      ?.let {
        return it.node
      }
    val options = NodeOptions.builder(name).hidden(true).startGate(starts)
    configure.accept(options)
    timers.isOn = false
    val node = simulation.start(options)
    AbandonedCoroutines.listenOn(node) { actor, areOver ->
      abandoned += Abandoned("${actor.label()} ${actor.pid().shown()}", actor.label(), areOver)
    }
    simulation.run()
    timers.isOn = true
    members += Member(node, node.processIds().toSet(), node.registered())
    return node
  }

  // --- processes ---------------------------------------------------------------------------------

  /** Starts a process on [node] and waits until it serves, as [Node.start]. */
  public fun <M : Any> start(blueprint: Blueprint<M>): Address<M> = node().start(blueprint)

  /** Calls a server and waits for its reply for five seconds at most, as [Weft.call]. */
  public fun <R : Any, Q : Request<R>> call(server: Address<in Q>, request: Q): R =
    await(Weft.callAsync<R, Q>(server, request, CALL_TIME))

  /** Returns a new probe, called [label], on [node]. */
  public fun <P : Any> probe(label: String, protocol: Class<P>): TestProbe<P> =
    probe(node(), label, protocol)

  /** Returns a new probe on a node. */
  public fun <P : Any> probe(node: Node, label: String, protocol: Class<P>): TestProbe<P> =
    TestProbe(newProbe(node, ProbeState.blueprint(label, protocol)))

  internal fun <P : Any> newProbe(node: Node, blueprint: Blueprint<P>): ProbeState<P> {
    val state = ProbeState<P>(this, blueprint.label())
    state.start(node, blueprint)
    probes += state
    return state
  }

  // --- time --------------------------------------------------------------------------------------

  /** Runs until nobody has anything to do at the present time. */
  public fun settle() {
    while (stepNow()) {
      // each step is a turn
    }
  }

  /** Lets [span] of time go by, and runs everything that is due until then. */
  public fun advance(span: Duration) {
    val over = Flag()
    simulation.after(span) { over.isSet = true }
    while (!over.isSet) goOnOrFail("time to go by")
    settle()
  }

  /**
   * Waits until [assertion] no longer throws an [AssertionError], for [within] at most. It is tried
   * each time when everything due has run.
   */
  public fun eventually(within: Duration, assertion: Runnable): Unit =
    eventually(within, Supplier { assertion.run() })

  /** As the other one; returns what [assertion] returns. */
  public fun <T : Any> eventually(within: Duration, assertion: Supplier<T>): T {
    val until = now + within
    while (true) {
      settle()
      try {
        return assertion.get()
      } catch (failed: AssertionError) {
        if (!simulation.fireWithin(until - now)) throw neverHeld(failed, within)
      }
    }
  }

  internal fun neverHeld(last: AssertionError, within: Duration): AssertionError =
    AssertionError(
      "it did not come to hold within ${within.shown()} of virtual time. At the end: " +
        "${last.message}\n${surroundings()}",
      last,
    )

  /** Lets time go by until [condition] holds, for [within] at most; returns whether it holds. */
  public fun await(within: Duration, condition: BooleanSupplier): Boolean {
    val until = now + within
    while (!condition.asBoolean) {
      if (!stepNow() && !simulation.fireWithin(until - now)) {
        val over = Flag()
        simulation.after(until - now) { over.isSet = true }
        while (!over.isSet) goOn()
        return condition.asBoolean
      }
    }
    return true
  }

  /**
   * Waits until [result] is there and returns it. What it failed with is thrown as it is, if it is
   * unchecked.
   */
  public fun <T> await(result: CompletionStage<T>): T {
    val future = result.toCompletableFuture()
    while (!future.isDone) goOnOrFail("a future to be completed")
    try {
      return future.join()
    } catch (failed: CompletionException) {
      throw failed.cause as? RuntimeException ?: failed.cause as? Error ?: failed
    }
  }

  // --- failures ----------------------------------------------------------------------------------

  /** Ends a process by its own doing, as if a handler had thrown; returns when it has ended. */
  public fun crash(process: Address<*>, reason: ExitReason) {
    val pid = pidOf(process)
    await(Sys.terminate(process, reason))
    untilGone(process.node(), pid)
  }

  /** Ends a process as if a handler had thrown [failure]; returns when it has ended. */
  public fun crash(process: Address<*>, failure: Throwable): Unit =
    crash(process, ExitReason.crash(failure))

  /** Ends a process at once, whatever it does: `exit(Pid, kill)`. Returns when it has ended. */
  public fun kill(process: Address<*>) {
    val pid = pidOf(process)
    process.node().exit(pid, ExitReason.KILL)
    untilGone(process.node(), pid)
  }

  private fun untilGone(node: Node, pid: Pid) {
    val home = members.firstOrNull { it.node.isHere(pid) }?.node ?: node
    if (!await(GONE_WITHIN) { !home.isAlive(pid) }) {
      throw AssertionError(
        "${pid.shown()} still lives ${GONE_WITHIN.shown()} after it was to end\n${surroundings()}"
      )
    }
  }

  /**
   * Lets the next [times] starts of processes with this label fail, on all nodes: supervised
   * children that are started again as well.
   */
  public fun failStarts(label: String, times: Int, reason: ExitReason): Unit =
    starts.fail(label, times, reason)

  /** Returns the process that a supervisor has under an id; fails if there is none at present. */
  public fun child(supervisor: Address<in Supervisor.WhichChildren>, id: String): Address<Term> {
    val children = call<List<Supervisor.ChildInfo>, _>(supervisor, Supervisor.WhichChildren())
    return childOf(supervisor.node(), children, id)
  }

  internal fun childOf(
    node: Node,
    children: List<Supervisor.ChildInfo>,
    id: String,
  ): Address<Term> {
    val pid = children.firstOrNull { it.id() == id }?.pid()
    return node.address(
      pid
        ?: throw AssertionError(
          "the supervisor runs no child \"$id\"; its children are " +
            children.joinToString { "${it.id()} ${it.pid()?.shown() ?: "(not running)"}" }
        )
    )
  }

  /** Breaks the connection of two nodes; the next signal makes a new one. */
  public fun cut(one: Node, other: Node): Unit = simulation.cut(one, other)

  /** Parts two nodes: their connection breaks, and none can be made until [heal]. */
  public fun part(one: Node, other: Node): Unit = simulation.part(one, other)

  /** Ends [part]. */
  public fun heal(one: Node, other: Node): Unit = simulation.heal(one, other)

  /** Stops a node as an orderly shutdown does. */
  public fun stop(node: Node) {
    members.removeIf { it.node === node }
    probes.removeIf { it.address.node() === node }
    timers.isOn = false
    simulation.stop(node)
    timers.isOn = true
  }

  // --- the end -----------------------------------------------------------------------------------

  /** Lets processes with this label be left over, with what is theirs. */
  public fun allowLeak(label: String) {
    allowed += label
  }

  /**
   * Ends what the test itself has started, the last first, each by an exit signal `shutdown` as a
   * supervisor sends it; then nothing may be left.
   *
   * Left over are: processes that still live, timers set outside of processes or by such a process,
   * coroutines of actors that have ended, names, monitors that a process made of the same one three
   * times or more, before it was ended, and failures of starts that were never tried.
   *
   * @throws AssertionError naming what is left over, and how to end or allow it
   */
  public fun checkLeaks(): Unit = LeakCheck(this).check(emptyList())

  /** Stops all nodes, without a check. */
  override fun close() {
    timers.isOn = false
    simulation.close()
  }

  // --- for the kit -------------------------------------------------------------------------------

  /** Runs [task] on the thread of the test. Any thread. */
  internal fun execute(task: Runnable) {
    tasks.add(task)
  }

  /** Runs [task] on the thread of the test when nobody has anything to do at the present time. */
  internal fun executeWhenIdle(task: Runnable) {
    idlers.add(task)
  }

  internal fun after(span: Duration, action: Runnable) = simulation.after(span, action)

  internal fun fireWithin(span: Duration) = simulation.fireWithin(span)

  /** Takes one step at the present time; false if nobody has anything to do. */
  private fun stepNow(): Boolean {
    val task = tasks.poll()
    if (task != null) task.run()
    return task != null || simulation.step() || simulation.fireWithin(Duration.ZERO)
  }

  /** Takes one step, or else lets time go by until the next; false if there is none. */
  internal fun goOn(): Boolean {
    if (stepNow()) return true
    val idler = idlers.removeFirstOrNull()
    idler?.run()
    return idler != null || simulation.fireWithin(FOR_EVER)
  }

  private fun goOnOrFail(what: String) {
    if (!goOn()) throw standstill(what)
  }

  internal fun standstill(what: String): AssertionError =
    AssertionError(
      "the test waits for $what, but nobody has anything to do any more, and no timer is set.\n" +
        "Code on threads and dispatchers of its own is not waited for: give it the test's.\n" +
        surroundings()
    )

  internal fun surroundings(): String = Surroundings(this).toString()

  private class Flag {
    var isSet = false
  }

  internal companion object {
    const val DEFAULT_NODE = "test@weft"
    val CALL_TIME: Duration = Duration.ofSeconds(5)
    val GONE_WITHIN: Duration = Duration.ofMinutes(1)
    val NO_TIME: Duration = Duration.ZERO
    val FOR_EVER: Duration = Duration.ofDays(36_500)

    fun pidOf(process: Address<*>): Pid =
      process.pid()
        ?: throw AssertionError(
          "$process is nobody's address now: the child of an empty slot is being started again"
        )
  }
}

/** Returns a process as people tell it from others; other terms as they are. */
internal fun Term.shown(): String =
  if (this is Pid) "<${node()}.${id()}.${serial()}>" else toString()

/** Returns a span of time as people write it. */
internal fun Duration.shown(): String = toString().removePrefix("PT").lowercase()
