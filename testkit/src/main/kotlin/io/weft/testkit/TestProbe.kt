package io.weft.testkit

import io.weft.node.Address
import io.weft.node.ForwardingAddress
import io.weft.node.Info
import io.weft.node.Received
import io.weft.node.Request
import io.weft.testkit.ProbeState.Arrival
import java.time.Duration
import java.util.function.Function
import java.util.function.Predicate

/**
 * A process of the test, which receives whatever it is sent, for Java: its methods let the
 * simulation run until what they wait for is there. [Probe] is the one for Kotlin.
 *
 * Each `expect` takes the next thing that came, and fails if that is something else; `fish` skips.
 * They wait three seconds if not told, of virtual time. A probe traps exits.
 *
 * @param P its protocol
 */
public class TestProbe<P : Any> internal constructor(private val state: ProbeState<P>) :
  ForwardingAddress<P>(state.address) {

  private val take: (Duration) -> Arrival<P>? = { within ->
    state.cluster.await(within) { state.hasNext }
    state.next()
  }

  /** Takes the next thing, whatever it is. */
  public fun next(): Received<P> = state.expecting("anything", EXPECT_TIME, take) { it }

  /** Takes the next thing, which must come in time. */
  public fun next(within: Duration): Received<P> = state.expecting("anything", within, take) { it }

  /** Takes the next thing, which must be a message of this type. */
  public fun <T : P> expect(type: Class<T>): T = expect(type, EXPECT_TIME) { true }

  /** Takes the next thing, which must come in time and be a message of this type. */
  public fun <T : P> expect(type: Class<T>, within: Duration): T = expect(type, within) { true }

  /** Takes the next thing, which must be a message of this type that [fits]. */
  public fun <T : P> expect(type: Class<T>, within: Duration, fits: Predicate<T>): T =
    state.expecting(type.simpleName, within, take) { message(it, type, fits::test) }

  /** Takes the next thing, which must be a message equal to this one. */
  public fun expectMessage(message: P): P =
    state.expecting("$message", EXPECT_TIME, take) {
      equalMessage(it, message)
    }

  /** Takes as many messages, which must equal these, in this order. */
  @SafeVarargs
  public fun expectSequence(vararg messages: P) {
    messages.forEach { expectMessage(it) }
  }

  /** Sees that nothing comes for this long. */
  public fun expectNone(within: Duration): Unit = state.expectingNone(within, take)

  /** Skips until there is a message of this type that [fits]. */
  public fun <T : P> fish(type: Class<T>, within: Duration, fits: Predicate<T>): T =
    state.fishing("a ${type.simpleName} that fits", within, take) { message(it, type, fits::test) }

  /** Takes the next thing, which must be a request of this type that waits for an answer. */
  public fun <R : Any, Q : Request<R>> expectCall(type: Class<Q>): Asked<Q, R> =
    state.expecting("the request ${type.simpleName}", EXPECT_TIME, take) { request(it, type) }

  /** Answers requests of this type by itself from now on; they are not to be expected. */
  public fun <R : Any, Q : Request<R>> answer(type: Class<Q>, reply: Function<Q, R>): Unit =
    state.answering { request, from ->
      type.isInstance(request).also { if (it) from.reply(reply.apply(type.cast(request))) }
    }

  /** Watches a process; returns when it is watched. */
  public fun watch(process: Address<*>): Unit = state.watch(process)

  /** Links the probe with a process; returns when it is linked. */
  public fun link(process: Address<*>): Unit = state.link(process)

  /** Takes the next thing, which must be the report that a process which it watches has ended. */
  public fun expectDown(): Info.Down =
    state.expecting("a report of a monitor", EXPECT_TIME, take) {
      report(it, Info.Down::class.java) { true }
    }

  /** As the other one; the process must be this one. */
  public fun expectDown(process: Address<*>): Info.Down {
    val item = process.item()
    return state.expecting("the report that ${item?.shown()} ended", EXPECT_TIME, take) {
      report(it, Info.Down::class.java) { down -> item == null || down.item() == item }
    }
  }

  /** Takes the next thing, which must be an exit signal. */
  public fun expectExit(): Info.Exit =
    state.expecting("an exit signal", EXPECT_TIME, take) {
      report(it, Info.Exit::class.java) { true }
    }

  override fun toString(): String = state.toString()

  private companion object {
    val EXPECT_TIME: Duration = Duration.ofSeconds(3)
  }
}
