package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.AutoShutdown
import io.weft.gen.ChildSpec
import io.weft.gen.Restart
import io.weft.gen.Strategy
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
import io.weft.node.Weft
import io.weft.term.Pid
import io.weft.term.Term
import java.util.Collections
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

private sealed interface Till {
  data class Add(val n: Int) : Till

  data object Total : Till, Request<Int>

  data class Slow(val gate: CompletableDeferred<Int>) : Till, Request<Int>

  data class Exit(val other: Pid, val reason: ExitReason) : Till

  data class Run(val work: suspend CoroutineScope.() -> Unit) : Till
}

private fun till(seen: MutableList<String> = mutableListOf()): Blueprint<Till> =
  server("till") {
    var total = 0
    cast { m: Till.Add ->
      total += m.n
      seen += "add ${m.n}"
    }
    call { _: Till.Total -> total }
    call { m: Till.Slow ->
      seen += "slow"
      total += m.gate.await()
      seen += "slow done"
      total
    }
    cast { m: Till.Exit -> self.exit(m.other, m.reason) }
    cast { m: Till.Run -> m.work(this) }
  }

private sealed interface Gatekeeper {
  class Passing : Gatekeeper {
    val entered = CompletableDeferred<Unit>()
    val gate = CompletableDeferred<Unit>()
  }

  data object Count : Gatekeeper, Request<Int>
}

@Suppress("UnusedReceiverParameter") // handlers have it
private suspend fun CoroutineScope.pass(message: Gatekeeper.Passing) {
  message.entered.complete(Unit)
  return message.gate.await()
}

