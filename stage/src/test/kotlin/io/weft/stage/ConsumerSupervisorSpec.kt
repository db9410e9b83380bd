package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.weft.gen.ChildResult
import io.weft.gen.ChildSpec
import io.weft.gen.ChildStart
import io.weft.gen.ChildType
import io.weft.gen.Restart
import io.weft.gen.Shutdown
import io.weft.gen.Supervisor.ChildCount
import io.weft.kotlin.call
import io.weft.kotlin.callTerm
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Self
import io.weft.node.StartException
import io.weft.stage.gen.GenStage
import io.weft.term.Atom
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.testkit.Probe
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async

class ConsumerSupervisorSpec :
  FunSpec({
    test("GS-67: a child for each event, one at a time, whatever comes of it") {
      weftTest {
        val ear = probe<Life>("ear")
        val jobs = start(jobs())
        val supervisor = start(workers(ear) { from(jobs, 1, 0) })
        jobs.call(Jobs.Add(listOf(Job.OK, Job.FAILS, Job.IGNORES, Job.OK, Job.THROWS, Job.OK)))
        val first = ear.expect<Life.Begun>().pid
        pids(supervisor) shouldBe listOf(first)
        supervisor.count() shouldBe ChildCount(1, 1, 0, 1)
        ear.expectNone(1.seconds)

        node.exit(first, ExitReason.SHUTDOWN)
        ear.expectSequence(Life.Failed, Life.Ignored)
        val second = ear.expect<Life.Begun>().pid
        ear.expectNone(1.seconds)
        supervisor.call(ConsumerSupervisor.TerminateChild(second)) shouldBe ChildResult.DONE
        val third = ear.expect<Life.Begun>().pid
        pids(supervisor) shouldBe listOf(third)
        ear.expectNone(1.seconds)
      }
    }

    test("GS-68: a child that is being restarted holds its demand, and is not active") {
      weftTest {
        val ear = probe<Life>("ear")
        val jobs = start(jobs())
        val supervisor =
          start(
            workers(ear) {
              restart = Restart.TRANSIENT
              intensity(100_000, 5.seconds)
              from(jobs, 1, 0)
            }
          )
        jobs.call(Jobs.Add(listOf(Job.FAILS_SLOWLY_ONCE, Job.OK)))
        val first = ear.expect<Life.Begun>().pid
        node.exit(first, ExitReason.KILL)
        settle()
        val counted = async { supervisor.count() }
        val listed = async { supervisor.call(ConsumerSupervisor.WhichChildren()) }
        advance(2.seconds)
        counted.await() shouldBe ChildCount(1, 0, 0, 1)
        listed.await().single().restarting() shouldBe true
        ear.expectMessage(Life.Failed)
        val again = ear.expect<Life.Begun>().pid
        ear.expectNone(1.seconds)
        supervisor.count() shouldBe ChildCount(1, 1, 0, 1)
        supervisor.call(ConsumerSupervisor.TerminateChild(again)) shouldBe ChildResult.DONE
        ear.expect<Life.Begun>()
      }
    }

    test("GS-68: one that is being restarted can be terminated, and has finished then") {
      weftTest {
        val ear = probe<Life>("ear")
        val jobs = start(jobs())
        val supervisor =
          start(
            workers(ear) {
              restart = Restart.TRANSIENT
              from(jobs, 1, 0)
            }
          )
        jobs.call(Jobs.Add(listOf(Job.FAILS_SLOWLY_ONCE, Job.OK)))
        val first = ear.expect<Life.Begun>().pid
        node.exit(first, ExitReason.KILL)
        settle()
        val terminated = async { supervisor.call(ConsumerSupervisor.TerminateChild(first)) }
        advance(2.seconds)
        terminated.await() shouldBe ChildResult.DONE
        ear.expectMessage(Life.Failed)
        ear.expect<Life.Begun>()
        supervisor.count() shouldBe ChildCount(1, 1, 0, 1)
      }
    }

    test("GS-69: children outlive the producer of their events, and nothing is asked for them") {
      weftTest {
        val ear = probe<Life>("ear")
        val jobs = start(jobs())
        val supervisor = start(workers(ear) { from(jobs, 2, 0) })
        jobs.call(Jobs.Add(listOf(Job.OK, Job.OK)))
        val first = ear.expect<Life.Begun>().pid
        val second = ear.expect<Life.Begun>().pid
        kill(jobs)
        settle()
        supervisor.count() shouldBe ChildCount(1, 2, 0, 2)
        node.exit(first, ExitReason.SHUTDOWN)
        settle()
        pids(supervisor) shouldBe listOf(second)
        supervisor.call(ConsumerSupervisor.TerminateChild(second)) shouldBe ChildResult.DONE
        supervisor.count() shouldBe ChildCount(1, 0, 0, 0)
        supervisor.call(ConsumerSupervisor.WhichChildren()).shouldBeEmpty()
      }
    }

    test("GS-70: as many as the least demand must finish before more is asked for") {
      weftTest {
        val ear = probe<Life>("ear")
        val raw = rawStage("producer")
        val supervisor = start(numbered(ear) {})
        subscribeRaw(supervisor, raw, 3, 2)
        val (tag) = raw.expectSubscribe()
        raw.expectAsk() shouldBe 3
        raw.events(supervisor, tag, 1, 2, 3)
        val begun = List(3) { ear.expect<Life.Begun>().pid }
        node.exit(begun[0], ExitReason.SHUTDOWN)
        raw.probe.expectNone(1.seconds)
        node.exit(begun[1], ExitReason.SHUTDOWN)
        raw.expectAsk() shouldBe 2
        supervisor.count() shouldBe ChildCount(1, 1, 0, 1)
        node.exit(begun[2], ExitReason.SHUTDOWN)
        raw.probe.expectNone(1.seconds)
      }
    }

    test("GS-70: with max 4 and min 2, two are asked for after the second and the fourth") {
      weftTest {
        val ear = probe<Life>("ear")
        val raw = rawStage("producer")
        val supervisor = start(numbered(ear) {})
        subscribeRaw(supervisor, raw, 4, 2)
        val (tag) = raw.expectSubscribe()
        raw.expectAsk() shouldBe 4
        raw.events(supervisor, tag, 1, 2, 3, 4)
        val begun = List(4) { ear.expect<Life.Begun>().pid }
        for ((i, pid) in begun.withIndex()) {
          node.exit(pid, ExitReason.SHUTDOWN)
          if (i % 2 == 1) raw.expectAsk() shouldBe 2 else raw.probe.expectNone(1.seconds)
        }
      }
    }

    test("GS-70: with a least demand of zero nothing is asked for before a child finishes") {
      weftTest {
        val ear = probe<Life>("ear")
        val raw = rawStage("producer")
        val supervisor = start(numbered(ear) {})
        subscribeRaw(supervisor, raw, 3, 0)
        val (tag) = raw.expectSubscribe()
        raw.expectAsk() shouldBe 3
        raw.events(supervisor, tag, 1, 2)
        val first = ear.expect<Life.Begun>().pid
        ear.expect<Life.Begun>()
        raw.probe.expectNone(1.seconds)
        node.exit(first, ExitReason.SHUTDOWN)
        raw.expectAsk() shouldBe 1
      }
    }

    test("more events than were asked for are worked on as well") {
      weftTest {
        val ear = probe<Life>("ear")
        val raw = rawStage("producer")
        val supervisor = start(numbered(ear) {})
        subscribeRaw(supervisor, raw, 2, 0)
        val (tag) = raw.expectSubscribe()
        raw.events(supervisor, tag, *LongArray(2000) { it.toLong() })
        repeat(2000) { ear.expect<Life.Begun>() }
        supervisor.count().active() shouldBe 2000
      }
    }

    // How each way to stop a child ends it.
    listOf(
        Shutdown.BrutalKill() to ExitReason.KILLED,
        Shutdown.Within(Duration.ofMillis(100)) to ExitReason.KILLED,
        Shutdown.Within(Duration.ofSeconds(10)) to ExitReason.SHUTDOWN,
        Shutdown.Infinity() to ExitReason.SHUTDOWN,
      )
      .forEach { (shutdown, end) ->
        test("GS-71: children are stopped by $shutdown, and end with $end") {
          weftTest {
            val ear = probe<Life>("ear")
            val supervisor =
              start(
                workers(ear) {
                  this.shutdown = shutdown
                  child { slowToEnd(ear, 1000.milliseconds) }
                }
              )
            val children = List(3) { supervisor.call(ConsumerSupervisor.StartChild(Job.OK)) }
            val pids = children.map { (it as ChildStart.Ok).pid() }
            val watch = probe<Life>("watch")
            pids.forEach { watch.watch(node.address(it)) }
            node.exit(checkNotNull(supervisor.pid()), ExitReason.SHUTDOWN)
            repeat(3) { watch.expectDown().reason() shouldBe end }
          }
        }
      }

    test("GS-71: a child that is terminated by request is stopped in the same way") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor = start(workers(ear) { shutdown = Shutdown.BrutalKill() })
        val child = supervisor.call(ConsumerSupervisor.StartChild(Job.OK)) as ChildStart.Ok
        val watch = probe<Life>("watch")
        watch.watch(node.address(child.pid()))
        supervisor.call(ConsumerSupervisor.TerminateChild(child.pid())) shouldBe ChildResult.DONE
        watch.expectDown().reason() shouldBe ExitReason.KILLED
        supervisor.call(ConsumerSupervisor.TerminateChild(child.pid())) shouldBe
          ChildResult.NOT_FOUND
      }
    }

    test("a transient child is restarted for the same event, unless its end is orderly") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor = start(numbered(ear) { restart = Restart.TRANSIENT })
        val start = ConsumerSupervisor.StartChild<Long, Any>(7)
        val first = (supervisor.call(start) as ChildStart.Ok).pid()
        ear.expectMessage(Life.Begun(first, 7))
        node.exit(first, reason("bad luck"))
        val second = ear.expect<Life.Begun>()
        second.event shouldBe 7
        node.exit(second.pid, ExitReason.of(Terms.tuple(atom("shutdown"), atom("enough"))))
        ear.expectNone(1.seconds)
        supervisor.count() shouldBe ChildCount(1, 0, 0, 0)
      }
    }

    test("a temporary child is not restarted, whatever it ends with") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor = start(workers(ear) {})
        for (end in listOf(ExitReason.SHUTDOWN, ExitReason.KILL, reason("bad luck"))) {
          val child = supervisor.call(ConsumerSupervisor.StartChild(Job.OK)) as ChildStart.Ok
          ear.expect<Life.Begun>()
          node.exit(child.pid(), end)
          ear.expectNone(1.seconds)
          supervisor.count().workers() shouldBe 0
        }
      }
    }

    test("too many restarts end the supervisor with shutdown, and all children") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor =
          start(
            workers(ear) {
              restart = Restart.TRANSIENT
              intensity(1, 5.seconds)
            }
          )
        val watch = probe<Life>("watch")
        watch.watch(supervisor)
        val other = supervisor.call(ConsumerSupervisor.StartChild(Job.OK)) as ChildStart.Ok
        supervisor.call(ConsumerSupervisor.StartChild(Job.OK))
        watch.watch(node.address(other.pid()))
        ear.expect<Life.Begun>()
        node.exit(ear.expect<Life.Begun>().pid, reason("bad luck"))
        node.exit(ear.expect<Life.Begun>().pid, reason("bad luck"))
        watch.expectDown().reason() shouldBe ExitReason.SHUTDOWN
        watch.expectDown(supervisor).reason() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("restart permanent is refused") {
      weftTest {
        val refused =
          shouldThrow<StartException> {
            start(workers(probe<Life>("ear")) { restart = Restart.PERMANENT })
          }
        refused.reason().term().toString() shouldContain "bad_opts"
        refused.reason().term().toString() shouldContain "not supported in ConsumerSupervisor"
      }
    }

    test("a permanent subscription that ends takes the supervisor and its children along") {
      weftTest {
        val ear = probe<Life>("ear")
        val jobs = start(jobs())
        val supervisor = start(workers(ear) { subscribeTo(jobs) { maxDemand = 2 } })
        jobs.call(Jobs.Add(listOf(Job.OK)))
        val child = ear.expect<Life.Begun>().pid
        val watch = probe<Life>("watch")
        watch.watch(node.address(child))
        watch.watch(supervisor)
        kill(jobs)
        watch.expectDown().reason() shouldBe ExitReason.SHUTDOWN
        watch.expectDown(supervisor).reason() shouldBe ExitReason.KILLED
      }
    }

    test("Elixir's requests are answered in its words") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor = start(numbered(ear) {}).raw()
        suspend fun ask(request: io.weft.term.Term) = supervisor.callTerm(request, 5.seconds)
        val started = ask(Terms.tuple(atom("start_child"), Terms.list(Terms.integer(5)))) as Tuple
        started.get(0) shouldBe Atom.OK
        val pid = started.get(1) as Pid
        ear.expectMessage(Life.Begun(pid, 5))
        ask(atom("which_children")) shouldBe
          Terms.list(Terms.tuple(Atom.UNDEFINED, pid, atom("worker"), atom("dynamic")))
        ask(atom("count_children")) shouldBe
          MapTerm.of(
            atom("specs"),
            Terms.integer(1),
            atom("active"),
            Terms.integer(1),
            atom("supervisors"),
            Terms.integer(0),
            atom("workers"),
            Terms.integer(1),
          )
        ask(Terms.tuple(atom("terminate_child"), pid)) shouldBe Atom.OK
        ask(Terms.tuple(atom("terminate_child"), pid)) shouldBe
          Terms.tuple(Atom.ERROR, atom("not_found"))
        (ask(Terms.tuple(atom("start_child"), Terms.list(atom("x")))) as Tuple).get(0) shouldBe
          Atom.ERROR
        (ask(Terms.tuple(atom("start_child"), Terms.list())) as Tuple).get(0) shouldBe Atom.ERROR
      }
    }

    test("a child that decides not to serve is ignore, one that fails an error") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor = start(workers(ear) {})
        supervisor
          .call(ConsumerSupervisor.StartChild(Job.IGNORES))
          .shouldBeInstanceOf<ChildStart.Ignored<*>>()
        supervisor
          .call(ConsumerSupervisor.StartChild(Job.FAILS))
          .shouldBeInstanceOf<ChildStart.Refused<*>>()
        supervisor
          .call(ConsumerSupervisor.StartChild(Job.THROWS))
          .shouldBeInstanceOf<ChildStart.Refused<*>>()
        supervisor.count() shouldBe ChildCount(1, 0, 0, 0)
      }
    }

    test("it is a supervisor to other supervisors, and in its dictionary") {
      weftTest {
        val ear = probe<Life>("ear")
        ChildSpec.of(workers(ear) {}).type() shouldBe ChildType.SUPERVISOR
        ChildSpec.of(workers(ear) {}).shutdown() shouldBe Shutdown.Infinity()
        ChildSpec.of(counter()).type() shouldBe ChildType.WORKER
      }
    }

    test("it can be asked from another node, as an Elixir one can") {
      weftTest {
        val ear = probe<Life>("ear")
        val supervisor = start(numbered(ear) {})
        supervisor.call(ConsumerSupervisor.StartChild(1))
        val pid = ear.expect<Life.Begun>().pid
        val far: Address<Supervises<Long, Any>> =
          node("far@two").address(checkNotNull(supervisor.pid()), supervisor.codec())
        far.call(ConsumerSupervisor.WhichChildren()).single().pid() shouldBe pid
        far.count() shouldBe ChildCount(1, 1, 0, 1)
        far.call(ConsumerSupervisor.TerminateChild(pid)) shouldBe ChildResult.DONE
        far.count() shouldBe ChildCount(1, 0, 0, 0)
      }
    }
  })

