package io.weft.kotlin

import io.weft.gen.AutoShutdown
import io.weft.gen.ChildSpec
import io.weft.gen.Intensity
import io.weft.gen.Restart
import io.weft.gen.Shutdown
import io.weft.gen.Strategy
import io.weft.gen.Supervisor
import io.weft.node.Blueprint
import io.weft.node.Slot
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** What a supervisor is to do, and its children in start order. */
@WeftDsl
public interface SupervisorScope {
  /** Who is restarted with a child that failed: only itself if not told. */
  public var strategy: Strategy

  /** Whether the supervisor ends with its significant children: never if not told. */
  public var autoShutdown: AutoShutdown

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
 * Returns a blueprint of a supervisor.
 *
 * ```
 * val shop = supervisor("shop") {
 *   strategy = Strategy.REST_FOR_ONE
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
  override var strategy: Strategy = Strategy.ONE_FOR_ONE
    set(value) {
      field = value
      children.strategy(value)
    }

  override var autoShutdown: AutoShutdown = AutoShutdown.NEVER
    set(value) {
      field = value
      children.autoShutdown(value)
    }

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
