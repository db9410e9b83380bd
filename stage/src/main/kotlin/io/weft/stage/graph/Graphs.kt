package io.weft.stage.graph

import io.weft.gen.AutoShutdown
import io.weft.gen.Strategy
import io.weft.gen.Supervisor
import io.weft.kotlin.SupervisorScope
import io.weft.kotlin.supervisor as supervisorOf
import io.weft.node.Blueprint
import io.weft.stage.Dispatching
import io.weft.stage.dispatch.BroadcastDispatcher

/**
 * Returns a blueprint of all the stages under one supervisor.
 *
 * A stage that fails is started again, and with it all that come after it, as [configure] says:
 * once in five seconds if not told. Events that were on their way then are gone; where that must
 * not be, see [Pipeline][io.weft.stage.pipeline.Pipeline]. When the producers have ended as they
 * should, and their events went through, the stages end one after the other, and the supervisor
 * with them.
 *
 * @param label what logs and reports call it
 */
public fun Graph.supervisor(
  label: String,
  configure: SupervisorScope.() -> Unit,
): Blueprint<Supervisor.Query> =
  supervisorOf(label) {
    strategy = Strategy.REST_FOR_ONE
    autoShutdown = AutoShutdown.ALL_SIGNIFICANT
    configure()
    plant(Bed(this))
  }

/** Returns a blueprint of all the stages under one supervisor with the defaults. */
public fun Graph.supervisor(label: String): Blueprint<Supervisor.Query> = supervisor(label) {}

/** The events of several, as they come. */
public fun <E : Any> merge(first: Outlet<E>, vararg others: Outlet<E>): Outlet<E> =
  Outlet { followers ->
    (listOf(first) + others).flatMap { it.plant(this, followers) }
  }

/** Gives every event to each of the [branches], at the pace of the slowest. */
public fun <E : Any> Outlet<E>.toAll(vararg branches: (Outlet<E>) -> Graph): Graph =
  branch(branches.asList(), BroadcastDispatcher.of()) { require(it.count == 1) { DIVIDED } }

/** Gives each event to whichever of the [branches] wants one. */
public fun <E : Any> Outlet<E>.toAny(vararg branches: (Outlet<E>) -> Graph): Graph =
  branch(branches.asList(), null) {}

private fun <E : Any> Outlet<E>.branch(
  branches: List<(Outlet<E>) -> Graph>,
  dispatching: Dispatching<E>?,
  check: (Followers<E>) -> Unit,
): Graph {
  require(branches.isNotEmpty()) { "events that go on in branches need one at least" }
  val trunk = this
  return Graph {
    val all = Followers(dispatching)
    val planted = trunk.plant(this, all)
    val branching =
      Outlet<E> { own ->
        require(!own.isDivided) { DIVIDED }
        check(own)
        all.count += own.count
        planted
      }
    for (branch in branches) branch(branching).plant(this)
  }
}

private const val DIVIDED =
  "a branch of a broadcast begins with one stage: put a transform before what divides the events"
