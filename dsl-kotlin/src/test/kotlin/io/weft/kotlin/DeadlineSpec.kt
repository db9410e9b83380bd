package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.ManualTime
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.Node
import io.weft.node.Request
import kotlin.time.Duration
import kotlin.time.Duration.Companion.ZERO
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private sealed interface Desk {
  data class Ask(val work: suspend CoroutineScope.() -> Duration) : Desk, Request<Duration>

  data class Do(val work: suspend CoroutineScope.() -> Unit) : Desk
}

private fun desk() =
  server<Desk>("desk") {
    call { q: Desk.Ask -> q.work(this) }
    cast { m: Desk.Do -> m.work(this) }
  }

private suspend fun left(): Duration =
  currentCoroutineContext()[Deadline]?.remaining() ?: Duration.INFINITE

private suspend fun inStillTime(test: suspend (Node, ManualTime) -> Unit) {
  val time = ManualTime()
  time.seams().use { seams -> withNode(localNode(seams)) { node -> test(node, time) } }
}

private suspend fun Address<Desk>.ask(
  within: Duration,
  work: suspend CoroutineScope.() -> Duration,
): Duration = call(Desk.Ask(work), within)

class DeadlineSpec :
  FunSpec({
    test("a handler knows how long its caller waits, also after it was suspended") {
      inStillTime { node, time ->
        val desk = node.awaitStart(desk())
        desk.ask(10.seconds) { left() } shouldBe 10.seconds
        desk.ask(10.seconds) {
          time.advance(3.seconds.toJavaDuration())
          yield()
          left()
        } shouldBe 7.seconds
        desk.ask(Duration.INFINITE) { left() } shouldBe Duration.INFINITE
      }
    }

    test("a call made in a handler waits no longer than the caller of the handler, through many") {
      inStillTime { node, _ ->
        val (first, second, third) = List(3) { node.awaitStart(desk()) }
        first.ask(10.seconds) { second.ask(1.hours) { third.ask(1.hours) { left() } } } shouldBe
          10.seconds
        first.ask(10.seconds) { second.ask(2.seconds) { third.ask(1.hours) { left() } } } shouldBe
          2.seconds
      }
    }

    test("when the time is over all calls of a chain end, and the servers go on") {
      inStillTime { node, time ->
        val (first, second) = List(2) { node.awaitStart(desk()) }
        val inner = CompletableDeferred<String>()
        val started = CompletableDeferred<Unit>()
        coroutineScope {
          val asked = async {
            shouldThrow<CallException> {
              first.ask(10.seconds) {
                runCatching {
                  second.ask(1.hours) {
                    started.complete(Unit)
                    awaitCancellation()
                  }
                }
                  .onFailure { inner.complete((it as CallException).reason().toString()) }
                left()
              }
            }
          }
          started.await()
          time.advance(10.seconds.toJavaDuration())
          asked.await().reason().toString() shouldBe "timeout"
        }
        inner.await() shouldBe "timeout"
        first.ask(1.seconds) { ZERO } shouldBe ZERO
      }
    }

    test("what comes too late is not even called") {
      inStillTime { node, time ->
        val (first, second) = List(2) { node.awaitStart(desk()) }
        val told = CompletableDeferred<CallException>()
        val seen = ArrayList<Int>()
        first.tell(
          Desk.Do {
            withDeadline(1.seconds) {
              time.advance(2.seconds.toJavaDuration())
              runCatching {
                second.ask(1.hours) {
                  seen += 1
                  ZERO
                }
              }
                .onFailure { told.complete(it as CallException) }
            }
          }
        )
        told.await().message shouldContain "was not made: the deadline of its caller has passed"
        second.ask(1.seconds) { ZERO }
        seen shouldBe emptyList()
      }
    }

    test("withDeadline bounds all calls made in it, and never lengthens a deadline") {
      inStillTime { node, time ->
        val (first, second) = List(2) { node.awaitStart(desk()) }
        first.ask(10.seconds) {
          withDeadline(4.seconds) {
            time.advance(1.seconds.toJavaDuration())
            second.ask(1.minutes) { left() }
          }
        } shouldBe 3.seconds
        first.ask(10.seconds) { withDeadline(1.hours) { second.ask(1.hours) { left() } } } shouldBe
          10.seconds
        node.withDeadline(5.seconds) { first.ask(1.hours) { left() } } shouldBe 5.seconds
      }
    }

    test("outside of actors a deadline asks for a node") {
      shouldThrow<IllegalStateException> { withDeadline(1.seconds) {} }.message shouldContain
        "node.withDeadline"
    }

    test("what a handler launches inherits its deadline, unless told otherwise") {
      inStillTime { node, _ ->
        val desk = node.awaitStart(desk())
        val inherited = CompletableDeferred<Duration>()
        val free = CompletableDeferred<Duration>()
        desk.ask(10.seconds) {
          launch { inherited.complete(left()) }
          launch(Deadline.NONE) { free.complete(left()) }
          withContext(kotlinx.coroutines.Dispatchers.IO) { left() }
        } shouldBe 10.seconds
        inherited.await() shouldBe 10.seconds
        free.await() shouldBe Duration.INFINITE
      }
    }

    test("a flow may be collected under a deadline") {
      inStillTime { node, _ ->
        val desk = node.awaitStart(desk())
        desk.ask(10.seconds) {
          flow {
            emit(1)
            yield()
            emit(2)
          }
            .toList() shouldContainExactly listOf(1, 2)
          left()
        } shouldBe 10.seconds
      }
    }

    test("messages that nobody waits for have no deadline, whoever was handled before") {
      inStillTime { node, _ ->
        val desk = node.awaitStart(desk())
        val cast = CompletableDeferred<Duration>()
        desk.ask(10.seconds) { left() }
        desk.tell(Desk.Do { cast.complete(left()) })
        cast.await() shouldBe Duration.INFINITE
      }
    }

    test("a straight-line body keeps to the deadline of a request while it handles it") {
      inStillTime { node, _ ->
        val second = node.awaitStart(desk())
        val after = CompletableDeferred<Duration>()
        val clerk =
          node.spawn(
            actor<Desk>("clerk") {
              select {
                onRequest { _: Desk.Ask, reply -> reply.send(second.ask(1.hours) { left() }) }
              }
              after.complete(left())
            }
          )
        clerk.ask(10.seconds) { ZERO } shouldBe 10.seconds
        after.await() shouldBe Duration.INFINITE
      }
    }

    test("many calls and questions keep to the deadline too") {
      inStillTime { node, _ ->
        val desks = List(3) { node.awaitStart(desk()) }
        node.withDeadline(5.seconds) {
          desks.callAll(Desk.Ask { left() }, 1.hours).map { it.orThrow() } shouldContainExactly
            List(3) { 5.seconds }
          desks.first(Desk.Ask { left() }, 1.hours) shouldBeLessThanOrEqualTo 5.seconds
        }
      }
    }
  })
