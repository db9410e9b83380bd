package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.StartException
import io.weft.node.Target
import io.weft.node.Weft
import io.weft.term.Pid
import java.util.Collections
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private sealed interface Till {
  data class Add(val n: Int) : Till

  data object Total : Till, Request<Int>

  data class Slow(val gate: CompletableDeferred<Int>) : Till, Request<Int>

  data class Run(val work: suspend kotlinx.coroutines.CoroutineScope.() -> Unit) : Till
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
    cast { m: Till.Run -> m.work(this) }
  }

private suspend fun <R> withNode(test: suspend (Node) -> R): R {
  val node = localNode()
  return try {
    test(node)
  } finally {
    withContext(Dispatchers.IO) { node.close() }
    node.processCount() shouldBe 0
  }
}

private val Address<*>.pid: Pid
  get() = (target() as Target.ByPid).pid()

/** Completes with the reason the process ends with. */
private fun Node.endOf(address: Address<*>): CompletableFuture<ExitReason> {
  val end = CompletableFuture<ExitReason>()
  val watcher =
    server<Unit>("watcher") {
      handleCast(Unit::class) {}
      onDown { end.complete(it.reason()) }
      self.monitor(Target.ByPid(address.pid))
    }
  start(watcher)
  return end
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
        repeat(100) { till.tell(Till.Run { if (++inside != 1) clashes++; inside-- }) }
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
          "no handler for Add, Run, Slow"
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
        slot.tell(Till.Run { error("boom") })
        end.await()
        while (slot.target() == null) kotlinx.coroutines.yield()
        slot.call(Till.Total) shouldBe 0
      }
    }
  })
