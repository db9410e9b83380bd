package io.weft.stage.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.stage.gen.stageCodec
import io.weft.testkit.simulation.ClientScope
import io.weft.testkit.simulation.FaultKind
import io.weft.testkit.simulation.ScenarioScope
import io.weft.testkit.simulation.SimulationFailure
import io.weft.testkit.simulation.simulate
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Lines of stages on simulated nodes, while stages are killed, nodes crash and connections break:
 * what must hold of each subscription holds, and when all is healed events go on.
 *
 * A longer form: `mvn test -pl stage -am -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtest=StageSimulationSpec -Dweft.seeds=100` runs so many seeds of each line.
 */
class StageSimulationSpec :
  FunSpec({
    for (numbers in (1..LINES).chunked(LINES / 8)) {
      test(
        "lines ${numbers.first()} to ${numbers.last()}: nothing is lost, repeated or reordered"
      ) {
        for (number in numbers) {
          val plan = Plan.draw(Random(number))
          try {
            simulate("line $number", seeds = 1..3) { line(plan, Plants()) }
          } catch (failure: SimulationFailure) {
            throw AssertionError("${failure.message}\nThe line:\n$plan", failure)
          }
        }
      }
    }

    /** What is planted is found, in few lines. */
    fun found(vararg said: String, plants: () -> Plants) {
      val failure =
        shouldThrow<SimulationFailure> {
          for (number in 1..12) {
            val plan = Plan.draw(Random(number))
            simulate("planted $number", seeds = 1..2) { line(plan, plants()) }
          }
        }
      withClue(failure.message) { said.any { it in failure.message!! } shouldBe true }
    }

    test("a dispatcher that drops events is found") {
      found("were given", "were sent", "went to") { BadPost { emptyList() } }
    }

    test("a dispatcher that sends events twice is found") {
      found("were sent", "came to", "twice") { BadPost { listOf(it, it) } }
    }

    test("a dispatcher that changes the order is found") {
      found("were sent", "went to") { BadPost { listOf(it.reversed()) } }
    }

    test("a dispatcher that sends more than is wanted is found") {
      found("were sent, and") { TooGenerous }
    }

    test("a dispatcher that asks for more than is wanted is found") {
      found("made new demand of") { TooEager }
    }

    test("a dispatcher that does not let go of consumers is found") {
      found("has stopped", "has no subscription", "went to", "twice") { Forgetful }
    }

    test("a consumer that asks for too much is found") {
      found("are wanted, more than there may be", "against the rule") { Greedy }
    }

    test("a consumer that asks for too little is found") { found("against the rule") { Modest } }

    test("a consumer that does not come back is found") {
      found("has no subscription") { StaysAway }
    }

    test("a consumer that sees events in another order is found") {
      found("come next") { Confused() }
    }
  })

private const val LINES = 40

/** The line of [plan] on as many nodes, in a bad time. */
internal fun ScenarioScope.line(plan: Plan, plants: Plants) {
  val record = Record(plan)
  cluster(plan.nodes) {
    atLeast(plan.nodes)
    tickTime(2.seconds)
    start { startLine(plan, record, plants) }
  }
  lasts(8.seconds)
  settles(16.seconds)
  faults {
    for (kind in FaultKind.entries) {
      random(kind, every = 3.seconds, lasting = 50.milliseconds..3.seconds)
    }
  }
  workload(clients = 2, steps = 10) { disturb(plan) }
  invariant("what holds of subscriptions") { record.requireNoFault() }
  invariant("time goes by", every = 1.seconds) { record.second() }
  atEnd("all are subscribed") { with(record) { requireSubscriptions() } }
  atEnd("events go on") { with(record) { requireProgress() } }
}

/** Does something to a stage, anywhere. */
private fun ClientScope.disturb(plan: Plan) {
  val stage = plan.stages[random.nextInt(plan.stages.size)]
  val address = member.node.address(stage.name, member.names[stage.node - 1], stageCodec<Order>())
  val reason = REASONS[random.nextInt(REASONS.size)]
  val order =
    when (random.nextInt(9)) {
      0 -> Order.End(reason)
      1 -> Order.CancelConsumer(random.nextInt(5), reason)
      2 -> Order.Cancel(random.nextInt(5), reason)
      3,
      4 -> Order.Resubscribe(random.nextInt(5), reason)
      5 -> Order.Burst(1 + random.nextInt(80))
      6 -> Order.Hold(10L + random.nextInt(800))
      7 -> Order.Mark
      else -> Order.Die
    }
  trace("tells ${stage.name}: $order")
  address.tell(order)
}

private val REASONS = listOf("normal", "shutdown", "boom", "crash")
