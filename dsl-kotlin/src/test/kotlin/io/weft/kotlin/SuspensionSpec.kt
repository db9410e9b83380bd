package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.ManualTime
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Request
import io.weft.node.StartException
import io.weft.term.Atom
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private sealed interface Job {
  data class Do(val work: suspend CoroutineScope.() -> Unit) : Job

  data class Ask(val work: suspend CoroutineScope.() -> Int) : Job, Request<Int>
}

private fun worker(declare: suspend ServerScope<Job>.() -> Unit = {}): Blueprint<Job> =
  server<Job>("worker") {
    cast { m: Job.Do -> m.work(this) }
    call { q: Job.Ask -> q.work(this) }
    declare()
  }

private suspend fun Address<Job>.ask(): Int = call(Job.Ask { 1 }, 20.seconds)

/** What happened, in order, told by any thread. */
private class Story {
  private val lines = ConcurrentLinkedQueue<String>()

  operator fun plusAssign(line: String) {
    lines.add(line)
  }

  val told: List<String>
    get() = lines.toList()
}

/** Suspends until it is cancelled, then cleans up until [gate] opens. */
private suspend fun stubborn(
  started: CompletableDeferred<Unit>,
  gate: Deferred<Unit>,
): Nothing =
  try {
    started.complete(Unit)
    awaitCancellation()
  } finally {
    withContext(NonCancellable) { gate.await() }
  }

