package io.weft.stage.pipeline

import io.weft.gen.Supervisor
import io.weft.node.Blueprint
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Events of a source that are processed, handled in batches, and acknowledged, **at least once**: a
 * description, from which any number of trees can be started. The shape is that of Elixir's
 * Broadway.
 *
 * ```
 * val orders = pipeline<String>("orders") {
 *   source(resumable(checkpoint) { from -> linesFrom(from) })
 *   val rows = batcher("rows", Batches.of(100, 1.seconds)) { orders: List<Order> -> insert(orders) }
 *   processors(4) { line ->
 *     val order = parse(line)
 *     if (order.isTest) done else order into rows
 *   }
 *   retry(Retry.attempts(3))
 *   onFailed { failures -> failures.forEach { deadLetters.add(it.subject) } }
 * }
 * val running = node.awaitStart(orders.supervisor()) // or: orders.run(node), to its end
 * ```
 *
 * **What is promised.** An event is acknowledged when its processing is done, and its batch if it
 * goes to one; or told as failed, when it has failed for good and
 * [onFailed][PipelineScope.onFailed] has heard of it. Nothing else ends an event in silence. When a
 * stage crashes or is killed, what it had in its hands is given to others, or to its next life:
 * that is when an event is handled twice. When the *desk* does, the process that keeps the source
 * and knows where each event is, the whole line is started again, and the source hands over what it
 * was told nothing of.
 *
 * **What is bounded.** Events are received as processors ask for them, and never more than
 * [inFlight][PipelineScope.inFlight] at once, wherever they are: in a queue, in hands, waiting for
 * another attempt, for their batch or for their acknowledgement. Of a source of several stages each
 * may have as many asked of it.
 *
 * **How it ends.** When its source has no more, and all is acknowledged, the tree ends with
 * `shutdown`, as one of a [Graph][io.weft.stage.graph.Graph] does. When it is stopped, by its
 * supervisor or by [drainPipeline], it receives no more, goes on with what is in flight, fills no
 * batch further than what can still come, and ends when all is acknowledged, or when
 * [drainWithin][PipelineScope.drainWithin] is over: what is left is then told to the source as
 * [released][PipelineSource.released], and counted in a warning. When the source fails, or a stage
 * that ran already, no more is received, what is in flight is finished in the same way, and then
 * the line is started again; when a stage of the source that is part of the tree fails, at once.
 *
 * The tree: a supervisor with the *line* (the stages of the source, the desk, and a supervisor of
 * processors and batchers) and the *drain*, which is stopped first.
 *
 * @param In the events of its source
 */
public class Pipeline<In : Any> internal constructor(private val plan: Plan<In>) {
  /** What logs and reports call it. */
  public val label: String
    get() = plan.label

  /**
   * Returns a blueprint of the whole pipeline under one supervisor. Under another supervisor it is
   * to have all the time it takes to shut down, as supervisors have if nothing else is told.
   */
  public fun supervisor(): Blueprint<Supervisor.Query> = supervisor {}

  /** @param begun is told of each tree that is started */
  internal fun supervisor(begun: (TreeLife) -> Unit): Blueprint<Supervisor.Query> =
    Tree(plan, begun).blueprint()

  /** Limits that cannot be told. */
  public companion object {
    /** How long a pipeline waits for [PipelineSource.released]. */
    public val RELEASE_LIMIT: Duration = 5.seconds
  }
}

/**
 * Describes a pipeline.
 *
 * @param label what logs and reports call it
 * @throws IllegalArgumentException if it has no source or no processors
 */
public inline fun <reified In : Any> pipeline(
  label: String,
  noinline describe: PipelineScope<In>.() -> Unit,
): Pipeline<In> = pipeline(label, typeOf<In>(), describe)

/** Describes a pipeline: the same without reified types. */
public fun <In : Any> pipeline(
  label: String,
  events: KType,
  describe: PipelineScope<In>.() -> Unit,
): Pipeline<In> = Pipeline(Planning<In>(label, events).apply(describe).plan())