class ServerSpec :
  FunSpec({
    test("a reply has the type its request says") {
      withNode { node ->
        val till = node.awaitStart(till())
        till.tell(Till.Add(2))
        till.cast(Till.Add(3))
        val total: Int = till.call(Till.Total)
        total shouldBe 5
      }
    }

    test("plain Java calls a Kotlin server") {
      withNode { node ->
        val till = node.awaitStart(till())
        withContext(Dispatchers.IO) {
          Weft.call(till, Till.Total, 20.seconds.toJavaDuration())
        } shouldBe 0
      }
    }

    test("while a handler is suspended no other message is handled, and order is kept") {
      withNode { node ->
        val seen = Collections.synchronizedList(mutableListOf<String>())
        val till = node.awaitStart(till(seen))
        val gate = CompletableDeferred<Int>()
        val slow = async { till.call(Till.Slow(gate), 20.seconds) }
        while (seen.isEmpty()) kotlinx.coroutines.yield()
        till.tell(Till.Add(1))
        till.tell(Till.Add(2))
        gate.complete(10)
        slow.await() shouldBe 10
        till.call(Till.Total) shouldBe 13
        seen shouldContainExactly listOf("slow", "slow done", "add 1", "add 2")
      }
    }

    test("a handler resumes in a turn of its own process, also after it left for another thread") {
      withNode { node ->
        val scheduler = node.seams().scheduler()
        val turns = CompletableFuture<List<Boolean>>()
        node
          .awaitStart(till())
          .tell(
            Till.Run {
              val before = scheduler.isCarrier()
              val away = withContext(Dispatchers.IO) { scheduler.isCarrier() }
              val after = scheduler.isCarrier()
              delay(1)
              turns.complete(listOf(before, away, after, scheduler.isCarrier()))
            }
          )
        turns.await() shouldBe listOf(true, false, true, true)
      }
    }

    test("so does one that is a reference to a function and has no frame of its own") {
      withNode { node ->
        val server =
          node.spawn(
            server<Gatekeeper>("gatekeeper") {
              cast(CoroutineScope::pass)
              call { _: Gatekeeper.Count -> 1 }
            }
          )
        val passing = Gatekeeper.Passing()
        server.tell(passing)
        passing.entered.await()
        val counted = Weft.callAsync(server, Gatekeeper.Count, 30.seconds.toJavaDuration())
        withContext(Dispatchers.IO) { passing.gate.complete(Unit) }
        counted.await() shouldBe 1
      }
    }

    test("children overlap with messages, and run one at a time with them") {
      withNode { node ->
        val till = node.awaitStart(till())
        var inside = 0
        var clashes = 0
        suspend fun touch() {
          repeat(50) {
            if (++inside != 1) clashes++
            inside--
            kotlinx.coroutines.yield()
          }
        }
        val done = CompletableFuture<Unit>()
        till.tell(
          Till.Run {
            val children = List(4) { launch { touch() } }
            launch {
              children.forEach { it.join() }
              done.complete(Unit)
            }
          }
        )
        repeat(100) {
          till.tell(
            Till.Run {
              if (++inside != 1) clashes++
              inside--
            }
          )
        }
        done.await()
        till.call(Till.Total)
        clashes shouldBe 0
      }
    }

    test("an actor calls another while it handles a message") {
      withNode { node ->
        val till = node.awaitStart(till())
        till.tell(Till.Add(7))
        val asked = CompletableFuture<Int>()
        node.awaitStart(till()).tell(Till.Run { asked.complete(till.call(Till.Total)) })
        asked.await() shouldBe 7
      }
    }

    test("a failing handler ends the actor with reason and stack, also after it was suspended") {
      withNode { node ->
        val till = node.awaitStart(till())
        val end = node.endOf(till)
        till.tell(
          Till.Run {
            delay(1)
            error("boom")
          }
        )
        end.await().toString() shouldContain "boom"
      }
    }

    test("a failing child ends the actor with its failure") {
      withNode { node ->
        val till = node.awaitStart(till())
        val end = node.endOf(till)
        till.tell(Till.Run { launch { error("child boom") } })
        end.await().toString() shouldContain "child boom"
      }
    }

    test("children and a suspended handler end with the actor, before its end is told") {
      withNode { node ->
        val till = node.awaitStart(till())
        val end = node.endOf(till)
        val started = CompletableFuture<Unit>()
        val finished = Collections.synchronizedList(mutableListOf<String>())
        till.tell(
          Till.Run {
            launch {
              try {
                awaitCancellation()
              } finally {
                finished += "child"
              }
            }
            try {
              started.complete(Unit)
              delay(10.hours)
            } finally {
              finished += "handler"
            }
          }
        )
        started.await()
        node.exit(till.pid, ExitReason.SHUTDOWN)
        end.await() shouldBe ExitReason.SHUTDOWN
        finished.sorted() shouldContainExactly listOf("child", "handler")
      }
    }

    test("a call that is not answered in time says so") {
      withNode { node ->
        val till = node.awaitStart(till())
        val gate = CompletableDeferred<Int>()
        shouldThrow<CallException> { till.call(Till.Slow(gate), 20.milliseconds) }
          .reason()
          .toString() shouldBe "timeout"
        gate.complete(0)
      }
    }

    test("a message without a handler fails the start and is named") {
      withNode { node ->
        val incomplete = server<Till>("incomplete") { call { _: Till.Total -> 0 } }
        shouldThrow<StartException> { node.awaitStart(incomplete) }.message shouldContain
          "no handler for Add, Exit, Run, Slow"
      }
    }

    test("a request that is handled as if nobody waited fails the start") {
      withNode { node ->
        val mute = server<Till>("mute") { cast { _: Till.Total -> } }
        shouldThrow<StartException> { node.awaitStart(mute) }.message shouldContain
          "handle it with call or callDeferred"
      }
    }

    test("a supervisor starts a crashed actor again in the same slot") {
      withNode { node ->
        lateinit var slot: Address<Till>
        val shop =
          supervisor("shop") {
            intensity(max = 3, within = 5.seconds)
            slot = child(till())
          }
        node.awaitStart(shop)
        slot.tell(Till.Add(5))
        slot.call(Till.Total) shouldBe 5
        val end = node.endOf(slot)
        val crashed = slot.target()
        slot.tell(Till.Run { error("boom") })
        end.await()
        while (slot.target().let { it == null || it == crashed }) kotlinx.coroutines.yield()
        slot.call(Till.Total) shouldBe 0
      }
    }

    test("a supervisor restarts the siblings that its strategy names") {
      withNode { node ->
        lateinit var first: Address<Till>
        lateinit var second: Address<Till>
        val shop =
          supervisor("shop") {
            strategy = Strategy.ONE_FOR_ALL
            first = child(till())
            second = child(ChildSpec.of(till()).id("second"))
          }
        node.awaitStart(shop)
        val end = node.endOf(first)
        second.tell(Till.Run { error("boom") })
        end.await().isOrderly shouldBe true
        while (second.target() == null) kotlinx.coroutines.yield()
        first.call(Till.Total) shouldBe 0
      }
    }

    test("a supervisor ends with its significant children") {
      withNode { node ->
        lateinit var slot: Address<Till>
        val shop =
          supervisor("shop") {
            autoShutdown = AutoShutdown.ANY_SIGNIFICANT
            slot = child(ChildSpec.of(till()).restart(Restart.TEMPORARY).asSignificant())
          }
        val end = node.endOf(node.awaitStart(shop))
        slot.tell(Till.Run { error("boom") })
        end.await() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("a failing async ends the actor too, before it handles another message") {
      withNode { node ->
        val seen = Collections.synchronizedList(mutableListOf<String>())
        val till = node.awaitStart(till(seen))
        val end = node.endOf(till)
        till.tell(
          Till.Run {
            async<Unit> { error("async boom") }
            till.tell(Till.Add(1))
            delay(1)
          }
        )
        end.await().toString() shouldContain "async boom"
        seen shouldBe emptyList()
      }
    }

    test("a supervisorScope keeps the failure of a child to itself") {
      withNode { node ->
        val till = node.awaitStart(till())
        till.tell(
          Till.Run {
            supervisorScope {
              val failing = async<Unit> { error("boom") }
              runCatching { failing.await() }
            }
          }
        )
        till.call(Till.Total) shouldBe 0
      }
    }

    test("the end waits for a child that takes its time, also when a handler was suspended") {
      withNode { node ->
        val till = node.awaitStart(till())
        val end = node.endOf(till)
        val started = CompletableDeferred<Unit>()
        val cleaning = CompletableDeferred<Unit>()
        val gate = CompletableDeferred<Unit>()
        till.tell(
          Till.Run {
            launch {
              try {
                started.complete(Unit)
                awaitCancellation()
              } finally {
                withContext(NonCancellable) {
                  cleaning.complete(Unit)
                  gate.await()
                }
              }
            }
            awaitCancellation()
          }
        )
        started.await()
        node.exit(till.pid, ExitReason.SHUTDOWN)
        cleaning.await()
        repeat(100) { kotlinx.coroutines.yield() }
        end.isCompleted shouldBe false
        gate.complete(Unit)
        end.await() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("a kill does not wait for children") {
      withNode { node ->
        val till = node.awaitStart(till())
        val end = node.endOf(till)
        val started = CompletableDeferred<Unit>()
        till.tell(
          Till.Run {
            withContext(NonCancellable) {
              started.complete(Unit)
              awaitCancellation()
            }
          }
        )
        started.await()
        node.exit(till.pid, ExitReason.KILL)
        end.await() shouldBe ExitReason.KILLED
      }
    }

    test("delay runs in the time of the node") {
      val time = ManualTime()
      time.seams().use { seams ->
        withNode(localNode(seams)) { node ->
          val till = node.awaitStart(till())
          val woken = CompletableDeferred<Unit>()
          till.tell(
            Till.Run {
              delay(10.hours)
              woken.complete(Unit)
            }
          )
          time.armed.await()
          woken.isCompleted shouldBe false
          time.advance(10.hours.toJavaDuration())
          woken.await()
        }
      }
    }

    test("withTimeout runs in the time of the node") {
      val time = ManualTime()
      time.seams().use { seams ->
        withNode(localNode(seams)) { node ->
          val till = node.awaitStart(till())
          val outcome = CompletableDeferred<String?>()
          till.tell(
            Till.Run { outcome.complete(withTimeoutOrNull(10.hours) { awaitCancellation() }) }
          )
          time.armed.await()
          time.advance(10.hours.toJavaDuration())
          outcome.await() shouldBe null
        }
      }
    }

    test("a timeout that nobody catches ends the actor") {
      withNode { node ->
        val till = node.awaitStart(till())
        val end = node.endOf(till)
        till.tell(Till.Run { withTimeout(1) { awaitCancellation() } })
        end.await().toString() shouldContain "TimeoutCancellationException"
      }
    }

    test("a handler learns that whom it calls is gone, and goes on") {
      withNode { node ->
        val gone = node.awaitStart(till())
        val end = node.endOf(gone)
        node.exit(gone.pid, ExitReason.SHUTDOWN)
        end.await()
        val reason = CompletableDeferred<String>()
        val till = node.awaitStart(till())
        till.tell(
          Till.Run {
            try {
              gone.call(Till.Total)
            } catch (failed: CallException) {
              reason.complete(failed.reason().toString())
            }
          }
        )
        reason.await() shouldBe "noproc"
        till.call(Till.Total) shouldBe 0
      }
    }

    test("what the body launches runs once the server has started") {
      withNode { node ->
        val ready = CompletableDeferred<Int>()
        val eager =
          server<Till>("eager") {
            var total = 0
            cast { m: Till.Add -> total += m.n }
            call { _: Till.Total -> total }
            call { m: Till.Slow -> m.gate.await() }
            handleCast(Till::class) {}
            launch { ready.complete(total) }
            total = 5
          }
        node.awaitStart(eager)
        ready.await() shouldBe 5
      }
    }

    test("a deferred reply leaves the server free for other messages") {
      withNode { node ->
        val busy =
          server<Till>("busy") {
            var total = 0
            cast { m: Till.Add -> total += m.n }
            call { _: Till.Total -> total }
            callDeferred { m: Till.Slow, reply -> launch { reply.send(m.gate.await() + total) } }
            handleCast(Till::class) {}
          }
        val address = node.awaitStart(busy)
        val gate = CompletableDeferred<Int>()
        val slow = async { address.call(Till.Slow(gate), 20.seconds) }
        address.tell(Till.Add(1))
        while (address.call(Till.Total) != 1) kotlinx.coroutines.yield()
        gate.complete(10)
        slow.await() shouldBe 11
      }
    }

    test("exits, unknown terms and the end have handlers") {
      withNode { node ->
        val seen = Collections.synchronizedList(mutableListOf<String>())
        val all =
          server<Till>("all") {
            handleCast(Till::class) {}
            onExit {
              seen += "exit ${it.reason()}"
              stop(ExitReason.of(Term.parse("enough")))
            }
            onUnknown { seen += "unknown ${it.term()}" }
            onTerminate { seen += "terminate $it" }
          }
        val address = node.awaitStart(all)
        val end = node.endOf(address)
        node.address(address.pid).tell(Term.parse("{what,1}"))
        node.awaitStart(till()).tell(Till.Exit(address.pid, ExitReason.of(Term.parse("why"))))
        end.await().toString() shouldBe "enough"
        seen shouldContainExactly listOf("unknown {what,1}", "exit why", "terminate enough")
      }
    }

    test("a handler that suspends no more than it must keeps the coroutine machinery unmade") {
      withNode { node ->
        val made = CompletableDeferred<Boolean>()
        lateinit var turns: ActorTurns
        val lean =
          server<Till>("lean") {
            handleCast(Till::class) { made.complete(turns.isMade) }
            turns = coroutineContext as ActorTurns
          }
        node.awaitStart(lean).tell(Till.Add(1))
        made.await() shouldBe false
      }
    }
  })
