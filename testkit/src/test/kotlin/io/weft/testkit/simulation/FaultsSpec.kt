package io.weft.testkit.simulation

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.weft.kotlin.actor
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.CallException
import io.weft.node.Request
import java.time.Duration
import java.util.SplittableRandom
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.serialization.Serializable

/** What faults do to calls from the first node to the second, and that they are undone. */
class FaultsSpec :
  FunSpec({
    val second = Duration.ofSeconds(1)
    val faults =
      listOf(
        Fault.Partition(1),
        Fault.Partition(2, 3),
        Fault.OneWay(1),
        Fault.OneWay(2),
        Fault.HalfOpen(1, 2),
        Fault.HalfOpen(2, 1),
        Fault.SlowLink(1, 2, second, 100_000),
        Fault.Pause(2),
        Fault.Crash(2, Loss.PROCESS),
        Fault.Crash(2, Loss.POWER),
        Fault.Crash(2, Loss.DISK),
      )
    for (fault in faults) {
      test("$fault: nothing is answered while it lasts, and all before and after") {
        val answered = answers(fault)
        withClue(answered) {
          for ((at, answer) in answered) {
            if (at in 2_010L..3_890L) answer shouldBe false
            if (at in 500L..1_890L || at > 5_500) answer shouldBe true
          }
        }
      }
    }

    val harmless =
      listOf(
        Fault.Partition(3),
        Fault.HalfOpen(1, 3),
        Fault.SlowLink(2, 3, second, 1_000),
        Fault.Pause(3),
        Fault.Refusal(2),
        Fault.Stall(2, 2, Duration.ofMillis(1)),
      )
    for (fault in harmless) {
      test("$fault: does not concern the two") {
        answers(fault).filterKeys { it > 500 }.values.toSet() shouldBe setOf(true)
      }
    }

    test("every kind of fault is drawn, for nodes that there are") {
      for (nodes in 1..5) {
        val drawn = Faults().anything().random(FaultKind.DISK_LOSS)
        val span = Duration.ofHours(1)
        val all = (0L..20L).flatMap { drawn.draw(SplittableRandom(it), nodes, span) }
        all.all { it.fault.nodes.all { node -> node in 1..nodes } && it.at < span } shouldBe true
        if (nodes == 5) {
          val kinds = all.map { it.fault.javaClass.simpleName }.distinct()
          kinds shouldContainExactlyInAnyOrder Fault::class.sealedSubclasses.map { it.simpleName }
        }
      }
    }
  })

@Serializable
private sealed interface Echo {
  @Serializable data class Ask(val number: Long) : Echo, Request<Long>
}

/** Whether calls from the first node to the second were answered within 100 ms, by their times. */
private fun answers(fault: Fault): Map<Long, Boolean> {
  val answered = sortedMapOf<Long, Boolean>()
  simulate("fault", 1..1) {
    answered.clear()
    cluster(3) {
      start {
        spawn(server<Echo>("echo") { call { ask: Echo.Ask -> ask.number } }.named("echo"))
        if (number == 1) spawn(caller(this) { at, answer -> answered[at] = answer })
      }
    }
    faults { at(2.seconds, 2.seconds, fault) }
    lasts(7.seconds)
    settles(1.seconds)
  }
  return answered
}

private fun caller(member: Member, note: (Long, Boolean) -> Unit) =
  actor<Unit>("caller") {
    val clock = self.node().seams().clock()
    val start = clock.nanoTime()
    val echo = self.node().address("echo", member.names[1], codecOf<Echo>())
    while (true) {
      val at = (clock.nanoTime() - start) / 1_000_000
      try {
        note(at, echo.call(Echo.Ask(at), 100.milliseconds) == at)
      } catch (_: CallException) {
        note(at, false)
      }
      delay(50.milliseconds)
    }
  }