class SuspensionSpec :
  FunSpec({
    context("one thread at a time") {
      test("whatever handlers and children do, they never meet") {
        withNode { node ->
          var inside = 0
          var meetings = 0
          var steps = 0
          fun touch() {
            if (++inside != 1) meetings++
            steps++
            inside--
          }
          val echo = node.awaitStart(worker())
          val actor = node.awaitStart(worker())
          suspend fun wander(round: Int) {
            touch()
            when (round % 5) {
              0 -> yield()
              1 -> withContext(Dispatchers.IO) {}
              2 -> delay(1)
              3 -> echo.ask()
              else -> coroutineScope { repeat(3) { launch { touch() } } }
            }
            touch()
          }
          val callers =
            List(8) { caller ->
              launch(Dispatchers.Default) {
                repeat(50) { round ->
                  val asked = Job.Ask {
                    launch { wander(round) }
                    wander(caller + round)
                    round
                  }
                  actor.call(asked, 60.seconds) shouldBe round
                }
              }
            }
          callers.joinAll()
          actor.ask()
          meetings shouldBe 0
          (steps >= 8 * 50 * 2) shouldBe true
        }
      }

      test("messages of one sender are handled in order, however handlers suspend") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val story = Story()
          repeat(200) { n ->
            actor.tell(
              Job.Do {
                if (n % 3 == 0) yield()
                if (n % 7 == 0) withContext(Dispatchers.IO) {}
                story += "$n"
              }
            )
          }
          actor.ask()
          story.told shouldContainExactly List(200) { "$it" }
        }
      }
    }

    context("the body") {
      test("may suspend; the start waits for it, and messages wait too") {
        withNode { node ->
          val ready = CompletableDeferred<Int>()
          val slow =
            server<Job>("slow") {
              var loaded = 0
              cast { m: Job.Do -> m.work(this) }
              call { _: Job.Ask -> loaded }
              loaded = ready.await()
            }
          val address = node.spawn(slow)
          val asked = async { address.call(Job.Ask { 0 }, 20.seconds) }
          val started = async { node.awaitStart(slow) }
          repeat(100) { yield() }
          asked.isCompleted shouldBe false
          started.isCompleted shouldBe false
          ready.complete(5)
          asked.await() shouldBe 5
          started.await().call(Job.Ask { 0 }) shouldBe 5
        }
      }

      test("that fails after it suspended fails the start, and onTerminate does not run") {
        withNode { node ->
          val story = Story()
          val broken = worker {
            onTerminate { story += "terminate" }
            yield()
            error("no database")
          }
          shouldThrow<StartException> { node.awaitStart(broken) }.message shouldContain
            "no database"
          story.told shouldBe emptyList()
        }
      }

      test("that leaves a message out after it suspended fails the start and names it") {
        withNode { node ->
          val incomplete =
            server<Job>("incomplete") {
              cast { m: Job.Do -> m.work(this) }
              yield()
            }
          shouldThrow<StartException> { node.awaitStart(incomplete) }.message shouldContain
            "no handler for Ask"
        }
      }

      test("is the only place for handlers") {
        withNode { node ->
          val told = CompletableDeferred<String?>()
          val meddler = worker {
            val scope = this
            onUnknown { told.complete(runCatching { scope.onDown {} }.exceptionOrNull()?.message) }
          }
          node.address(node.awaitStart(meddler).pid).tell(Atom.of("go"))
          told.await() shouldBe
            "worker serves already: declare handlers in the body of the server, not in a handler"
        }
      }
    }

    context("failures") {
      test("of a launch in a supervisorScope stay there") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          actor.tell(Job.Do { supervisorScope { launch { error("kept") } } })
          actor.ask() shouldBe 1
        }
      }

      test("of a child end the actor while its handler is suspended, with the child's reason") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val end = node.endOf(actor)
          actor.tell(
            Job.Do {
              launch(Dispatchers.IO) { error("child boom") }
              awaitCancellation()
            }
          )
          end.await().toString() shouldContain "child boom"
        }
      }

      test("by awaiting what was cancelled elsewhere end the actor, and its caller is told") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val elsewhere = CompletableDeferred<Int>()
          val asked = async {
            shouldThrow<CallException> { actor.call(Job.Ask { elsewhere.await() }, 20.seconds) }
          }
          elsewhere.cancel()
          asked.await().message shouldContain "CancellationException"
        }
      }

      test("that are handled by a try are handled") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val nobody = node.awaitStart(worker())
          val end = node.endOf(nobody)
          node.exit(nobody.pid, ExitReason.SHUTDOWN)
          end.await()
          actor.call(
            Job.Ask {
              try {
                nobody.ask()
              } catch (gone: CallException) {
                if (gone.reason() == ExitReason.NOPROC) 7 else 8
              }
            }
          ) shouldBe 7
        }
      }
    }

    context("the end") {
      test("by cancelling the scope is a shutdown") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val end = node.endOf(actor)
          actor.tell(
            Job.Do {
              cancel()
              yield()
            }
          )
          end.await() shouldBe ExitReason.SHUTDOWN
        }
      }

      test("by stop in a suspended handler comes when the handler is done, with its reply") {
        withNode { node ->
          lateinit var stop: () -> Unit
          val actor = node.awaitStart(worker { stop = { stop(ExitReason.NORMAL) } })
          val end = node.endOf(actor)
          actor.call(
            Job.Ask {
              stop()
              yield()
              3
            }
          ) shouldBe 3
          end.await() shouldBe ExitReason.NORMAL
        }
      }

      test("waits for a handler that cleans up") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val end = node.endOf(actor)
          val started = CompletableDeferred<Unit>()
          val gate = CompletableDeferred<Unit>()
          actor.tell(Job.Do { stubborn(started, gate) })
          started.await()
          node.exit(actor.pid, ExitReason.SHUTDOWN)
          repeat(100) { yield() }
          end.isCompleted shouldBe false
          gate.complete(Unit)
          end.await() shouldBe ExitReason.SHUTDOWN
        }
      }

      test("by a kill still lets handlers and children clean up what needs no waiting") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val end = node.endOf(actor)
          val started = CompletableDeferred<Unit>()
          val story = Story()
          actor.tell(
            Job.Do {
              launch {
                try {
                  delay(Duration.INFINITE)
                } finally {
                  story += "child"
                }
              }
              try {
                coroutineScope {
                  launch { awaitCancellation() }
                  started.complete(Unit)
                }
              } finally {
                story += "handler"
              }
            }
          )
          started.await()
          node.exit(actor.pid, ExitReason.KILL)
          end.await() shouldBe ExitReason.KILLED
          story.told.sorted() shouldContainExactly listOf("child", "handler")
        }
      }

      test("comes without what outlasts the grace") {
        val time = ManualTime()
        time.seams().use { seams ->
          withNode(localNode(seams)) { node ->
            val actor = node.awaitStart(worker { grace(30.seconds) })
            val end = node.endOf(actor)
            val started = CompletableDeferred<Unit>()
            actor.tell(
              Job.Do {
                launch { stubborn(started, CompletableDeferred()) }
                yield()
                error("boom")
              }
            )
            started.await()
            time.armed.await()
            time.advance(29.seconds.toJavaDuration())
            repeat(100) { yield() }
            end.isCompleted shouldBe false
            time.advance(1.seconds.toJavaDuration())
            end.await().toString() shouldContain "boom"
          }
        }
      }

      test("is not put off by a handler that swallows its cancellation: it handles no more") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val end = node.endOf(actor)
          val started = CompletableDeferred<Unit>()
          val story = Story()
          actor.tell(
            Job.Do {
              try {
                started.complete(Unit)
                awaitCancellation()
              } catch (swallowed: CancellationException) {
                story += "swallowed"
              }
              story += if (runCatching { yield() }.isFailure) "still cancelled" else "goes on"
            }
          )
          started.await()
          actor.tell(Job.Do { story += "another" })
          node.exit(actor.pid, ExitReason.SHUTDOWN)
          end.await() shouldBe ExitReason.SHUTDOWN
          story.told shouldContainExactly listOf("swallowed", "still cancelled")
        }
      }

      test("comes by a kill where a supervisor's shutdown time is over") {
        val time = ManualTime()
        time.seams().use { seams ->
          withNode(localNode(seams)) { node ->
            lateinit var slot: Address<Job>
            val stubbornWorker = worker { grace(Duration.INFINITE) }
            val shop =
              node.awaitStart(
                supervisor("shop") { slot = child(stubbornWorker, shutdown = 30.seconds) }
              )
            val end = node.endOf(slot)
            val started = CompletableDeferred<Unit>()
            slot.tell(Job.Do { stubborn(started, CompletableDeferred()) })
            started.await()
            node.exit(shop.pid, ExitReason.SHUTDOWN)
            time.armed.await()
            repeat(100) { yield() }
            end.isCompleted shouldBe false
            time.advance(30.seconds.toJavaDuration())
            end.await() shouldBe ExitReason.KILLED
          }
        }
      }

      test("runs onTerminate to its end, which may suspend, before children are cancelled") {
        withNode { node ->
          val story = Story()
          val actor =
            node.awaitStart(
              worker {
                launch {
                  try {
                    awaitCancellation()
                  } finally {
                    story += "child"
                  }
                }
                onTerminate {
                  story += "terminating"
                  withContext(Dispatchers.IO) {}
                  yield()
                  story += "terminated"
                }
              }
            )
          val end = node.endOf(actor)
          actor.ask()
          actor.tell(Job.Do { error("boom") })
          end.await().toString() shouldContain "boom"
          story.told shouldContainExactly listOf("terminating", "terminated", "child")
        }
      }

      test("is told to the caller of the suspended handler and to those that wait") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val started = CompletableDeferred<Unit>()
          val hanging = Job.Ask {
            started.complete(Unit)
            awaitCancellation()
          }
          val asked = async { runCatching { actor.call(hanging, 20.seconds) } }
          started.await()
          val later = async { runCatching { actor.ask() } }
          while (node.processCount() < 3) yield()
          node.exit(actor.pid, ExitReason.SHUTDOWN)
          listOf(asked, later).forEach {
            val failure = it.await().exceptionOrNull() as CallException
            (failure.reason() in listOf(ExitReason.SHUTDOWN, ExitReason.NOPROC)) shouldBe true
          }
        }
      }
    }

    context("calls") {
      test("that are cancelled leave no process behind") {
        withNode { node ->
          val actor = node.awaitStart(worker())
          val started = CompletableDeferred<Unit>()
          val hanging = Job.Ask {
            started.complete(Unit)
            awaitCancellation()
          }
          val call = launch { actor.call(hanging, Duration.INFINITE) }
          started.await()
          call.cancelAndJoin()
          while (node.processCount() > 1) yield()
        }
      }

      test("from a handler to another node of the same machine are made by that node") {
        withNode { here ->
          withNode { there ->
            val far = there.awaitStart(worker())
            here.awaitStart(worker()).call(Job.Ask { far.ask() + 1 }, 20.seconds) shouldBe 2
          }
        }
      }
    }
  })
