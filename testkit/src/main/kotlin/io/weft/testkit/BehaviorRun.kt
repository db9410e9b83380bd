package io.weft.testkit

import io.weft.gen.MachineState
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Effect
import io.weft.node.ExitReason
import io.weft.node.Started
import io.weft.node.Sys
import io.weft.node.Target
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.function.Predicate

/**
 * One process, alone: it is sent messages, and what it does is looked at. Made by [Outside.run].
 *
 * Each method lets it run until it has nothing more to do at the present time; only [advance] lets
 * time go by. What it does is in [effects], in order, until [takeEffects] or an `expect` takes it.
 *
 * What it is asked, [ask] and [call] ask it: in Java they are in `BehaviorRuns`.
 *
 * @param P its protocol
 */
public class BehaviorRun<P : Any>
internal constructor(private val outside: Outside, private val blueprint: Blueprint<P>) {
  private val started: CompletableFuture<Started<Any>>
  private var last: ExitReason? = null
  private val self: Address<P>?

  init {
    @Suppress("UNCHECKED_CAST") // whose protocol it is, this class keeps
    val process = blueprint as Blueprint<Any>
    started = outside.isolation.start(process)
    outside.settle()
    @Suppress("UNCHECKED_CAST") // that of the blueprint
    self = outside.isolation.address() as Address<P>?
    self?.let { outside.label(it, blueprint.label()) }
  }

  /** The address of the process. */
  public val address: Address<P>
    get() = self ?: throw AssertionError("${blueprint.label()} was not started")

  /** How its start ended; null while it goes on, as while it waits for the answer to a call. */
  public val start: Started<*>?
    get() = started.getNow(null)

  /** Whether it lives. */
  public val isAlive: Boolean
    get() = outside.isolation.node().isAlive(TestCluster.pidOf(address))

  /** Why it ended; null if it lives. */
  public val stopReason: ExitReason?
    get() = last ?: endAmong(outside.recorded())

  private fun endAmong(effects: List<Effect>) =
    effects.filterIsInstance<Effect.Ended>().firstOrNull()?.reason()

  // --- what happens to it ------------------------------------------------------------------------

  /** Sends it a message. */
  public fun tell(message: P) {
    requireAlive()
    address.tell(message)
    outside.settle()
  }

  internal fun <R : Any> pending(reply: CompletableFuture<R>, request: Any): PendingReply<R> {
    outside.settle()
    return PendingReply(reply, "$request") { describe() }
  }

  internal fun requireAlive() {
    if (!isAlive) throw AssertionError("${blueprint.label()} has ended: $stopReason")
  }

  /** Lets time go by, and its timers fire. */
  public fun advance(span: Duration): Unit = outside.advance(span)

  /** Answers the next of its calls that waits for one. */
  public fun answer(reply: Any): Unit = answer(nextCall(), reply)

  /** Answers one of its calls. */
  public fun answer(call: Effect.Called, reply: Any) {
    outside.isolation.answer(call, reply)
    outside.settle()
  }

  /** Lets one of its calls fail: there will be no reply, for [reason]. */
  public fun fail(call: Effect.Called, reason: ExitReason) {
    outside.isolation.fail(call, reason)
    outside.settle()
  }

  /** Lets one of its calls be refused. */
  public fun refuse(call: Effect.Called, why: String) {
    outside.isolation.refuse(call, why)
    outside.settle()
  }

  /** Lets it hear that somebody ended: through its link, or by an exit signal if it has none. */
  public fun exit(from: Address<*>, reason: ExitReason) {
    outside.isolation.exit(TestCluster.pidOf(from), reason)
    outside.settle()
  }

  /** Lets its monitors of somebody report the end; fails if it has none. */
  public fun down(who: Address<*>, reason: ExitReason) {
    val target = who.target() ?: throw AssertionError("$who cannot be watched")
    down(target, reason)
  }

  /** As the other one, for whom it watches by pid or name. */
  public fun down(who: Target, reason: ExitReason) {
    val watched = outside.isolation.down(who, reason)
    outside.settle()
    if (!watched.getNow(false)) {
      throw AssertionError("${blueprint.label()} does not watch $who\n${describe()}")
    }
  }

  // --- what it is and did ------------------------------------------------------------------------

  /**
   * Returns the state that it shows, as `sys:get_state`: what `state` of its handlers says, for a
   * state machine a [MachineState]. Fails if it shows none, or not of this type.
   */
  public fun <S : Any> state(type: Class<S>): S {
    val asked = Sys.state(address)
    outside.settle()
    val state = asked.getNow(null)
    val own =
      if (state is MachineState && type != MachineState::class.java) state.state() else state
    if (!type.isInstance(own)) {
      throw AssertionError(
        "${blueprint.label()} shows " +
          (if (own == null) "no state: have its handlers show it, on.state(..)"
          else "the state $own, which is no ${type.simpleName}")
      )
    }
    return type.cast(own)
  }

  /** Returns what it did and was not taken yet, in order. */
  public fun effects(): List<Effect> = outside.recorded()

  /** Returns what it did, in order, and forgets it. */
  public fun takeEffects(): List<Effect> {
    last = last ?: endAmong(outside.recorded())
    return outside.take()
  }

  /** Returns the messages that it has told somebody, in order. */
  public fun <T : Any> toldTo(to: Address<T>): List<T> {
    val target = to.item()
    @Suppress("UNCHECKED_CAST") // what was told to an Address<T>
    return outside
      .recorded()
      .filterIsInstance<Effect.Told>()
      .filter { it.to() == to || target != null && it.to().item() == target }
      .map { it.message() as T }
  }

  /** Takes the first effect of this type that [fits]; fails if there is none. */
  public fun <E : Effect> expect(type: Class<E>, fits: Predicate<E>): E {
    val found =
      outside.recorded().firstOrNull { type.isInstance(it) && fits.test(type.cast(it)) }
        ?: throw AssertionError(
          "expected ${blueprint.label()} to have ${type.simpleName} something that fits\n${describe()}"
        )
    if (found is Effect.Ended) last = found.reason()
    outside.remove(found)
    return type.cast(found)
  }

  /** Takes the next call that waits for an answer; fails if there is none. */
  public fun nextCall(): Effect.Called = expect(Effect.Called::class.java) { !it.isAnswered }

  /** Sees that it did nothing more than what was taken. */
  public fun expectNoEffects() {
    if (outside.recorded().isNotEmpty()) {
      throw AssertionError("expected ${blueprint.label()} to do nothing more\n${describe()}")
    }
  }

  private fun describe(): String {
    val did = outside.recorded().map(outside.text::of)
    val state = if (isAlive) "it lives" else "it ended: ${stopReason?.brief()}"
    return if (did.isEmpty()) "  it did nothing that was not taken; $state"
    else did.joinToString("\n", "  what it did and was not taken:\n", "\n  $state") { "    $it" }
  }

  override fun toString(): String = "run of ${blueprint.label()}"

  /** What a process is asked: the reply is there, or comes with something that happens to it. */
  public class PendingReply<R : Any>
  internal constructor(
    private val reply: CompletableFuture<R>,
    private val request: String,
    private val describe: () -> String,
  ) {
    /** Whether it was answered, or failed. */
    public val isAnswered: Boolean
      get() = reply.isDone

    /**
     * Returns the reply; fails if it is not there.
     *
     * @throws io.weft.node.CallException if the process refused, or ended before it answered
     */
    public fun reply(): R {
      if (!reply.isDone) {
        throw AssertionError(
          "$request has no reply yet: does the process wait for an answer, or for time to go by?\n" +
            describe()
        )
      }
      try {
        return reply.join()
      } catch (failed: CompletionException) {
        throw failed.cause as? RuntimeException ?: failed
      }
    }
  }
}
