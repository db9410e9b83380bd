package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.CodeChange
import io.weft.gen.CodeChangeException
import io.weft.gen.Restart
import io.weft.gen.Supervisor.ChildCount
import io.weft.kotlin.call
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Self
import io.weft.node.Sys
import io.weft.stage.gen.GenStage
import io.weft.term.Pid
import io.weft.testkit.Probe
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.future.await

/** Consumer supervisors that go on with other code, as Elixir's do in their code_change. */
class SupervisorCodeSpec :
  FunSpec({
    test("children and subscriptions stay, and what starts from then on is of the newer code") {
      weftTest {
        val ear = probe<Done>("ear")
        val numbers = start(queue(probe("numbers")))
        val supervisor = start(workers("old", ear, numbers, max = 2))
        numbers.call(add(1, 2, 3, 4))
        val first = ear.began("old", 1)
        val second = ear.began("old", 2)
        ear.expectNone(1.seconds)

        Sys.changeCode(supervisor, workers("new", ear, numbers, max = 100), "x").await() shouldBe
          true
        ear.expectNone(1.seconds)
        supervisor.counts() shouldBe ChildCount(1, 2, 0, 2)
        // a demand of two, as the subscription was made
        node.exit(first, ExitReason.SHUTDOWN)
        ear.began("new", 3)
        node.exit(second, ExitReason.KILL)
        ear.began("new", 2)
        ear.expectNone(1.seconds)
        supervisor.counts() shouldBe ChildCount(1, 2, 0, 2)
      }
    }

    test("newer code that cannot make a child that is there is refused, and all stays as it was") {
      weftTest {
        val ear = probe<Done>("ear")
        val numbers = start(queue(probe("numbers")))
        val supervisor = start(workers("old", ear, numbers, max = 2))
        numbers.call(add(1, 2, 3))
        val first = ear.began("old", 1)
        ear.began("old", 2)
        val bad =
          GenStage.consumerSupervisor<Long, Any>("workers") {
            child { number -> error("no blueprint for $number") }
          }
        shouldThrow<Exception> { Sys.changeCode(supervisor, bad, "x").await() }
        node.exit(first, ExitReason.KILL)
        ear.began("old", 1)
        supervisor.counts() shouldBe ChildCount(1, 2, 0, 2)
      }
    }

    test("a consumer supervisor does not go on as a consumer, nor a consumer as one") {
      weftTest {
        val ear = probe<Done>("ear")
        val numbers = start(queue(probe("numbers")))
        val supervisor = start(workers("old", ear, numbers, max = 1))
        val sink = start(sink(probe("sink")))
        @Suppress("UNCHECKED_CAST") // they are refused
        val asConsumer = sink(probe("other")) as Blueprint<Supervises<Long, Any>>
        val why = shouldThrow<Exception> { Sys.changeCode(supervisor, asConsumer, "x").await() }
        "$why" shouldContain "cannot go on as a consumer: nobody would supervise its children"
        @Suppress("UNCHECKED_CAST")
        val asSupervisor = workers("new", ear, numbers, max = 1) as Blueprint<Sink>
        val whyNot = shouldThrow<Exception> { Sys.changeCode(sink, asSupervisor, "x").await() }
        "$whyNot" shouldContain "cannot go on as a consumer supervisor: it has no children"
        numbers.call(add(1))
        ear.began("old", 1)
      }
    }

    test("a change of the whole tree finds the children, and changes their code with their state") {
      weftTest {
        val ear = probe<Done>("ear")
        val numbers = start(queue(probe("numbers")))
        val top = start(supervisor("top") { child(workers("old", ear, numbers, max = 2)) })
        numbers.call(add(1, 2))
        val pids = listOf(ear.began("old", 1), ear.began("old", 2))
        val report =
          CodeChange.plan()
            .run(top, supervisor("top") { child(workers("new", ear, numbers, max = 2)) })
            .await()
        report.changed().mapNotNull { it.pid() }.filter { it in pids } shouldContainExactly pids
        ear.expectMessage(Done.Changed("new", 1))
        ear.expectMessage(Done.Changed("new", 2))
      }
    }

    test(
      "a change of the whole tree that fails takes back that of the supervisor and its template"
    ) {
      weftTest {
        val ear = probe<Done>("ear")
        val numbers = start(queue(probe("numbers")))
        val top = start(supervisor("top") { child(workers("old", ear, numbers, max = 2)) })
        numbers.call(add(1, 2, 3))
        val first = ear.began("old", 1)
        val second = ear.began("old", 2)
        shouldThrow<CodeChangeException> {
          CodeChange.plan()
            .run(top, supervisor("top") { child(workers("unfit", ear, numbers, max = 2)) })
            .await()
        }
        node.exit(first, ExitReason.KILL)
        ear.began("old", 1)
        node.exit(second, ExitReason.SHUTDOWN)
        ear.began("old", 3)
      }
    }
  })

/** What workers tell. */
private sealed interface Done {
  data class Began(val code: String, val number: Long, val pid: Pid) : Done

  data class Changed(val code: String, val number: Long) : Done
}

private suspend fun Probe<Done>.began(code: String, number: Long): Pid {
  val began = expect<Done.Began>()
  began shouldBe Done.Began(code, number, began.pid)
  return began.pid
}

private suspend fun Address<Supervises<Long, Any>>.counts(): ChildCount =
  call(ConsumerSupervisor.CountChildren())

private fun workers(
  code: String,
  ear: Probe<Done>,
  numbers: Address<Queue>,
  max: Int,
): Blueprint<Supervises<Long, Any>> =
  GenStage.consumerSupervisor("workers") {
    restart = Restart.TRANSIENT
    intensity(10, 1.seconds)
    child { number -> Blueprint.of("worker") { Labourer(code, number, ear) } }
    subscribeTo(numbers) {
      maxDemand = max
      minDemand = 0
    }
  }

private class Labourer(
  private val code: String,
  private val number: Long,
  private val ear: Probe<Done>,
) : Behavior<Any> {
  override fun start(self: Self<Any>) = ear.tell(Done.Began(code, number, self.pid()))

  override fun message(self: Self<Any>, message: Any) = Unit

  override fun state(self: Self<Any>): Any = number

  override fun codeChange(self: Self<Any>, former: Any?, extra: Any?) {
    check(code != "unfit") { "this code goes on with nothing" }
    ear.tell(Done.Changed(code, number))
  }
}
