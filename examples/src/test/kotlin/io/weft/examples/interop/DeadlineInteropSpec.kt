package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.kotlin.Deadline
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.callTerm
import io.weft.kotlin.codecOf
import io.weft.kotlin.pool
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Request
import io.weft.term.Term
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Clock {
  /** Answers how many milliseconds its caller still waits; -1 for ever. */
  @Serializable data object Left : Clock, Request<Long>
}

private fun clock() =
  server<Clock>("clock") {
    call { _: Clock.Left ->
      currentCoroutineContext()[Deadline]?.remaining()?.inWholeMilliseconds ?: -1L
    }
  }

private fun Node.clockOf(other: String): Address<Clock> = address("clock", other, codecOf<Clock>())

/** Deadlines between real nodes: who is told, and who is not. */
class DeadlineInteropSpec :
  FunSpec({
    test("a Weft node tells another how long it waits, over a socket, and through a pool") {
      TcpWorld().use { world ->
        val (here, there) = listOf("a", "b").map { world.start(it) }
        there.awaitStart(clock().named("clock"))
        val clock = here.clockOf(there.name().name())
        clock.call(Clock.Left, 30.seconds).shouldBeInRange(20_000L..30_000L)
        clock.call(Clock.Left, Duration.INFINITE) shouldBe -1L
        there.awaitStart(pool("pool", clock()) { workers(2) }.named("pool"))
        here
          .address("pool", there.name().name(), codecOf<Clock>())
          .call(Clock.Left, 30.seconds)
          .shouldBeInRange(20_000L..30_000L)
      }
    }
  })

/** The same beside a real Erlang node, which agreed to nothing. */
@EnabledIf(ErlangInstalled::class)
class DeadlineErlangSpec :
  FunSpec({
    test("an Erlang node gets requests as ever, and its own have no deadline") {
      TcpWorld().use { world ->
        val weft = world.start("w") { hidden(false) }
        weft.awaitStart(clock().named("clock"))
        ErlangNode.start("e@127.0.0.1", COOKIE, world.epmdPort).use { erlang ->
          erlang.eval(
            "register(raw, spawn(fun F() -> receive {'\$gen_call', From, R} = M -> gen:reply(" +
              "From, {tuple_size(M), R, seq_trace:get_token()}), F() end end)), ok"
          )
          val raw = weft.address("raw", "e@127.0.0.1")
          raw.callTerm(Term.parse("hello"), 10.seconds) shouldBe Term.parse("{3, hello, []}")
          erlang.eval("gen_server:call({clock, 'w@127.0.0.1'}, left, 5000)") shouldBe
            Term.parse("-1")
        }
      }
    }
  })
