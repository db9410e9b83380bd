package io.weft.testkit.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.kotlin.actor
import io.weft.term.Atom
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

/** What a simulation does with seeds, faults, failures and replays. */
class SimulateSpec :
  FunSpec({
    fun <T> property(name: String, value: String, action: () -> T): T {
      System.setProperty(name, value)
      try {
        return action()
      } finally {
        System.clearProperty(name)
      }
    }

    fun ScenarioScope.lostUpdates() = additions(durable = true) { addCarelessly(it) }

    test("the same seed is the same run, and another is another") {
      val digests =
        (1..5).map { seed ->
          val outcomes =
            List(2) {
              Run(Cut(seed.toLong())).run { ScopeOf(it).election(4, Mistake.NONE) }
            }
          outcomes[0].digest shouldBe outcomes[1].digest
          outcomes[0].turns shouldBe outcomes[1].turns
          outcomes[0].digest
        }
      digests.shouldBeUnique()
    }

    test("a failure tells how to repeat it, and that repeats it") {
      val failure = shouldThrow<SimulationFailure> { simulate("lost", 1..5) { lostUpdates() } }
      failure.message shouldContain "mvn test"
      failure.message shouldContain "-Dtest=SimulateSpec -Dweft.replay='lost: seed="
      val again =
        property("weft.replay", failure.replay) {
          shouldThrow<SimulationFailure> { simulate("lost", 1..5) { lostUpdates() } }
        }
      again.broken shouldBe failure.broken
      again.message?.substringAfter("What happened:") shouldBe
        failure.message?.substringAfter("What happened:")
    }

    test("a replay of one simulation passes over the others") {
      property("weft.replay", "other: seed=1") {
        simulate("lost", 1..5) { lostUpdates() }.runs shouldBe 0
      }
    }

    test("a failure is shrunk to what it needs") {
      val failure = shouldThrow<SimulationFailure> { simulate("lost", 1..5) { lostUpdates() } }
      val cut = Replay.parse(failure.replay).cut
      cut.faults.orEmpty() shouldBe emptyList()
      failure.message shouldContain ", 0 faults, "
      cut.steps?.values.orEmpty().sumOf { it.size } shouldBeLessThan 5
      failure.message shouldContain "shrunk from 3 nodes"
    }

    test("a fault that a failure needs is kept, and comes early") {
      val failure =
        shouldThrow<SimulationFailure> {
          simulate("reset", 1..1) {
            faults {
              at(5.seconds, 2.seconds, Fault.Pause(2))
              at(7.seconds, 2.seconds, Fault.Crash(3, Loss.PROCESS))
              at(8.seconds, 2.seconds, Fault.Crash(1, Loss.DISK))
            }
            invariant("nobody is killed") { check(members.none { it.number == 3 && it.life > 0 }) }
          }
        }
      val cut = Replay.parse(failure.replay).cut
      cut.faults shouldBe listOf(1)
      (checkNotNull(cut.until) <= Duration.ofSeconds(4)) shouldBe true
    }

    test("scripted faults come when they are told to, and are undone") {
      var seen = ""
      simulate("script", 1..1) {
        seen = ""
        cluster(2)
        faults {
          at(1.seconds, 3.seconds, Fault.Crash(2, Loss.DISK))
          at(2.seconds, Fault.ClockJump(1, Duration.ofSeconds(1)))
        }
        invariant("watch", every = 500.milliseconds) { seen += members.size }
        lasts(5.seconds)
        settles(1.seconds)
      }
      seen shouldBe "211111122222"
    }

    test("published nodes are a full cluster again when all is healed") {
      simulate("published", 1..5) {
        cluster(3) {
          atLeast(3)
          published()
          start { spawn(caller(this)) }
        }
        faults { random(FaultKind.CRASH, FaultKind.PARTITION, FaultKind.PAUSE) }
        settles(60.seconds)
        atEnd("all know each other") {
          for (member in members) {
            val known = member.node.nodes()
            check(known.size == 2) { "${member.name} knows $known" }
          }
        }
      }
    }

    test("a program that is not free of chance is told so") {
      var runs = 0
      val failure =
        shouldThrow<SimulationFailure> {
          simulate("chance", 1..1) { atEnd("the first") { check(++runs > 1) } }
        }
      failure.message shouldContain "The same seed did not repeat it"
    }

    test("a client that fails fails the run") {
      val failure =
        shouldThrow<SimulationFailure> {
          simulate("client", 1..1) {
            workload(clients = 2, steps = 3) {
              delay(100.milliseconds)
              if (number == 2 && step == 3) throw IllegalArgumentException("it cannot do that")
            }
          }
        }
      failure.broken shouldBe "java.lang.IllegalArgumentException"
      failure.message shouldContain "it cannot do that"
      failure.message shouldNotContain "client 1"
    }

    test("what an invariant sees is checked after each turn") {
      var turns = 0
      val done = simulate("turns", 1..1) { invariant("counts") { turns++ } }
      done.turns shouldBeGreaterThan turns.toLong() // the start is not over before
      turns shouldBeGreaterThan 20
    }

    test("a run is told and read in one line") {
      val cut =
        Cut(
          -7,
          2,
          3,
          listOf(0, 1, 2, 9),
          mapOf(1 to listOf(1, 2, 5), 3 to listOf(4)),
          Duration.ofMillis(70),
          Duration.ofMillis(1500),
        )
      "$cut" shouldBe
        "seed=-7 schedule=2 nodes=3 faults=0-2,9 steps=1:1-2,5;3:4 earlier=70ms until=1500ms"
      Cut.parse("$cut") shouldBe cut
      Cut.parse("seed=1") shouldBe Cut(1)
      Cut.parse("seed=1 faults= steps=") shouldBe Cut(1, faults = emptyList(), steps = emptyMap())
      Replay.parse("a: b: seed=1").name shouldBe "a: b"
      Replay.parse("seed=1").name shouldBe null
    }
  })

/** Sends all others something once a second, so that they are connected whenever they can be. */
private fun caller(member: Member) =
  actor<Unit>("caller") {
    while (true) {
      for (other in member.others) member.node.address("nobody", other).tell(Atom.of("hello"))
      delay(1.seconds)
    }
  }
