package io.weft.stage.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.gen.Supervisor
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.stage.pipeline.drainPipeline
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.testkit.simulation.ClientScope
import io.weft.testkit.simulation.FaultKind
import io.weft.testkit.simulation.ScenarioScope
import io.weft.testkit.simulation.SimulationFailure
import io.weft.testkit.simulation.simulate
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Pipelines on simulated nodes, while any of their stages are killed, nodes crash, connections to
 * their producers break, and they are drained: what they promise of each event holds.
 *
 * A longer form: `mvn test -pl stage -am -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtest=PipelineSimulationSpec -Dweft.seeds=100` runs so many seeds of each pipeline.
 */
class PipelineSimulationSpec :
  FunSpec({
    for (numbers in (1..PIPELINES).chunked(PIPELINES / 6)) {
      test(
        "pipelines ${numbers.first()} to ${numbers.last()}: each event is over, none too early"
      ) {
        val tally = PipelineTally()
        for (number in numbers) {
          val plan = PipelinePlan.draw(Random(number))
          try {
            simulate("pipeline $number", seeds = 1..3) { pipeline(plan, PipelinePlants(), tally) }
          } catch (failure: SimulationFailure) {
            throw AssertionError("${failure.message}\nThe pipeline:\n$plan", failure)
          }
        }
        withClue(tally) {
          (tally.kills > 0 && tally.drains > 0 && tally.redelivered > 0) shouldBe true
        }
      }
    }

    /** What is planted is found, in few pipelines. */
    fun found(vararg said: String, plants: () -> PipelinePlants) {
      val failure =
        shouldThrow<SimulationFailure> {
          for (number in 1..12) {
            val plan = PipelinePlan.draw(Random(number))
            simulate("planted $number", seeds = 1..2) { pipeline(plan, plants()) }
          }
        }
      withClue(failure.message) { said.any { it in failure.message!! } shouldBe true }
    }

    test("a pipeline that settles events too early is found") {
      found("was acknowledged, and is not done") { TooEarly() }
    }

    test("a pipeline that acknowledges what a batcher has lost is found") {
      found("was acknowledged, and is not done") { LostBatch() }
    }

    test("a pipeline that tells of an event twice is found") {
      found("was told of, and is not open") { TwiceTold() }
    }

    test("a pipeline that loses track of an event is found") {
      found("not over", "in flight, of") { LosesTrack() }
    }

    test("a pipeline that gives an event twice, and does not mark it so, is found") {
      found("is processed again, and not marked so") { TwiceGiven() }
    }

    test("a watermark ahead of an event that is not done is found") {
      found("was saved, and") { Ahead() }
    }

    test("a pipeline that mixes up the order of a key is found") {
      found("overtook") { KeyMixer() }
    }

    test("a pipeline that tells of failures that nobody heard of is found") {
      found("and nobody heard of it") { Deaf() }
    }

    test("a pipeline with more in flight than there may be is found") {
      found("in flight, of") { TooMany() }
    }

    test("a source that does not hand over again what it was not told of is found") {
      found("not over") { ForgetsOpen() }
    }

    test("events of producers that never come, with others behind them, are found") {
      found("never over", "asked for nothing") { BadPipe { emptyList() } }
    }

    test("events of producers in another order are found") {
      found("overtook") { BadPipe { listOf(it.reversed()) } }
    }
  })

private const val PIPELINES = 42

/** The pipeline of [plan], in a bad time. */
internal fun ScenarioScope.pipeline(
  plan: PipelinePlan,
  plants: PipelinePlants,
  tally: PipelineTally = PipelineTally(),
) {
  val record = PipelineRecord(plan, tally)
  cluster(plan.nodes) {
    atLeast(plan.nodes)
    tickTime(2.seconds)
    start { startPipeline(plan, record, plants) }
  }
  lasts(6.seconds)
  settles(20.seconds)
  faults {
    for (kind in FaultKind.entries) {
      random(kind, every = 4.seconds, lasting = 50.milliseconds..2.seconds)
    }
  }
  workload(clients = 2 * plan.nodes, steps = 8) { disturb(plan, record) }
  invariant("what holds of events") { record.requireNoFault() }
  invariant("what holds of numbers", every = 5.milliseconds) { record.requireBound() }
  atEnd("each event is over") { with(record) { requireEnd() } }
}

/** Does something to a stage, or to the pipeline as a whole, or to a producer. */
private suspend fun ClientScope.disturb(plan: PipelinePlan, record: PipelineRecord) {
  if (plan.source == PipelinePlan.Source.PRODUCERS && random.nextInt(6) == 0) {
    val name = "producer${random.nextInt(plan.producers)}"
    val pid = member.node.whereis(Atom.of(name)) ?: return
    trace("kills $name")
    return member.node.exit(pid, ExitReason.KILL)
  }
  val tree = record.tree?.takeIf { it.node() === member.node } ?: return
  val line = tree.child("line") ?: return
  val desk = line.child("desk")?.pid() ?: return
  when (random.nextInt(12)) {
    0 -> kill("the desk", desk, record)
    1,
    2 -> {
      val within = random.nextInt(400).milliseconds
      trace("drains within $within")
      val left = tree.drainPipeline(within).left
      trace("drained: $left are left")
      record.drained(desk, left)
    }
    else -> {
      val stages = line.child("stages")?.call(Supervisor.WhichChildren()).orEmpty()
      val stage = stages.getOrNull(random.nextInt(maxOf(1, stages.size)))
      stage?.pid()?.let { kill(stage.key().toString(), it, record) }
    }
  }
}

private fun ClientScope.kill(what: String, pid: Pid, record: PipelineRecord) {
  trace("kills $what")
  record.kills()
  member.node.exit(pid, ExitReason.KILL)
}

/** The child of that name, if it runs. */
private suspend fun Address<Supervisor.Query>.child(id: String): Address<Supervisor.Query>? {
  val child = call(Supervisor.WhichChildren()).find { it.key() == Atom.of(id) } ?: return null
  return child.pid()?.let { node().address(it, codec()) }
}
