package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.gen.Reply
import io.weft.kotlin.testing.ManualTime
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.term.Terms
import io.weft.term.Tuple
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Shop {
  @Serializable data object Price : Shop, Request<Int>

  @Serializable data class Watch(val reply: ReplyTo<Int>) : Shop
}

private fun shop(price: suspend () -> Int) =
  server<Shop>("shop") {
    val waiting = ArrayList<Reply<Int>>()
    call { _: Shop.Price -> price() }
    cast { m: Shop.Watch ->
      waiting += m.reply
      m.reply.send(price())
    }
  }

private suspend fun Node.gone(): Address<Shop> =
  awaitStart(shop { 0 }).also {
    val end = endOf(it)
    exit(it.pid, ExitReason.SHUTDOWN)
    end.await()
  }

class ManyCallsSpec :
  FunSpec({
    context("callAll") {
      test("gives the reply or the failure of each server, in their order") {
        withNode { node ->
          val gate = CompletableDeferred<Int>()
          val shops =
            listOf(
              node.awaitStart(shop { gate.await() }),
              node.gone(),
              node.awaitStart(shop { 2 }),
              node.awaitStart(shop { error("closed") }),
            )
          launch { gate.complete(1) }
          val results = shops.callAll(Shop.Price, 20.seconds)
          results.map { it.valueOrNull() } shouldContainExactly listOf(1, null, 2, null)
          results[1].failureOrNull()?.reason() shouldBe ExitReason.NOPROC
          results[0].failureOrNull() shouldBe null
        }
      }

      test("asks all at once, also from a handler, and tells which was too slow") {
        val time = ManualTime()
        time.seams().use { seams ->
          withNode(localNode(seams)) { node ->
            val never = CompletableDeferred<Int>()
            val asked = AtomicInteger()
            val fast = node.awaitStart(shop { asked.incrementAndGet() })
            val shops = mapOf("slow" to node.awaitStart(shop { never.await() }), "fast" to fast)
            val results = CompletableDeferred<Map<String, String>>()
            node.spawn(
              actor<Unit>("customer") {
                val all = shops.callAll(Shop.Price, 5.seconds)
                results.complete(
                  all.mapValues { (_, result) ->
                    "${result.valueOrNull() ?: result.failureOrNull()?.reason()}"
                  }
                )
              }
            )
            while (asked.get() == 0) yield()
            fast.call(Shop.Price, Duration.INFINITE) shouldBe 2 // so the first reply is there
            time.advance(5.seconds.toJavaDuration())
            results.await() shouldBe mapOf("slow" to "timeout", "fast" to "1")
          }
        }
      }
    }

    context("first") {
      test("is the first good answer; the other calls are given up") {
        withNode { node ->
          val never = CompletableDeferred<Int>()
          val shops =
            listOf(
              node.awaitStart(shop { never.await() }),
              node.gone(),
              node.awaitStart(shop { 5 }),
            )
          shops.first(Shop.Price, Duration.INFINITE) shouldBe 5
          while (node.processCount() > 2) yield()
        }
      }

      test("fails when all have failed, and tells why each did") {
        withNode { node ->
          val failure =
            shouldThrow<CallException> { listOf(node.gone(), node.gone()).first(Shop.Price) }
          failure.reason() shouldBe ExitReason.NOPROC
          failure.suppressed.size shouldBe 1
          shouldThrow<NoSuchElementException> { emptyList<Address<Shop>>().first(Shop.Price) }
        }
      }
    }

    context("ask") {
      test("gets the reply that its message carries, from whoever sends it") {
        withNode { node ->
          val till = node.awaitStart(shop { 3 })
          val relay = node.spawn(actor<Shop>("relay") { while (true) till.tell(receive()) })
          val price: Int = relay.ask { Shop.Watch(it) }
          price shouldBe 3
        }
      }

      test("works in a handler, in order with what it sent before") {
        withNode { node ->
          val seen = ArrayList<String>()
          val till =
            node.spawn(
              actor<Any>("till") {
                while (true) {
                  val message = receive()
                  seen += message::class.simpleName.orEmpty()
                  if (message is Shop.Watch) message.reply.send(seen.size)
                }
              }
            )
          val asked = CompletableDeferred<Int>()
          node.spawn(
            actor<Unit>("customer") {
              till.tell("one")
              asked.complete(till.ask { Shop.Watch(it) })
            }
          )
          asked.await() shouldBe 2
          seen shouldContainExactly listOf("String", "Watch")
        }
      }

      test("tells of the end, the absence and the slowness of whom is asked") {
        withNode { node ->
          suspend fun reason(shop: Address<Shop>, within: Duration = 20.seconds): String =
            shouldThrow<CallException> { shop.ask<Shop, Int>(within) { Shop.Watch(it) } }
              .reason()
              .toString()
          reason(node.gone()) shouldBe "noproc"
          reason(
            node.spawn(actor<Shop>("mute") { repeat(2) { receive() } }),
            20.milliseconds,
          ) shouldBe "timeout"
          reason(node.spawn(actor<Shop>("short") { receive() })) shouldBe "normal"
        }
      }

      test("that is cancelled leaves nobody behind") {
        withNode { node ->
          val mute = node.spawn(actor<Shop>("mute") { repeat(2) { receive() } })
          val asking = launch { mute.ask<Shop, Int>(Duration.INFINITE) { Shop.Watch(it) } }
          while (node.processCount() < 2) yield()
          asking.cancelAndJoin()
          while (node.processCount() > 1) yield()
        }
      }

      test("is {Pid, [alias | Reference]} to those who speak terms") {
        withNode { node ->
          val till = node.awaitStart(shop { 9 })
          val terms = node.address(till.pid)
          val reply =
            io.weft.gen.Ask.askAsync<io.weft.term.Term, io.weft.term.Term>(
              terms,
              { reply ->
                Tuple.of(
                  io.weft.term.Atom.of("watch"),
                  io.weft.gen.Ask.termOf(reply) { term, _ -> term },
                )
              },
              null,
            )
          reply.await(node) shouldBe Terms.integer(9)
        }
      }
    }
  })
