package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Request
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.completeWith
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private sealed interface Shed {
  data class Try(val what: Turn<Shed>.(Address<*>) -> Unit) : Shed, Request<String>

  data object Noted : Shed
}

private val attempts: Map<String, Turn<Shed>.(Address<*>) -> Unit> =
  mapOf(
    "stop" to { stop(ExitReason.NORMAL) },
    "link" to { link(it) },
    "unlink" to { unlink(it) },
    "monitor" to { monitor(it) { Shed.Noted } },
    "trapExit" to { trapExits { Shed.Noted } },
  )

/** An actor does things in its own name, in its own turns, whatever threads its code visits. */
class ForeignThreadSpec :
  FunSpec({
    fun shed() =
      server<Shed>("shed") {
        val turn: Turn<Shed> = this
        call { q: Shed.Try ->
          val other = self.spawn(actor<Shed>("other") { receive() })
          val said =
            withContext(Dispatchers.IO) {
              shouldThrow<IllegalStateException> { q.what(turn, other) }.message.orEmpty()
            }
          q.what(turn, other) // and here again it may
          said
        }
        cast { _: Shed.Noted -> }
      }

    for ((name, attempt) in attempts) {
      test("$name on a thread of Dispatchers.IO is refused, with what to do, and then works") {
        withNode { node ->
          val shed = node.awaitStart(shed())
          val said = shed.call(Shed.Try(attempt), 20.seconds)
          said shouldContain "$name is for the turns of shed"
          said shouldContain "self.post"
        }
      }
    }

    test("a straight-line body receives in its own turns only") {
      withNode { node ->
        val said = CompletableDeferred<String>()
        val body =
          node.spawn(
            actor<Shed>("body") {
              said.complete(
                withContext(Dispatchers.IO) {
                  shouldThrow<IllegalStateException> { receive() }.message.orEmpty()
                }
              )
              receive()
            }
          )
        said.await() shouldContain "receive is for the turns of body"
        val end = node.endOf(body)
        body.tell(Shed.Noted)
        end.await() shouldBe ExitReason.NORMAL
      }
    }

    test("what an actor launched, and what was resumed elsewhere, is in its turns") {
      withNode { node ->
        val done = CompletableDeferred<Boolean>()
        val body =
          node.spawn(
            actor<Shed>("body") {
              launch {
                withContext(Dispatchers.IO) { yield() }
                self.trapExit(true)
                done.complete(true)
              }
              receive()
            }
          )
        done.await() shouldBe true
        body.tell(Shed.Noted)
      }
    }

    test("a caller without a dispatcher does not go on in a turn of somebody else") {
      withNode { node ->
        val carriers = node.seams().scheduler()
        val caller: suspend () -> List<Boolean> = {
          val shed = node.awaitStart(shed())
          val afterStart = carriers.isCarrier()
          shed.call(Shed.Try(attempts.getValue("link")), 20.seconds)
          listOf(afterStart, carriers.isCarrier())
        }
        val onCarriers = CompletableDeferred<List<Boolean>>()
        caller.startCoroutine(Continuation(EmptyCoroutineContext) { onCarriers.completeWith(it) })
        onCarriers.await() shouldBe listOf(false, false)
      }
    }
  })
