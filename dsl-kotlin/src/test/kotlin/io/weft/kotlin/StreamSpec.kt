package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import java.util.concurrent.Flow as JavaFlow
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

private sealed interface Numbers {
  data class UpTo(val n: Int) : Numbers, Request<Source<Int>>

  data object Count : Numbers, Request<Int>
}

private suspend fun Node.numbers(numbers: (Int) -> Flow<Int>): Address<Numbers> =
  awaitStart(
    server("numbers") {
      var count = 0
      call { q: Numbers.UpTo ->
        count++
        streaming(numbers(q.n))
      }
      call { _: Numbers.Count -> count }
    }
  )

class StreamSpec :
  FunSpec({
    test("a stream gives all values in order, and is complete") {
      withNode { node ->
        val numbers = node.numbers { n -> (1..n).asFlow() }
        numbers.stream(Numbers.UpTo(1000)).toList() shouldBe (1..1000).toList()
        numbers.stream(Numbers.UpTo(0)).toList() shouldBe emptyList()
        numbers.stream(Numbers.UpTo(7), window = 1).toList() shouldBe (1..7).toList()
        numbers.call(Numbers.Count) shouldBe 3
      }
    }

    test("a flow is cold: each time it is collected the server is asked") {
      withNode { node ->
        val numbers = node.numbers { n -> (1..n).asFlow() }
        val flow = numbers.stream(Numbers.UpTo(2))
        numbers.call(Numbers.Count) shouldBe 0
        repeat(2) { flow.toList() shouldBe listOf(1, 2) }
        numbers.call(Numbers.Count) shouldBe 2
      }
    }

    test("the server is never further ahead than the window, and serves others meanwhile") {
      withNode { node ->
        val emitted = AtomicInteger()
        val numbers = node.numbers { n ->
          flow {
            repeat(n) {
              emit(it)
              emitted.incrementAndGet()
            }
          }
        }
        var taken = 0
        numbers.stream(Numbers.UpTo(200), window = 8).collect {
          repeat(20) { yield() }
          numbers.call(Numbers.Count) shouldBe 1
          (emitted.get() - taken) shouldBeLessThanOrEqual 8
          taken++
        }
        taken shouldBe 200
      }
    }

    test("a reader that has enough cancels the server's flow, and nothing is left") {
      withNode { node ->
        val ended = CompletableDeferred<Throwable?>()
        val numbers = node.numbers { n ->
          flow {
            var i = 0
            while (true) emit(++i % n)
          }
            .onCompletion { ended.complete(it) }
        }
        numbers.stream(Numbers.UpTo(5)).take(3).toList() shouldContainExactly listOf(1, 2, 3)
        ended.await() is kotlin.coroutines.cancellation.CancellationException
        while (node.processCount() > 1) yield()
        numbers.call(Numbers.Count) shouldBe 1
      }
    }

    test("a reader that is cancelled while it waits cancels the server's flow") {
      withNode { node ->
        val started = CompletableDeferred<Unit>()
        val ended = CompletableDeferred<Throwable?>()
        val numbers = node.numbers {
          flow<Int> {
              started.complete(Unit)
              awaitCancellation()
            }
            .onCompletion { ended.complete(it) }
        }
        val reading = launch { numbers.stream(Numbers.UpTo(1)).collect() }
        started.await()
        reading.cancelAndJoin()
        ended.await()
        while (node.processCount() > 1) yield()
      }
    }

    test("a flow that fails ends its server; the reader gets what came before, and the reason") {
      withNode { node ->
        val numbers = node.numbers { n ->
          flow {
            repeat(n) { emit(it) }
            error("no more numbers")
          }
        }
        val end = node.endOf(numbers)
        val seen = ArrayList<Int>()
        shouldThrow<StreamException> { numbers.stream(Numbers.UpTo(3)).collect { seen += it } }
          .reason()
          .toString() shouldContain "no more numbers"
        seen shouldContainExactly listOf(0, 1, 2)
        end.await().toString() shouldContain "no more numbers"
      }
    }

    test("the end of the server is the end of its streams") {
      withNode { node ->
        val numbers = node.numbers {
          flow {
            emit(1)
            awaitCancellation()
          }
        }
        val failure = CompletableDeferred<StreamException>()
        val first = CompletableDeferred<Int>()
        val reading = launch {
          try {
            numbers.stream(Numbers.UpTo(1)).collect { first.complete(it) }
          } catch (ended: StreamException) {
            failure.complete(ended)
          }
        }
        first.await()
        node.exit(numbers.pid, ExitReason.SHUTDOWN)
        failure.await().reason() shouldBe ExitReason.SHUTDOWN
        reading.join()
      }
    }

    test("an actor reads in its own turns, and its end is the end of the stream") {
      withNode { node ->
        val ended = CompletableDeferred<Throwable?>()
        val numbers = node.numbers {
          flow {
            var i = 0
            while (true) emit(++i)
          }
            .onCompletion { ended.complete(it) }
        }
        val read = CompletableDeferred<Int>()
        val reader =
          node.spawn(
            actor<Unit>("reader") { numbers.stream(Numbers.UpTo(1)).collect { read.complete(it) } }
          )
        read.await() shouldBe 1
        node.exit(reader.pid, ExitReason.SHUTDOWN)
        ended.await()
      }
    }

    test("a source is read once") {
      withNode { node ->
        val numbers = node.numbers { n -> (1..n).asFlow() }
        val source = numbers.call(Numbers.UpTo(3))
        source.asFlow(node, 8).toList() shouldBe listOf(1, 2, 3)
        shouldThrow<StreamException> { source.asFlow(node, 8).toList() }.reason() shouldBe
          ExitReason.NOPROC
      }
    }

    test("a straight-line actor streams while it receives") {
      withNode { node ->
        val actor =
          node.spawn(
            actor<Numbers>("numbers") {
              while (true) select {
                onRequest { q: Numbers.UpTo, reply ->
                  reply.send(this@actor.streaming((1..q.n).asFlow()))
                }
                onRequest { _: Numbers.Count, reply -> reply.send(0) }
              }
            }
          )
        actor.stream(Numbers.UpTo(100)).toList() shouldBe (1..100).toList()
      }
    }

    test("Java reads a source as a publisher, as fast as it asks") {
      withNode { node ->
        val numbers = node.numbers { n -> (1..n).asFlow() }
        val seen = ArrayList<Int>()
        val complete = CompletableDeferred<Unit>()
        lateinit var subscription: JavaFlow.Subscription
        val subscribed = CompletableDeferred<Unit>()
        val publisher = numbers.call(Numbers.UpTo(5)).publisher(node)
        publisher.subscribe(
          object : JavaFlow.Subscriber<Int> {
            override fun onSubscribe(mine: JavaFlow.Subscription) {
              subscription = mine
              mine.request(2)
              subscribed.complete(Unit)
            }

            override fun onNext(item: Int) {
              synchronized(seen) { seen += item }
            }

            override fun onError(failure: Throwable) {
              complete.completeExceptionally(failure)
            }

            override fun onComplete() {
              complete.complete(Unit)
            }
          }
        )
        subscribed.await()
        while (synchronized(seen) { seen.size } < 2) yield()
        withTimeoutOrNull(20) { while (synchronized(seen) { seen.size } < 3) yield() } shouldBe null
        subscription.request(10)
        complete.await()
        seen shouldContainExactly listOf(1, 2, 3, 4, 5)
      }
    }
  })
