package io.weft.testkit.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Request
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

/** Faults that clusters have are found within few seeds, and not where they are not. */
class PlantedSpec :
  FunSpec({
    fun found(within: Int, scenario: ScenarioScope.() -> Unit): SimulationFailure {
      val failure = shouldThrow<SimulationFailure> { simulate("planted", 1..within, scenario) }
      failure.seed.toInt() shouldBeLessThan within
      return failure
    }

    test("updates that are lost") {
      val failure = found(within = 5) { additions(durable = true) { addCarelessly(it) } }
      failure.broken shouldBe "the sums is linearizable"
      failure.message shouldContain "no order explains this"
    }

    test("updates that are not lost") {
      simulate("additions", 1..60) { additions(durable = true) { addCarefully(it) } }
    }

    test("answers that were given before they were durable") {
      found(within = 20) { additions(durable = false) { addCarefully(it) } }.broken shouldBe
        "the sums is linearizable"
    }

    test("something that is active twice") {
      found(within = 10) { activations(Activation.WHERE_IT_IS_WANTED) }.broken shouldBe
        "nothing is active twice"
    }

    test("something that is active once") {
      simulate("activations", 1..60) { activations(Activation.AT_ITS_HOME) }
    }
  })

@Serializable
private sealed interface Directory {
  @Serializable data class Has(val key: String) : Directory, Request<Boolean>

  @Serializable data class Activate(val key: String) : Directory, Request<Boolean>
}

/** Where something that is to be active once is started. */
private enum class Activation {
  WHERE_IT_IS_WANTED,
  AT_ITS_HOME,
}

private fun directory(note: (String) -> Unit): Blueprint<Directory> =
  server<Directory>("directory") {
      val active = HashSet<String>()
      call { has: Directory.Has -> has.key in active }
      call { activate: Directory.Activate ->
        active.add(activate.key).also { if (it) note(activate.key) }
      }
    }
    .named("directory")

private fun ScenarioScope.activations(how: Activation) {
  val active = HashMap<String, MutableSet<Member>>()
  cluster(3) {
    start {
      val member = this
      spawn(directory { active.getOrPut(it, ::HashSet) += member })
    }
  }
  faults { random(FaultKind.CRASH, FaultKind.HALF_OPEN, FaultKind.SLOW_LINK) }
  workload(clients = 4, steps = 10) {
    fun at(node: String): Address<Directory> =
      member.node.address("directory", node, codecOf<Directory>())
    val number = random.nextInt(20)
    val key = "k$number"
    when (how) {
      Activation.AT_ITS_HOME ->
        at(member.names[number % member.names.size]).call(Directory.Activate(key), 1.seconds)
      Activation.WHERE_IT_IS_WANTED -> {
        val found = member.names.any { at(it).call(Directory.Has(key), 1.seconds) }
        if (!found) at(member.name).call(Directory.Activate(key), 1.seconds)
      }
    }
  }
  invariant("nothing is active twice") {
    for ((key, at) in active) {
      val living = at.filter { it in members }
      if (living.size > 1) fail("$key is active on ${living.map { it.name }}")
    }
  }
}
