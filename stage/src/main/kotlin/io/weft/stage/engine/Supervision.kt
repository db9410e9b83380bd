package io.weft.stage.engine

import io.weft.gen.ChildStart
import io.weft.gen.ChildTemplate
import io.weft.gen.Intensity
import io.weft.gen.SupervisedChildren
import io.weft.node.From
import io.weft.stage.Asking
import io.weft.stage.ConsumerSupervisor
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.Supervises
import io.weft.stage.wire.SupervisionTerms
import io.weft.term.Term

/**
 * What makes a supervisor of a consumer: starts a child for each event, and asks for more as they
 * finish. What came up first is done first; the supervisor takes messages meanwhile.
 */
internal class Supervision<E : Any, M : Any>(
  private var stage: StageBody<E, Nothing, Supervises<E, M>>,
  private var template: ChildTemplate<Work<E>, M>,
  intensity: Intensity,
) {
  /** @param tag the subscription it counts for; null if for none */
  class Work<out E : Any>(val event: E, val tag: Term?)

  private val self = stage.self
  private val subscriptions = HashMap<Term, OwedDemand>()
  private var undo = {}

  /** The children: they stay the same when other code takes over. */
  val children: SupervisedChildren<Work<E>, M> =
    SupervisedChildren.of(self, template, intensity, ::gone)
  private val terms =
    SupervisionTerms(children) { arguments -> template.argument()?.apply(arguments) }

  /**
   * Goes on with the same children and subscriptions as what another body tells, as in Elixir: what
   * that says of subscriptions holds for a stage that begins.
   */
  fun change(
    stage: StageBody<E, Nothing, Supervises<E, M>>,
    template: ChildTemplate<Work<E>, M>,
    intensity: Intensity,
  ) {
    children.change(template, intensity)
    val (stageBefore, templateBefore) = this.stage to this.template
    undo = {
      this.stage = stageBefore
      this.template = templateBefore
    }
    this.stage = stage
    this.template = template
    install()
  }

  /** The code was not replaced after all; the children know by themselves. */
  fun undo() = undo.invoke()

  /** The code was replaced for good. */
  fun replaced() {
    undo = {}
  }

  /** Makes it what the consumer does. */
  fun install() {
    stage.onSubscribed { options, from -> subscribed(options, from) }
    stage.onSubscriptionEnd { _, from -> subscriptions.remove(from.tag) }
    stage.onEvents { events, from -> start(events, from) }
    val calls = stage.calls
    calls.supervision = this
    calls.exit = { children.info(it) }
    calls.down = { children.info(it) }
    calls.other = children::message
    calls.quit = children::quit
    calls.ended = children::ended
    calls.messages.add(ConsumerSupervisor.StartChild::class.java, ::request)
    calls.messages.add(ConsumerSupervisor.TerminateChild::class.java, ::request)
    calls.messages.add(ConsumerSupervisor.WhichChildren::class.java, ::request)
    calls.messages.add(ConsumerSupervisor.CountChildren::class.java, ::request)
    calls.messages.add(ConsumerSupervisor.Foreign::class.java, ::request)
  }

  // --- demand ------------------------------------------------------------------------------------

  private fun subscribed(options: SubscribeOptions, from: StageFrom): Asking {
    subscriptions[from.tag] = OwedDemand(from, options.maxDemand, options.minDemand)
    stage.ask(from, options.maxDemand.toLong())
    return Asking.MANUAL
  }

  private fun start(events: List<E>, from: StageFrom) {
    if (events.isEmpty()) return
    children.start(events.map { Work(it, from.tag) }) { results ->
      note(from.tag, results.size, results.count { it !is ChildStart.Ok })
    }
  }

  private fun gone(work: Work<E>) {
    work.tag?.let { note(it, 0, 1) }
  }

  /** The children of a subscription that is over live on; nothing is asked for them. */
  private fun note(tag: Term, events: Int, finished: Int) {
    val demand = subscriptions[tag] ?: return
    val ask = demand.note(events, finished)
    if (demand.excess > 0) {
      self.warn(
        "ConsumerSupervisor has received {} events in excess from {}",
        demand.excess,
        demand.from,
      )
    }
    stage.ask(demand.from, ask.toLong())
  }

  // --- requests ----------------------------------------------------------------------------------

  @Suppress("RedundantSuspendModifier") // as handlers are
  private suspend fun request(request: Any, from: From?) {
    if (from == null) {
      self.warn("was sent {}, which can only be called", request)
      return
    }
    @Suppress("UNCHECKED_CAST") // the address has the types of the supervisor
    when (val asked = request as Supervises<E, M>) {
      is ConsumerSupervisor.StartChild ->
        children.start(listOf(Work(asked.event, null))) { from.reply(it.single()) }
      is ConsumerSupervisor.TerminateChild -> children.terminate(asked.pid, from::reply)
      is ConsumerSupervisor.WhichChildren -> children.which(from::reply)
      is ConsumerSupervisor.CountChildren -> children.count(from::reply)
      is ConsumerSupervisor.Foreign -> terms.answer(asked.request, from::reply)
    }
  }
}
