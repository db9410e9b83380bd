package io.weft.testkit

import io.weft.gen.Supervisor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.term.Term
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job
import kotlinx.coroutines.suspendCancellableCoroutine

/** Runs the block of one [weftTest]. */
internal class TestRun(private val cluster: TestCluster) : WeftTestScope {
  private val dispatcher = TestDispatcher(cluster)
  private var uncaught: Throwable? = null
  override val coroutineContext: CoroutineContext =
    dispatcher + SupervisorJob() + CoroutineExceptionHandler { _, cause -> caught(cause) }

  private fun caught(cause: Throwable) {
    val before = uncaught
    if (before == null) uncaught = cause else before.addSuppressed(cause)
  }

  fun run(block: suspend WeftTestScope.() -> Unit) {
    try {
      runBlock(block)
      cluster.settle() // what the block has caused may still fail
      uncaught?.let { throw it }
      LeakCheck(cluster).check(coroutineContext.job.children.toList())
    } finally {
      coroutineContext.cancel()
      cluster.settle()
    }
  }

  @OptIn(ExperimentalCoroutinesApi::class)
  private fun runBlock(block: suspend WeftTestScope.() -> Unit) {
    val main = CoroutineScope(dispatcher + Job()).async { this@TestRun.block() }
    try {
      while (!main.isCompleted) {
        if (!cluster.goOn()) throw cluster.standstill("what never comes")
        uncaught?.let { throw it }
        if (dispatcher.delays == 0 && cluster.now > dispatcher.lastStep + PATIENCE) {
          throw AssertionError(
            "the test waits, without a limit, for what has not come in ${PATIENCE.shown()} of " +
              "virtual time\n${cluster.surroundings()}"
          )
        }
      }
    } finally {
      main.cancel()
      cluster.settle()
    }
    main.getCompletionExceptionOrNull()?.let { throw it }
  }

  // --- the scope ---------------------------------------------------------------------------------

  override val seed: Long
    get() = cluster.seed

  override val node: Node
    get() = cluster.node()

  override val now: Duration
    get() = cluster.now.toKotlinDuration()

  override fun node(name: String): Node = cluster.node(name)

  override fun node(name: String, configure: NodeOptions.Builder.() -> Unit): Node =
    cluster.node(name) { it.configure() }

  override suspend fun <P : Any> start(blueprint: Blueprint<P>): Address<P> =
    node.awaitStart(blueprint)

  override fun <P : Any> probe(label: String, protocol: KClass<P>): Probe<P> =
    Probe(cluster.newProbe(node, ProbeState.blueprint(label, protocol.javaObjectType)))

  override fun <P : Any> probe(on: Node, standsFor: Blueprint<P>): Probe<P> =
    Probe(cluster.newProbe(on, standsFor))

  override suspend fun settle() = suspendCancellableCoroutine { waiting ->
    cluster.executeWhenIdle { waiting.resume(Unit) }
  }

  override suspend fun advance(span: Duration) {
    suspendCancellableCoroutine { waiting ->
      dispatcher.scheduleResumeAfterDelay(span.inWholeMilliseconds, waiting)
    }
    settle()
  }

  override suspend fun <R> eventually(within: Duration, assertion: suspend () -> R): R {
    val until = now + within
    while (true) {
      settle()
      try {
        return assertion()
      } catch (failed: AssertionError) {
        if (!untilNextEvent(until)) throw cluster.neverHeld(failed, within.toJavaDuration())
      }
    }
  }

  /** Suspends until time has gone by to the next event; false if there is none until then. */
  private suspend fun untilNextEvent(until: Duration): Boolean {
    if (now >= until) return false
    return suspendCancellableCoroutine { waiting ->
      cluster.executeWhenIdle {
        val left = (until - now).toJavaDuration()
        val went = !left.isNegative && cluster.fireWithin(left)
        waiting.resume(went)
      }
    }
  }

  override suspend fun crash(process: Address<*>, reason: ExitReason) =
    cluster.crash(process, reason)

  override suspend fun crash(process: Address<*>, failure: Throwable) =
    cluster.crash(process, failure)

  override suspend fun kill(process: Address<*>) = cluster.kill(process)

  override fun failStarts(label: String, times: Int, reason: ExitReason) =
    cluster.failStarts(label, times, reason)

  override suspend fun child(supervisor: Address<Supervisor.Query>, id: String): Address<Term> {
    val children = supervisor.call<List<Supervisor.ChildInfo>, _>(Supervisor.WhichChildren())
    return cluster.childOf(supervisor.node(), children, id)
  }

  override fun cut(one: Node, other: Node) = cluster.cut(one, other)

  override fun part(one: Node, other: Node) = cluster.part(one, other)

  override fun heal(one: Node, other: Node) = cluster.heal(one, other)

  override fun stop(node: Node) = cluster.stop(node)

  override fun allowLeak(label: String) = cluster.allowLeak(label)

  private companion object {
    /** How long a block waits, when no time to come is set, until it is given up. */
    val PATIENCE: java.time.Duration = java.time.Duration.ofHours(1)
  }
}
