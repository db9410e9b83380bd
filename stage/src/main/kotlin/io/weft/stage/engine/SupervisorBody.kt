package io.weft.stage.engine

import io.weft.gen.ChildTemplate
import io.weft.gen.ChildType
import io.weft.gen.Intensity
import io.weft.gen.Restart
import io.weft.gen.Shutdown
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Self
import io.weft.stage.BadOption
import io.weft.stage.ConsumerSupervisorScope
import io.weft.stage.EventCodec
import io.weft.stage.Produces
import io.weft.stage.SubscriptionScope
import io.weft.stage.Supervises
import io.weft.term.ListTerm
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** The body of a consumer supervisor: takes down what the children are to be. */
internal class SupervisorBody<E : Any, M : Any>(
  private val stage: StageBody<E, Nothing, Supervises<E, M>>,
  private val codec: EventCodec<E>?,
) : ConsumerSupervisorScope<E, M> {
  private var blueprint: ((E) -> Blueprint<M>)? = null
  private var intensity = Intensity(3, java.time.Duration.ofSeconds(5))
  private var shutdownTold: Shutdown? = null
  private var argument: (ListTerm) -> E? = ::theOne

  override val self: Self<Supervises<E, M>>
    get() = stage.self

  override var type: ChildType = ChildType.WORKER

  override var restart: Restart = Restart.TEMPORARY
    set(value) {
      if (value == Restart.PERMANENT) throw BadOption(PERMANENT)
      field = value
    }

  override var shutdown: Shutdown
    get() = shutdownTold ?: Shutdown.defaultOf(type)
    set(value) {
      shutdownTold = value
    }

  override fun child(blueprint: (E) -> Blueprint<M>) {
    this.blueprint = blueprint
  }

  override fun intensity(max: Int, within: Duration) {
    intensity = Intensity(max, within.toJavaDuration())
  }

  override fun argument(event: (ListTerm) -> E?) {
    argument = event
  }

  override fun subscribeTo(producer: Address<out Produces<E>>) = stage.subscribeTo(producer)

  override fun subscribeTo(
    producer: Address<out Produces<E>>,
    options: SubscriptionScope<E>.() -> Unit,
  ) = stage.subscribeTo(producer, options)

  private fun theOne(arguments: ListTerm): E? =
    arguments.elements.singleOrNull()?.let { codec?.decode(it) }

  /** Ends the body. */
  fun build() {
    val blueprint = requireNotNull(blueprint) { "${self.label()} needs child" }
    val argument = argument
    val template =
      ChildTemplate.of<Supervision.Work<E>, M>(self.label()) { blueprint(it.event) }
        .type(type)
        .restart(restart)
        .shutdown(shutdown)
        .argument { arguments -> argument(arguments)?.let { Supervision.Work(it, null) } }
    val former = stage.former
    if (former == null) Supervision(stage, template, intensity).install()
    else goOnWith(former, template)
  }

  /** The arguments of the children were made for the former template, and now for this one. */
  @Suppress("UNCHECKED_CAST")
  private fun goOnWith(former: StageLife, template: ChildTemplate<Supervision.Work<E>, M>) {
    former.requireKind(StageKind.CONSUMER, supervises = true)
    (former.callbacks.supervision as Supervision<E, M>).change(stage, template, intensity)
  }

  private companion object {
    const val PERMANENT =
      "a child with :restart set to :permanent is not supported in ConsumerSupervisor: " +
        "set it to :temporary or :transient"
  }
}
