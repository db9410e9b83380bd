package io.weft.examples.guide

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Request
import io.weft.testkit.history.Applied
import io.weft.testkit.history.SequentialModel
import io.weft.testkit.simulation.Disk
import io.weft.testkit.simulation.FaultKind
import io.weft.testkit.simulation.ScenarioScope
import io.weft.testkit.simulation.SimulationFailure
import io.weft.testkit.simulation.simulate
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

// guide: 8-simulation
@Serializable
sealed interface Office {
  /** Answered by whether the seat is the caller's now. */
  @Serializable data class Sell(val seat: Int) : Office, Request<Boolean>
}

fun office(disk: Disk, careful: Boolean): Blueprint<Office> =
  server<Office>("office") {
      val file = disk.file("sold")
      val sold = String(file.read()).lines().mapNotNull { it.toIntOrNull() }.toMutableSet()
      call { q: Office.Sell ->
        val isFree = sold.add(q.seat)
        if (isFree) file.append("${q.seat}\n".toByteArray())
        if (careful) file.sync()
        isFree
      }
    }
    .named("office")

// guide: end

// guide: 8-simulation
/** What comes of sales one after the other; each seat by itself. */
object Seats : SequentialModel<Boolean, Office, Boolean> {
  override fun initial() = false

  override fun apply(state: Boolean, operation: Office) = Applied(true, !state)

  override fun key(operation: Office) = (operation as Office.Sell).seat
}

fun ScenarioScope.sales(careful: Boolean) {
  val sales = linearizable("each seat is sold once", Seats)
  cluster(3) { start { if (number == 1) spawn(office(disk, careful)) } }
  faults { random(FaultKind.CRASH, FaultKind.POWER_OFF, FaultKind.PARTITION) }
  workload(clients = 4, steps = 10) {
    val office = member.node.address("office", "n1@host1", codecOf<Office>())
    val wish = Office.Sell(seat = random.nextInt(5))
    sales.record(wish) { office.call(wish, 2.seconds) }
  }
}

// guide: end

class SimulationSpec :
  FunSpec({
    test("no seat is sold twice, whatever happens to the cluster") {
      simulate("sales", seeds = 1..30) { sales(careful = true) }
    }

    test("an office that is not careful is found out") {
      val failure =
        shouldThrow<SimulationFailure> {
          simulate("careless sales", seeds = 1..100) { sales(careful = false) }
        }
      failure.message shouldContain "-Dweft.replay="
    }
  })