private enum class Job {
  OK,
  FAILS,
  IGNORES,
  THROWS,
  FAILS_SLOWLY_ONCE,
}

private sealed interface Life {
  data class Begun(val pid: Pid, val event: Long = 0) : Life

  data object Failed : Life

  data object Ignored : Life
}

private sealed interface Jobs : Produces<Job> {
  data class Add(val jobs: List<Job>) : Jobs, io.weft.node.Request<Unit>
}

private fun jobs(): Blueprint<Jobs> =
  GenStage.producerOf("jobs") {
    onDemand {}
    handleCall(Jobs.Add::class) { emit(it.jobs) }
  }

private fun ConsumerSupervisorScope<Job, Any>.from(jobs: Address<Jobs>, max: Int, min: Int) =
  subscribeTo(jobs) {
    maxDemand = max
    minDemand = min
    cancel = Cancel.TEMPORARY
  }

private fun workers(
  ear: Probe<Life>,
  more: ConsumerSupervisorScope<Job, Any>.() -> Unit,
): Blueprint<Supervises<Job, Any>> =
  GenStage.consumerSupervisor("workers") {
    child { job ->
      check(job != Job.THROWS) { "no blueprint for this" }
      var lives = 0
      Blueprint.of("worker") { Worker(job, 0, ear, ++lives) }
    }
    more()
  }

