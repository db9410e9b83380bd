package io.weft.stage

import io.weft.gen.ChildType
import io.weft.gen.Restart
import io.weft.gen.Shutdown
import io.weft.kotlin.WeftDsl
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Self
import io.weft.term.ListTerm
import kotlin.time.Duration

/**
 * The body of a consumer supervisor: what its children are, and where its events come from.
 *
 * @param E the events
 * @param M the protocol of the children
 */
@WeftDsl
public interface ConsumerSupervisorScope<E : Any, M : Any> {
  /** The process itself. */
  public val self: Self<Supervises<E, M>>

  /**
   * Says what is started for an event. What it throws counts as a start that failed: it is logged,
   * and the event has been dealt with.
   */
  public fun child(blueprint: (E) -> Blueprint<M>)

  /**
   * When a child is started again, for the same event: [Restart.TEMPORARY], never, if not told; or
   * [Restart.TRANSIENT], when it ends otherwise than with `normal`, `shutdown` or `{shutdown, _}`.
   * [Restart.PERMANENT] is refused: the work of an event must come to an end.
   */
  public var restart: Restart

  /** How a child is stopped: with five seconds of time if not told. */
  public var shutdown: Shutdown

  /** Whether the children are supervisors. */
  public var type: ChildType

  /**
   * How many restarts within what time are taken for bad luck; three in five seconds if not told.
   * One more ends the supervisor with `shutdown`.
   */
  public fun intensity(max: Int, within: Duration)

  /**
   * Lets foreign nodes start children, from arguments that [event] makes an event of, or null of
   * such as do not fit. If not told, the one argument is the event, as it is among stages.
   */
  public fun argument(event: (ListTerm) -> E?)

  /** Subscribes with the default options when the body is done: see the other one. */
  public fun subscribeTo(producer: Address<out Produces<E>>)

  /**
   * Subscribes when the body is done. As many children run for it as [SubscriptionScope.maxDemand]
   * says; when as many as [SubscriptionScope.minDemand] have finished, as many new events are asked
   * for: with a least demand of zero, one for each.
   */
  public fun subscribeTo(
    producer: Address<out Produces<E>>,
    options: SubscriptionScope<E>.() -> Unit,
  )
}
