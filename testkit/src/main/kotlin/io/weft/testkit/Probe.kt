package io.weft.testkit

import io.weft.node.Address
import io.weft.node.ForwardingAddress
import io.weft.node.Info
import io.weft.node.Received
import io.weft.node.Request
import io.weft.testkit.ProbeState.Arrival
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.withTimeoutOrNull

/** How long a probe waits when it is not told, of virtual time. */
public val EXPECT_TIME: Duration = 3.seconds

/**
 * A process of the test, which receives whatever it is sent.
 *
 * Each `expect` takes the next thing that came, and fails if that is something else; [fish] skips.
 * They wait for [EXPECT_TIME] if not told, of virtual time. A failure tells what came, what is in
 * the mailbox, and what to do. A probe traps exits. It is for the coroutines of its test only, and
 * for one of them at a time.
 *
 * ```
 * val billing = probe<Billing>("billing")
 * val placed = async { start(orders(billing)).call(Order.Place("tea")) }
 * billing.expectCall<Billing.Charge, _>().reply(Receipt(1))
 * placed.await() shouldBe Receipt(1)
 * ```
 *
 * @param P its protocol
 */
public class Probe<P : Any> internal constructor(internal val state: ProbeState<P>) :
  ForwardingAddress<P>(state.address) {
  private val news = Channel<Unit>(Channel.CONFLATED)

  init {
    state.onArrival = { news.trySend(Unit) }
  }

  internal suspend fun take(within: java.time.Duration): Arrival<P>? {
    if (!state.hasNext && !within.isNegative) {
      withTimeoutOrNull(within.toKotlinDuration()) { while (!state.hasNext) news.receive() }
    }
    return state.next()
  }

  /** Takes the next thing, whatever it is. */
  public suspend fun next(): Received<P> = next(EXPECT_TIME)

  /** Takes the next thing, which must come in time. */
  public suspend fun next(within: Duration): Received<P> =
    state.expecting("anything", within.toJavaDuration(), { take(it) }) { it }

  /** Takes the next thing, which must be a message equal to this one. */
  public suspend fun expectMessage(message: P): P =
    state.expecting("$message", EXPECT_TIME.toJavaDuration(), { take(it) }) {
      equalMessage(it, message)
    }

  /** Takes as many messages, which must equal these, in this order. */
  public suspend fun expectSequence(vararg messages: P) {
    messages.forEach { expectMessage(it) }
  }

  /** Sees that nothing comes for this long. */
  public suspend fun expectNone(within: Duration): Unit =
    state.expectingNone(within.toJavaDuration()) { take(it) }

  /** Takes the next thing, which must be the report that a process which it watches has ended. */
  public suspend fun expectDown(): Info.Down =
    state.expecting("a report of a monitor", EXPECT_TIME.toJavaDuration(), { take(it) }) {
      report(it, Info.Down::class.java) { true }
    }

  /** As [expectDown]; the process must be this one. */
  public suspend fun expectDown(process: Address<*>): Info.Down {
    val item = process.item()
    return state.expecting(
      "the report that ${item?.shown()} ended",
      EXPECT_TIME.toJavaDuration(),
      { take(it) },
    ) {
      report(it, Info.Down::class.java) { down -> item == null || down.item() == item }
    }
  }

  /** Takes the next thing, which must be an exit signal. */
  public suspend fun expectExit(): Info.Exit =
    state.expecting("an exit signal", EXPECT_TIME.toJavaDuration(), { take(it) }) {
      report(it, Info.Exit::class.java) { true }
    }

  /** Watches a process; returns when it is watched. */
  public fun watch(process: Address<*>): Unit = state.watch(process)

  /** Links the probe with a process; returns when it is linked. */
  public fun link(process: Address<*>): Unit = state.link(process)

  override fun toString(): String = state.toString()
}

/** Takes the next thing, which must be a message of type [T]. */
public suspend inline fun <reified T : Any> Probe<in T>.expect(): T = expect(T::class, EXPECT_TIME)

/** Takes the next thing, which must come in time and be a message of type [T]. */
public suspend inline fun <reified T : Any> Probe<in T>.expect(within: Duration): T =
  expect(T::class, within)

/** Takes the next thing, which must be a message of type [T] that [fits]. */
public suspend inline fun <reified T : Any> Probe<in T>.expect(noinline fits: (T) -> Boolean): T =
  expect(T::class, EXPECT_TIME, fits)

/** Takes the next thing, which must come in time and be a message of [type]. */
public suspend fun <T : Any> Probe<in T>.expect(type: KClass<T>, within: Duration): T =
  expect(type, within) { true }

/** Takes the next thing, which must come in time and be a message of [type] that [fits]. */
public suspend fun <T : Any> Probe<in T>.expect(
  type: KClass<T>,
  within: Duration,
  fits: (T) -> Boolean,
): T {
  val probe = this
  val wanted = type.simpleName ?: type.toString()
  return probe.state.expecting(wanted, within.toJavaDuration(), { probe.take(it) }) {
    message(it, type.javaObjectType) { found -> fits(found) }
  }
}

/** Skips until there is a message of type [T] that [fits], for [EXPECT_TIME] at most. */
public suspend inline fun <reified T : Any> Probe<in T>.fish(noinline fits: (T) -> Boolean): T =
  fish(T::class, EXPECT_TIME, fits)

/** Skips until there is a message of [type] that [fits]. */
public suspend fun <T : Any> Probe<in T>.fish(
  type: KClass<T>,
  within: Duration,
  fits: (T) -> Boolean,
): T {
  val probe = this
  return probe.state.fishing(
    "a ${type.simpleName} that fits",
    within.toJavaDuration(),
    { probe.take(it) },
  ) {
    message(it, type.javaObjectType, fits)
  }
}

/**
 * Takes the next thing, which must be a request of type [Q] that waits for an answer:
 * `expectCall<Billing.Charge, _>().reply(receipt)`.
 */
public suspend inline fun <reified Q : Request<R>, R : Any> Probe<in Q>.expectCall(): Asked<Q, R> =
  expectCall(Q::class, EXPECT_TIME)

/** Takes the next thing, which must be a request of [type] that waits for an answer. */
public suspend fun <Q : Request<R>, R : Any> Probe<in Q>.expectCall(
  type: KClass<Q>,
  within: Duration,
): Asked<Q, R> {
  val probe = this
  return probe.state.expecting(
    "the request ${type.simpleName}",
    within.toJavaDuration(),
    { probe.take(it) },
  ) {
    request<R, Q>(it, type.javaObjectType)
  }
}

/**
 * Answers requests of type [Q] by itself from now on; they are not to be expected: `billing.answer
 * { q: Billing.Charge -> Receipt(q.amount) }`.
 */
public inline fun <reified Q : Request<R>, R : Any> Probe<in Q>.answer(
  noinline reply: (Q) -> R
): Unit = answer(Q::class, reply)

/** Answers requests of [type] by itself from now on; they are not to be expected. */
public fun <Q : Request<R>, R : Any> Probe<in Q>.answer(type: KClass<Q>, reply: (Q) -> R): Unit =
  state.answering { request, from ->
    type.isInstance(request).also { if (it) from.reply(reply(type.javaObjectType.cast(request))) }
  }
