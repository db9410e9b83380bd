package io.weft.kotlin

import io.weft.gen.Pool
import io.weft.gen.Routing
import io.weft.node.Address
import io.weft.node.Blueprint

/** What a pool is; what is not told keeps the default of [Pool]. */
@WeftDsl
public interface PoolScope<P : Any> {
  /** How many workers to start with; one if not told. */
  public fun workers(count: Int)

  /** Gives the workers their work in turn: the default. */
  public fun roundRobin()

  /** Gives work to the worker that has the least. */
  public fun leastLoaded()

  /** Gives work with the same key to the same worker. */
  public fun byKey(key: (P) -> Any)

  /** Bounds the outstanding work of each worker; without bound if not told. */
  public fun limitPerWorker(limit: Int)

  /** Bounds the outstanding work of all workers together; without bound if not told. */
  public fun limit(limit: Int)

  /**
   * Gives a handler what was sent, not called, and could not be taken. It runs in turns of the pool
   * and must not block.
   */
  public fun onOverload(handler: (P) -> Unit)
}

/**
 * Returns a blueprint of a pool: several processes of one kind that share the work sent to one
 * address, which speaks their protocol.
 *
 * ```
 * val squares = pool("squares", worker) {
 *   workers(8)
 *   leastLoaded()
 *   limitPerWorker(100)
 * }
 * ```
 *
 * @param worker starts a worker; without a registered name
 * @see Pool
 */
public fun <P : Any> pool(
  label: String,
  worker: Blueprint<P>,
  configure: PoolScope<P>.() -> Unit,
): Blueprint<P> = SettingsScope(Pool.of(label, worker)).apply(configure).pool.blueprint()

/** Asks a pool of this node how it is. */
public suspend fun Address<*>.poolStatus(): Pool.Status = Pool.control(this).call(Pool.GetStatus())

/**
 * Changes the number of workers of a pool of this node: new ones get work once they started, those
 * too many end when theirs is done.
 */
public suspend fun Address<*>.resizePool(workers: Int): Pool.Status =
  Pool.control(this).call(Pool.Resize(workers))

private class SettingsScope<P : Any>(var pool: Pool<P>) : PoolScope<P> {
  override fun workers(count: Int) = set { workers(count) }

  override fun roundRobin() = set { routing(Routing.roundRobin()) }

  override fun leastLoaded() = set { routing(Routing.leastLoaded()) }

  override fun byKey(key: (P) -> Any) = set { routing(Routing.byKey(key)) }

  override fun limitPerWorker(limit: Int) = set { limitPerWorker(limit) }

  override fun limit(limit: Int) = set { limit(limit) }

  override fun onOverload(handler: (P) -> Unit) = set { onOverload(handler) }

  private fun set(change: Pool<P>.() -> Pool<P>) {
    pool = pool.change()
  }
}
