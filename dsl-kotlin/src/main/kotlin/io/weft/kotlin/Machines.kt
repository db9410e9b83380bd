package io.weft.kotlin

import io.weft.gen.CallbackModule
import io.weft.gen.GenStateMachine
import io.weft.gen.Next
import io.weft.gen.StateEvent
import io.weft.gen.StateHandlers
import io.weft.gen.States
import io.weft.gen.Transitions
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Self
import kotlin.reflect.KClass
import kotlinx.coroutines.CoroutineScope

/** What a handler of a state machine can say: what comes next. Each word makes a fresh [Next]. */
@WeftDsl
public interface Transit<S : Any, P : Any> : Turn<P> {
  /** Goes to a state. One equal to the present one is kept: not entered again, nothing retried. */
  public fun goTo(state: S): Next<S, P>

  /** Stays in the present state. */
  public fun keep(): Next<S, P>

  /** Stays in the present state and enters it again. Nothing postponed is retried. */
  public fun repeat(): Next<S, P>

  /** Stays in the present state and puts the event off until the state has changed. */
  public fun postpone(): Next<S, P>

  /** Ends the machine normally, after the replies that are added. */
  public fun stopping(): Next<S, P>

  /** Ends the machine, after the replies that are added. */
  public fun stopping(reason: ExitReason): Next<S, P>
}

/** What a state machine says of itself, in both of its forms. */
@WeftDsl
public interface MachineScope<S : Any, P : Any> : Transit<S, P> {
  /**
   * Says where the machine starts; every machine must. What is returned takes the actions of the
   * start: `start(State.Locked).stateTimeout(10.seconds)`.
   */
  public fun start(state: S): Next<S, P>

  /** Returns the present state; while a state is entered, that state. Not before the start. */
  public fun present(): S

  /** Runs whenever a state is entered that has no code of its own for it, the first included. */
  public fun onEnter(handler: suspend CoroutineScope.(from: S) -> Next<S, P>)

  /** As [ServerScope.onTerminate]. */
  public fun onTerminate(handler: suspend CoroutineScope.(ExitReason) -> Unit)

  /**
   * Makes a [CallbackModule] with a table for each state, which the machine changes to by
   * `goTo(..).pushModule(it)` or `changeModule(it)`, and leaves by `popModule()`. Where it has
   * tables for some states, a message without a handler in one of them fails the start.
   *
   * @param name tells it from the other modules of the machine
   */
  public fun module(name: String, tables: StatesScope<S, P>.() -> Unit): CallbackModule<S, P>

  /** Makes a [CallbackModule] with one function for all events: see [module]. */
  public fun eventModule(name: String, body: EventsScope<S, P>.() -> Unit): CallbackModule<S, P>
}

/** The tables of a state machine with one for each state. */
@WeftDsl
public interface StatesScope<S : Any, P : Any> : MachineScope<S, P> {
  /** Fills the table of one state, a constant of an enum or an object as a rule; once. */
  public fun state(state: S, table: StateScope<S, P, S>.() -> Unit)

  /** Fills the table of all states of a type; in it [StateScope.state] is one. */
  public fun <T : S> states(type: KClass<T>, table: StateScope<S, P, T>.() -> Unit)

  /** Fills the table for what the present state's own tables leave open. */
  public fun anyState(table: StateScope<S, P, S>.() -> Unit)
}

/** A state machine with one function for all events. */
@WeftDsl
public interface EventsScope<S : Any, P : Any> : MachineScope<S, P> {
  /** Handles every event in every state; to be said once. */
  public fun onEvent(handler: suspend CoroutineScope.(state: S, event: StateEvent<P>) -> Next<S, P>)
}

/**
 * Returns a blueprint of a state machine with a handler table for each state: OTP's gen_statem in
 * the callback mode `state_functions`.
 *
 * ```
 * val door = stateMachine<State, Door>("door") {
 *   start(State.LOCKED)
 *   state(State.LOCKED) {
 *     callDeferred { code: Door.Code, reply ->
 *       if (code.digits == "1234") goTo(State.OPEN).reply(reply, true) else keep().reply(reply, false)
 *     }
 *     postpone<Door.Push>()
 *   }
 *   state(State.OPEN) {
 *     enter { keep().stateTimeout(10.seconds) }
 *     onStateTimeout { goTo(State.LOCKED) }
 *     call { _: Door.Code -> true }
 *     cast { _: Door.Push -> keep() }
 *   }
 * }
 * ```
 *
 * [body] runs at each start; its variables are the machine's data. Where the states are an enum or
 * a sealed type and the protocol is sealed, a message without a handler in some state fails the
 * start and is named. Handlers, and the code that enters states, may suspend: the machine handles
 * no other event until they are done, and timeouts that elapse wait. Otherwise the order of events
 * is that of [GenStateMachine].
 *
 * @param label what logs and reports call the machine
 */
public inline fun <reified S : Any, reified P : Any> stateMachine(
  label: String,
  noinline body: StatesScope<S, P>.() -> Unit,
): Blueprint<P> = stateMachine(label, S::class, P::class, body)

/** As the other [stateMachine], without reified types. */
public fun <S : Any, P : Any> stateMachine(
  label: String,
  states: KClass<S>,
  protocol: KClass<P>,
  body: StatesScope<S, P>.() -> Unit,
): Blueprint<P> =
  GenStateMachine.define(label, states.javaObjectType, protocol.java) { on, self ->
      val turns = ActorTurns(self, straightLine = false)
      TablesScope(on, MachineTypes(states, protocol), self, turns).body()
    }
    .speaking(protocol)