private fun numbered(
  ear: Probe<Life>,
  more: ConsumerSupervisorScope<Long, Any>.() -> Unit,
): Blueprint<Supervises<Long, Any>> =
  GenStage.consumerSupervisor("numbered") {
    child { event -> Blueprint.of("worker") { Worker(Job.OK, event, ear, 1) } }
    more()
  }

private class Worker(
  private val job: Job,
  private val event: Long,
  private val ear: Probe<Life>,
  private val life: Int,
) : Behavior<Any> {
  override fun start(self: Self<Any>) {
    when (job) {
      Job.IGNORES -> {
        ear.tell(Life.Ignored)
        self.ignore()
      }
      Job.FAILS -> fail(self)
      Job.FAILS_SLOWLY_ONCE -> if (life == 2) failSlowly(self) else begin(self)
      else -> begin(self)
    }
  }

  private fun failSlowly(self: Self<Any>) {
    self.holdStart()
    self.after(Duration.ofSeconds(1)) { fail(self) }
  }

  private fun fail(self: Self<Any>) {
    ear.tell(Life.Failed)
    self.stop(reason("failed"))
  }

  private fun begin(self: Self<Any>) = ear.tell(Life.Begun(self.pid(), event))

  override fun message(self: Self<Any>, message: Any) = Unit
}

/** Takes its time when it is asked to end. */
private fun slowToEnd(ear: Probe<Life>, time: kotlin.time.Duration): Blueprint<Any> =
  Blueprint.of<Any>("slow") {
      object : Behavior<Any> {
        override fun start(self: Self<Any>) = ear.tell(Life.Begun(self.pid()))

        override fun message(self: Self<Any>, message: Any) = Unit

        override fun info(self: Self<Any>, info: Info) {
          if (info is Info.Exit) {
            self.after(Duration.ofMillis(time.inWholeMilliseconds)) { self.stop(info.reason()) }
          }
        }
      }
    }
    .trapExit()

private suspend fun <E : Any> Address<Supervises<E, Any>>.count(): ChildCount =
  call(ConsumerSupervisor.CountChildren())

private suspend fun pids(supervisor: Address<Supervises<Job, Any>>): List<Pid?> =
  supervisor.call(ConsumerSupervisor.WhichChildren()).map { it.pid() }
