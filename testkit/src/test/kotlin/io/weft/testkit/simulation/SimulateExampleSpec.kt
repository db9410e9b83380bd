package io.weft.testkit.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Request
import io.weft.testkit.history.Applied
import io.weft.testkit.history.SequentialModel
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

/** The simulation of the README. */
class SimulateExampleSpec :
  FunSpec({
    test("a counter that syncs counts right") {
      simulate("counter", seeds = 1..50) { counting(synced = true) }
    }

    test("one that does not is found") {
      val failure =
        shouldThrow<SimulationFailure> {
          simulate("counter", seeds = 1..50) { counting(synced = false) }
        }
      failure.broken shouldBe "the count is linearizable"
    }

    test("the README shows it as it is compiled here") {
      val root = generateSequence(Path.of("").toAbsolutePath()) { it.parent }
      val readme = root.map { it.resolve("README.md") }.first(Files::exists)
      val here = "testkit/src/test/kotlin/io/weft/testkit/simulation/SimulateExampleSpec.kt"
      val source = Files.readString(readme.resolveSibling(here))
      val example = source.substringAfter("// README: begin\n").substringBefore("\n// README")
      Files.readString(readme).contains(example) shouldBe true
    }
  })

// README: begin
@Serializable
sealed interface Counter {
  @Serializable data class Add(val by: Int) : Counter, Request<Int>
}

/** Counts on a disk, one line for each addition. */
fun counter(disk: Disk, synced: Boolean): Blueprint<Counter> =
  server<Counter>("counter") {
      val file = disk.file("log")
      var count = String(file.read()).lines().sumOf { it.toIntOrNull() ?: 0 }
      call { add: Counter.Add ->
        file.append("${add.by}\n".toByteArray())
        if (synced) file.sync()
        count += add.by
        count
      }
    }
    .named("counter")

/** What comes of additions one after the other. */
object Counting : SequentialModel<Int, Counter, Int> {
  override fun initial() = 0

  override fun apply(state: Int, operation: Counter) =
    when (operation) {
      is Counter.Add -> Applied(state + operation.by, state + operation.by)
    }
}

/** Clients on three nodes add to a counter on the first, whatever happens to it. */
fun ScenarioScope.counting(synced: Boolean) {
  val count = linearizable("the count", Counting)
  cluster(3) { start { if (number == 1) spawn(counter(disk, synced)) } }
  faults { random(FaultKind.CRASH, FaultKind.POWER_OFF, FaultKind.PARTITION) }
  workload(clients = 3, steps = 10) {
    val counter = member.node.address("counter", "n1@host1", codecOf<Counter>())
    val add = Counter.Add(1 + random.nextInt(9))
    count.record(add) { counter.call(add, 2.seconds) }
  }
}
// README: end
