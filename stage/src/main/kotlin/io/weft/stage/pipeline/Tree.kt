package io.weft.stage.pipeline

import io.weft.gen.AutoShutdown
import io.weft.gen.ChildSpec
import io.weft.gen.Restart
import io.weft.gen.Shutdown
import io.weft.gen.Strategy
import io.weft.gen.Supervisor
import io.weft.kotlin.ActorScope
import io.weft.kotlin.SupervisorScope
import io.weft.kotlin.actor
import io.weft.kotlin.call
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.stage.Produces
import io.weft.stage.Transforms
import io.weft.stage.gen.GenStage
import io.weft.stage.graph.Bed
import io.weft.stage.graph.Followers
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.job

/**
 * The processes of a pipeline, and who is started again with whom.
 *
 * The desk and what it depends on live and die together: a desk without its source, or stages that
 * still have the work of a former desk, would be of no use. Processors and batchers come and go
 * alone. What drains is the last child of the outermost supervisor, and so the first to be stopped:
 * while it drains all others still work.
 */
internal class Tree<In : Any>(private val plan: Plan<In>, private val begun: (TreeLife) -> Unit) {
  fun blueprint(): Blueprint<Supervisor.Query> =
    supervisor(plan.label) {
      val life = TreeLife(Counts(plan)).also(begun)
      autoShutdown = AutoShutdown.ANY_SIGNIFICANT
      bounded()
      child(ChildSpec.of(line(life)).id("line").restart(Restart.TRANSIENT).asSignificant())
      child(ChildSpec.of(drain(life)).id("drain").shutdown(drainLimit()))
    }

  private fun SupervisorScope.bounded() {
    plan.intensity?.let { (max, within) -> intensity(max, within) }
  }

  private fun drainLimit() =
    Shutdown.Within((plan.drainWithin + Pipeline.RELEASE_LIMIT + SPARE).toJavaDuration())

  private fun line(life: TreeLife) =
    supervisor("${plan.label} line") {
      strategy = Strategy.ONE_FOR_ALL
      autoShutdown = AutoShutdown.ANY_SIGNIFICANT
      bounded()
      val producers = (plan.source as? SourcePlan.Stages)?.let { planted(it) }.orEmpty()
      val desk =
        child(
          ChildSpec.of(desk(life, producers)).id("desk").restart(Restart.TRANSIENT).asSignificant()
        )
      life.found(desk)
      child(ChildSpec.of(stages(life, DeskAddress(desk))).id("stages"))
    }

  private fun SupervisorScope.planted(source: SourcePlan.Stages<In>) =
    source.outlet.plant(
      Bed(this, areSignificant = false),
      Followers<In>(null).also { it.count = 1 },
    )

  private fun desk(life: TreeLife, producers: List<Address<out Produces<In>>>) =
    GenStage.producerConsumer<In, Work, Transforms<In, Work>>(
      "${plan.label} desk",
      plan.events,
      WORK_TYPES,
    ) {
      Desk(plan, life, this).begin { intake(it, producers) }
    }

  private suspend fun DeskScope<In>.intake(
    desk: Desk<In>,
    producers: List<Address<out Produces<In>>>,
  ): Intake =
    when (val source = plan.source) {
      is SourcePlan.Stages -> Subscribed(this, producers, Subscribed.Manner.once(), desk)
      is SourcePlan.Running ->
        Subscribed(
          this,
          source.producers.addresses,
          Subscribed.Manner.of(source.producers, plan.capacity),
          desk,
        )
      is SourcePlan.Opened -> Receiving(this, source.open(this), desk)
    }

  private fun stages(life: TreeLife, desk: DeskAddress) =
    supervisor("${plan.label} stages") {
      intensity(STAGE_RESTARTS, 5.seconds)
      bounded()
      repeat(plan.taken.copies) {
        val processor = Processor.blueprint(plan, it, desk, life.counts.processors)
        child(ChildSpec.of(processor).id("$PROCESSORS-$it"))
      }
      for (batcher in plan.batchers) repeat(batcher.batches.copies) {
        child(
          ChildSpec.of(BatchHandler.blueprint(plan, batcher, it, desk)).id("${batcher.name}-$it")
        )
      }
    }

  private fun drain(life: TreeLife) =
    actor<Stopped>("${plan.label} drain") {
      trapExits { Stopped(it.reason()) }
      present(life)
      val stopped = receive()
      try {
        life.desk.call(DeskRequest.Drain(plan.drainWithin), Duration.INFINITE)
      } catch (_: CallException) {
        // The desk is gone: there is nothing to wait for.
      }
      stop(stopped.reason)
    }

  /** Lets the pipeline be found and looked at as long as this process lives. */
  private fun ActorScope<Stopped>.present(life: TreeLife) {
    val node = self.node()
    val tree = checkNotNull(self.parent())
    val lookingOn =
      plan.observers.map { it.started(node.name().name(), plan.label, life.counts::metrics) }
    RunningPipelines.of(node).add(tree, life)
    coroutineContext.job.invokeOnCompletion {
      RunningPipelines.of(node).remove(tree)
      lookingOn.forEach { runCatching { it.close() } }
    }
  }

  /** What is told to the process that drains: the pipeline is to end. */
  private class Stopped(val reason: ExitReason)

  private companion object {
    /** So that one event that no stage survives is found out: see [PipelineScope.redeliveries]. */
    const val STAGE_RESTARTS = 10

    /** Until a desk has said that its time was over. */
    val SPARE = 5.seconds
  }
}