/**
 * Returns a blueprint of a state machine with one function for all events: OTP's gen_statem in the
 * callback mode `handle_event_function`. Its states may be of any type with equality.
 *
 * ```
 * val counter = eventMachine<Int, Step>("counter") {
 *   start(0)
 *   onEvent { state, event ->
 *     when (event) {
 *       is StateEvent.Cast -> goTo(state + 1)
 *       else -> keep()
 *     }
 *   }
 * }
 * ```
 */
public inline fun <reified S : Any, reified P : Any> eventMachine(
  label: String,
  noinline body: EventsScope<S, P>.() -> Unit,
): Blueprint<P> = eventMachine(label, S::class, P::class, body)

/** As the other [eventMachine], without reified types. */
public fun <S : Any, P : Any> eventMachine(
  label: String,
  states: KClass<S>,
  protocol: KClass<P>,
  body: EventsScope<S, P>.() -> Unit,
): Blueprint<P> =
  GenStateMachine.handleEvent(label, states.javaObjectType) { on, self: Self<P> ->
      val turns = ActorTurns(self, straightLine = false)
      OneFunctionScope(on, MachineTypes(states, protocol), self, turns).apply(body).handler()
    }
    .speaking(protocol)

/** What a machine's states are, and its messages. */
internal class MachineTypes<S : Any, P : Any>(val states: KClass<S>, val protocol: KClass<P>)

/** What machines of both forms can say. */
internal abstract class TransitScope<S : Any, P : Any>(
  private val on: Transitions<S, P>,
  private val types: MachineTypes<S, P>,
  self: Self<P>,
  turns: ActorTurns,
) : ProcessTurn<P>(self, turns), MachineScope<S, P> {
  protected val steps: MachineSteps<S, P> = MachineSteps(turns)

  init {
    on.onEnded(turns::end)
  }

  override fun start(state: S): Next<S, P> = on.start(state)

  override fun present(): S = on.state()

  override fun goTo(state: S): Next<S, P> = on.to(state)

  override fun keep(): Next<S, P> = on.keep()

  override fun repeat(): Next<S, P> = on.repeat()

  override fun postpone(): Next<S, P> = on.postpone()

  override fun stopping(): Next<S, P> = on.stop()

  override fun stopping(reason: ExitReason): Next<S, P> = on.stop(reason)

  override fun onEnter(handler: suspend CoroutineScope.(S) -> Next<S, P>): Unit =
    on.onEnter { from ->
      steps.take(null) { handler(from) }
    }

  override fun onTerminate(handler: suspend CoroutineScope.(ExitReason) -> Unit): Unit =
    on.onTerminate { reason ->
      turns.runLast { handler(reason) }
    }

  override fun module(name: String, tables: StatesScope<S, P>.() -> Unit): CallbackModule<S, P> =
    on.stateFunctions(name, types.states.javaObjectType, types.protocol.java) { own ->
      TablesScope(own, types, self, turns).tables()
    }

  override fun eventModule(
    name: String,
    body: EventsScope<S, P>.() -> Unit,
  ): CallbackModule<S, P> =
    on.handleEvent(name) { own -> OneFunctionScope(own, types, self, turns).apply(body).handler() }
}

private class TablesScope<S : Any, P : Any>(
  private val on: States<S, P>,
  types: MachineTypes<S, P>,
  self: Self<P>,
  turns: ActorTurns,
) : TransitScope<S, P>(on, types, self, turns), StatesScope<S, P> {
  override fun state(state: S, table: StateScope<S, P, S>.() -> Unit): Unit =
    TableOfState(tableOf(state), this, steps).table()

  /** An object is the only state of its type, by which the core looks for what is left out. */
  private fun tableOf(state: S): StateHandlers<S, P, S> =
    if (state::class.objectInstance == null) on.`in`(state) else on.`in`(state.javaClass)

  override fun <T : S> states(type: KClass<T>, table: StateScope<S, P, T>.() -> Unit): Unit =
    TableOfState(on.`in`(type.java), this, steps).table()

  override fun anyState(table: StateScope<S, P, S>.() -> Unit): Unit =
    TableOfState(on.any(), this, steps).table()

  override fun trapExits(message: (Info.Exit) -> P) {
    self.trapExit(true)
    on.any().info(Info.Exit::class.java) { exit -> on.keep().event(message(exit)) }
  }
}

private class OneFunctionScope<S : Any, P : Any>(
  private val on: Transitions<S, P>,
  types: MachineTypes<S, P>,
  self: Self<P>,
  turns: ActorTurns,
) : TransitScope<S, P>(on, types, self, turns), EventsScope<S, P> {
  private var handler: (suspend CoroutineScope.(S, StateEvent<P>) -> Next<S, P>)? = null
  private var exits: ((Info.Exit) -> P)? = null

  override fun onEvent(handler: suspend CoroutineScope.(S, StateEvent<P>) -> Next<S, P>) {
    check(this.handler == null) { "${self.label()} has a function for all events already" }
    this.handler = handler
  }

  override fun trapExits(message: (Info.Exit) -> P) {
    self.trapExit(true)
    exits = message
  }

  fun handler(): GenStateMachine.EventHandler<S, P> {
    val handler =
      checkNotNull(handler) {
        "${self.label()} handles nothing: say onEvent { state, event -> .. }"
      }
    return GenStateMachine.EventHandler { state, event ->
      val exit = (event as? StateEvent.Received)?.info() as? Info.Exit
      val message = exit?.let { exits?.invoke(it) }
      if (message != null) on.keep().event(message)
      else steps.take((event as? StateEvent.Call)?.from()) { handler(state, event) }
    }
  }
}
