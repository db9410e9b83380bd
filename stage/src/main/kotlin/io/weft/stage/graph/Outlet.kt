package io.weft.stage.graph

import io.weft.gen.ChildSpec
import io.weft.gen.Restart
import io.weft.kotlin.SupervisorScope
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.dispatch.DemandDispatcher

/**
 * One or more stages, as they will be, whose events are for whoever comes next: a description, from
 * which any number of trees can be started.
 *
 * ```
 * val lengths =
 *   producer<String>("rows") { while (true) emit(nextRow()) } into
 *     transform("lengths") { rows: List<String> -> rows.map(String::length) } into
 *     consumer<Int>("sum") { println(it.sum()) }
 * node.start(lengths.supervisor("report"))
 * ```
 *
 * @param E the events
 */
public class Outlet<E : Any>
internal constructor(
  /** Adds the stages to a supervisor. */
  internal val plant: Bed.(Followers<E>) -> List<Address<out Produces<E>>>
)

/**
 * Those who come next, as a stage must know them.
 *
 * @param dispatching who of them gets which events; null for who asks first
 */
internal class Followers<E : Any>(private val dispatching: Dispatching<E>?) {
  /** How many they are: known when all of them are described. */
  var count = 0

  /** Whether they have a say in who gets which events. */
  val isDivided: Boolean
    get() = dispatching != null

  /**
   * The dispatcher for them: none gets events, and the stage does not end, before all are there.
   */
  fun dispatching(): Dispatching<E> = Dispatching { host ->
    val inner = (dispatching ?: DemandDispatcher.of()).dispatcher(host)
    Gathering(inner, count)
  }
}

/** The end of a line of stages: what takes the events. */
public class Inlet<E : Any> internal constructor(internal val plant: Bed.(Outlet<E>) -> Unit)

/** What comes between. */
public class Through<A : Any, B : Any>
internal constructor(internal val from: (Outlet<A>) -> Outlet<B>)

/** Stages that lack nothing. */
public class Graph internal constructor(internal val plant: Bed.() -> Unit)

/** Lets the events go through [next]. */
public infix fun <A : Any, B : Any> Outlet<A>.into(next: Through<A, B>): Outlet<B> = next.from(this)

/** Lets the events end in [end]. */
public infix fun <E : Any> Outlet<E>.into(end: Inlet<E>): Graph {
  val before = this
  return Graph { end.plant(this, before) }
}

/** Several stages in one, to be used as often as it takes. */
public infix fun <A : Any, B : Any, C : Any> Through<A, B>.into(
  next: Through<B, C>
): Through<A, C> = Through { next.from(from(it)) }

/**
 * A supervisor that stages are described to.
 *
 * @param areSignificant whether the supervisor may end with the stages
 */
internal class Bed(
  private val children: SupervisorScope,
  private val areSignificant: Boolean = true,
) {
  private val labels = HashMap<String, Int>()

  /**
   * Adds a stage. It is started again when it fails, with all that come after it; when it has ended
   * as it should, it stays away. Of children with one label the second is `label-2`.
   */
  fun <P : Any> stage(blueprint: Blueprint<P>): Address<P> {
    val label = blueprint.label()
    val count = labels.merge(label, 1, Int::plus)
    val id = if (count == 1) label else "$label-$count"
    val spec = ChildSpec.of(blueprint).id(id).restart(Restart.TRANSIENT)
    return children.child(if (areSignificant) spec.asSignificant() else spec)
  }
}
