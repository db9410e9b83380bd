package io.weft.kotlin

import io.weft.gen.Application
import io.weft.gen.ApplicationContext
import io.weft.gen.ApplicationType
import io.weft.gen.Applications
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.StartException

/** What an application is; what is not told keeps the default of [Application]. */
@WeftDsl
public interface ApplicationScope {
  /** Tells what it is for. */
  public fun description(text: String)

  /** Tells its version. */
  public fun version(text: String)

  /** Adds applications that must run before this one starts. */
  public fun dependsOn(vararg others: Application)

  /** Adds applications whose processes this one starts itself. */
  public fun includes(vararg parts: Application)

  /** Adds a configuration value that holds unless the node's configuration says otherwise. */
  public fun env(key: String, value: Any)

  /** Tells the top process, a supervisor as a rule. Without one the application is a library. */
  public fun start(top: ApplicationContext.() -> Blueprint<*>)

  /**
   * Adds a step that runs when the top process serves; the start is done when all have run, in the
   * order in which they were added.
   */
  public fun startPhase(phase: String, step: ApplicationContext.() -> Unit)

  /** Tells what to do before the top process is asked to end, or when it ended by itself. */
  public fun prepStop(step: ApplicationContext.() -> Unit)

  /** Tells what to do when the top process has ended. */
  public fun stop(step: ApplicationContext.() -> Unit)
}

/**
 * Returns an application: a part of a system that is started and stopped as a unit.
 *
 * ```
 * val shop = application("shop") {
 *   dependsOn(database)
 *   env("tills", 4)
 *   start { supervisor("shop") { repeat(env<Int>("tills") ?: 1) { child(till(it)) } } }
 * }
 * node.startApplication(shop)
 * ```
 *
 * The callbacks run in turns of the application's own process and must not block.
 *
 * @param name one for the whole node
 */
public fun application(name: String, configure: ApplicationScope.() -> Unit): Application {
  val builder = Application.define(name)
  DefinitionScope(builder).configure()
  return builder.build()
}

/** Returns a value of the application's configuration, or null if there is none. */
public inline fun <reified T : Any> ApplicationContext.env(key: String): T? =
  env(key, T::class.javaObjectType).orElse(null)

/**
 * Starts an application, and before it all it depends on that does not run yet; suspends until they
 * run. Its end means nothing to the node: [ApplicationType.TEMPORARY].
 *
 * @return the names of those that were started, in that order
 * @throws StartException with `{Name, Reason}` of the one that failed
 */
public suspend fun Node.startApplication(application: Application): List<String> =
  startApplication(application, ApplicationType.TEMPORARY)

/** As the other [startApplication], for an application whose end means something to the node. */
public suspend fun Node.startApplication(
  application: Application,
  type: ApplicationType,
): List<String> = Applications.of(this).ensureAllStartedAsync(application, type).await(this)

/** Stops an application and suspends until it is. @throws StartException if it does not run */
public suspend fun Node.stopApplication(name: String) {
  Applications.of(this).stopAsync(name).await(this)
}

private class DefinitionScope(private val builder: Application.Builder) : ApplicationScope {
  override fun description(text: String) = set { description(text) }

  override fun version(text: String) = set { version(text) }

  override fun dependsOn(vararg others: Application) = set { dependsOn(*others) }

  override fun includes(vararg parts: Application) = set { includes(*parts) }

  override fun env(key: String, value: Any) = set { env(key, value) }

  override fun start(top: ApplicationContext.() -> Blueprint<*>) = set { start(top) }

  override fun startPhase(phase: String, step: ApplicationContext.() -> Unit) = set {
    startPhase(phase, step)
  }

  override fun prepStop(step: ApplicationContext.() -> Unit) = set { prepStop(step) }

  override fun stop(step: ApplicationContext.() -> Unit) = set { stop(step) }

  private fun set(option: Application.Builder.() -> Unit) = builder.option()
}
