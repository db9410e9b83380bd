package io.weft.kotlin

import io.weft.gen.ChildSpec
import io.weft.gen.Intensity
import io.weft.gen.Restart
import io.weft.gen.Shutdown
import io.weft.gen.Supervisor
import io.weft.node.Blueprint
import io.weft.node.Slot
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** The children of a supervisor, in start order. */
@WeftDsl
public interface SupervisorScope {
  /** How many restarts within what time are taken for bad luck; one in five seconds if not told. */
  public fun intensity(max: Int, within: Duration)

  /**
   * Adds a permanent child with five seconds to shut down; its slot is one address for all its
   * lives.
   */
  public fun <P : Any> child(blueprint: Blueprint<P>): Slot<P>

  /** Adds a child with a restart rule. */
  public fun <P : Any> child(blueprint: Blueprint<P>, restart: Restart): Slot<P>

  /** Adds a permanent child with a time to shut down, after which it is killed. */
  public fun <P : Any> child(blueprint: Blueprint<P>, shutdown: Duration): Slot<P>

  /** Adds a child with a restart rule and a time to shut down, after which it is killed. */
  public fun <P : Any> child(blueprint: Blueprint<P>, restart: Restart, shutdown: Duration): Slot<P>

  /** Adds a child as fully described. */
  public fun <P : Any> child(spec: ChildSpec<P>): Slot<P>
}

/**
 * Returns a blueprint of a supervisor, strategy one_for_one.
 *
 * ```
 * val shop = supervisor("shop") {
 *   intensity(max = 3, within = 5.seconds)
 *   val counter = child(counter)
 *   child(reporter(counter), Restart.TRANSIENT)
 * }
 * ```
 */
public fun supervisor(
  label: String,
  body: SupervisorScope.() -> Unit,
): Blueprint<Supervisor.Query> =
  Supervisor.define(label, Intensity.DEFAULT) { children -> ChildrenScope(children).body() }

private class ChildrenScope(private val children: Supervisor.Children) : SupervisorScope {
  override fun intensity(max: Int, within: Duration) =
    children.intensity(Intensity(max, within.toJavaDuration()))

  override fun <P : Any> child(blueprint: Blueprint<P>): Slot<P> = child(ChildSpec.of(blueprint))

  override fun <P : Any> child(blueprint: Blueprint<P>, restart: Restart): Slot<P> =
    child(ChildSpec.of(blueprint).restart(restart))

  override fun <P : Any> child(blueprint: Blueprint<P>, shutdown: Duration): Slot<P> =
    child(blueprint, Restart.PERMANENT, shutdown)

  override fun <P : Any> child(
    blueprint: Blueprint<P>,
    restart: Restart,
    shutdown: Duration,
  ): Slot<P> =
    child(
      ChildSpec.of(blueprint).restart(restart).shutdown(Shutdown.Within(shutdown.toJavaDuration()))
    )

  override fun <P : Any> child(spec: ChildSpec<P>): Slot<P> = children.add(spec)
}
