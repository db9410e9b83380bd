package io.weft.config

import com.typesafe.config.ConfigObject
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.observe.LogContext
import io.weft.observe.LogFormat
import kotlin.reflect.KClass

/**
 * The configuration of a node and of what runs on it, by files, system properties and environment
 * variables: see [Sources].
 *
 * ```
 * weft {
 *   node { name = "shop@10.0.0.7", cookie = ${SHOP_COOKIE}, tick-time = 15s }
 *   dist { tls { identity { certificate = shop.pem }, trust { authorities = ca.pem } } }
 *   logging { context = true, format = json, levels { "io.weft" = debug } }
 *   applications { bakery { shelf = 20 } }
 * }
 * ```
 *
 * What is not told keeps the default of [NodeOptions] and the like. A key that is not known is
 * refused, with the nearest one that is; a value that does not fit is refused with its place and
 * with what would. All of that is told at once, in one [ConfigurationException].
 *
 * Immutable; reading it has no effect on anything.
 */
public class Configuration private constructor(private val sources: Sources) {
  private val root: ConfigObject = sources.resolved().root()

  private fun <T> reading(read: (Problems) -> T?): T {
    val problems = Problems()
    val result = read(problems)
    problems.throwIfAny()
    return checkNotNull(result)
  }

  private fun weft(problems: Problems): Section {
    val section = Section(sources, problems, "weft", "weft", root["weft"] as? ConfigObject)
    for (known in SECTIONS) section.has(known)
    section.doneWithFiles()
    return section
  }

  /**
   * Returns the options of the node, to which a program may add its own, such as observers.
   *
   * @throws ConfigurationException if something is wrong under `weft`
   */
  public fun nodeOptions(): NodeOptions.Builder = reading { problems ->
    val weft = weft(problems)
    val logging = readLogging(weft.section("logging"))
    val options = readNode(weft.section("node"), readDist(weft))
    if (logging.context) options?.observer(LogContext())
    val applications = weft.section("applications")
    for (name in applications.keys()) {
      val values = root.toConfig().getConfig("weft.applications").root()[name]
      if (values is ConfigObject) options?.env(name, values.unwrapped().filterValues { it != null })
      else applications.section(name) // tells what is wrong
    }
    options
  }

  /**
   * Applies what is said of logging to this JVM: format and levels. The context is with
   * [nodeOptions].
   *
   * @throws ConfigurationException if something is wrong there
   * @throws IllegalStateException if it takes Log4j, which is not on the class path
   */
  public fun applyLogging() {
    val logging = reading { readLogging(weft(it).section("logging")) }
    logging.format?.let(LogFormat::apply)
    if (logging.levels.isNotEmpty()) LogFormat.levels(logging.levels)
  }

  /** Applies what is said of logging, and starts the node. */
  public fun startNode(): Node {
    val options = nodeOptions().build()
    applyLogging()
    return Node.start(options)
  }

  /**
   * Reads a section of the program's own, such as `shop` or `shop.till`, into a record or a data
   * class: a component `maxItems` is the key `max-items`, system property `shop.max-items`,
   * variable `SHOP_MAX_ITEMS`. Components may be texts, numbers, booleans, enums, `java.time` and
   * Kotlin durations, paths, other such classes, lists and maps of these. A component with a
   * default, one that may be null and an `Optional` may be left out.
   *
   * @throws ConfigurationException if something is missing, unknown or does not fit
   */
  public fun <T : Any> read(path: String, type: Class<T>): T = reading { problems ->
    TypedReader.read(sectionAt(path, problems), type.kotlin)
  }

  /** As the same with a Java class. */
  public fun <T : Any> read(path: String, type: KClass<T>): T = read(path, type.java)

  /**
   * Reads the configuration of an application, `weft.applications.NAME`, into a record or a data
   * class; properties and variables have the names that [io.weft.gen.Applications] gives them:
   * `weft.bakery.shelf`, `WEFT_BAKERY_SHELF`.
   */
  public fun <T : Any> readApplication(name: String, type: Class<T>): T = reading { problems ->
    val content = at("weft.applications.$name")
    val section = Section(sources, problems, "weft.applications.$name", "weft.$name", content)
    TypedReader.read(section, type.kotlin)
  }

  /** As the same with a Java class. */
  public fun <T : Any> readApplication(name: String, type: KClass<T>): T =
    readApplication(name, type.java)

  private fun sectionAt(path: String, problems: Problems) =
    Section(sources, problems, path, path, at(path))

  private fun at(path: String): ConfigObject? =
    path.split('.').fold(root as ConfigObject?) { at, key -> at?.get(key) as? ConfigObject }

  public companion object {
    private val SECTIONS = listOf("node", "dist", "logging", "applications")

    /** Reads [Sources.standard]. */
    @JvmStatic public fun load(): Configuration = Configuration(Sources.standard())

    /**
     * Reads what [sources] have.
     *
     * @throws ConfigurationException if a file is no HOCON
     */
    @JvmStatic public fun of(sources: Sources): Configuration = Configuration(sources)
  }
}

/** Reads a section of the program's own, as [Configuration.read] does. */
public inline fun <reified T : Any> Configuration.read(path: String): T = read(path, T::class)

/** Reads the configuration of an application, as [Configuration.readApplication] does. */
public inline fun <reified T : Any> Configuration.readApplication(name: String): T =
  readApplication(name, T::class)
