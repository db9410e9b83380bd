package io.weft.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Sys
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.asDeferred
import kotlinx.coroutines.yield

private sealed interface Guest {
  data class Leave(val why: ExitReason) : Guest
}

private val guest = server<Guest>("guest") { cast { m: Guest.Leave -> stop(m.why) } }

/** Runs [code] when somebody waits for the end. */
private suspend fun Address<Guest>.whileAwaited(code: suspend () -> Unit): ExitReason =
  coroutineScope {
    val end = async { awaitEnd() }
    while (!isWatched()) yield()
    code()
    end.await()
  }

private suspend fun Address<*>.isWatched(): Boolean =
  Sys.info(this).asDeferred().await().watchers().isNotEmpty()

class AwaitEndSpec :
  FunSpec({
    for (why in listOf(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.KILLED)) {
      test("who waits for the end of a process hears that it was $why") {
        withNode { node ->
          val guest = node.awaitStart(guest)
          guest.whileAwaited { guest.tell(Guest.Leave(why)) } shouldBe why
          guest.awaitEnd() shouldBe ExitReason.NOPROC
        }
      }
    }

    test("an actor waits as others do") {
      withNode { node ->
        val guest = node.awaitStart(guest)
        val host =
          server<Guest>("host") {
            cast { _: Guest.Leave -> stop(guest.awaitEnd()) }
          }
        val address = node.awaitStart(host)
        val end = address.whileAwaited {
          address.tell(Guest.Leave(ExitReason.NORMAL))
          while (!guest.isWatched()) yield()
          guest.tell(Guest.Leave(ExitReason.SHUTDOWN))
        }
        end shouldBe ExitReason.SHUTDOWN
      }
    }

    test("the end of its own node ends the waiting") {
      val node = localNode()
      val guest = node.awaitStart(guest)
      (guest.whileAwaited { node.close() } == ExitReason.NORMAL) shouldBe false
    }

    test("who gives up leaves nothing behind") {
      withNode { node ->
        val guest = node.awaitStart(guest)
        coroutineScope {
          val end = async { guest.awaitEnd() }
          while (!guest.isWatched()) yield()
          end.cancelAndJoin()
        }
        while (node.processCount() > 1) yield()
      }
    }
  })
