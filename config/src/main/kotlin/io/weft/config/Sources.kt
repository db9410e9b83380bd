package io.weft.config

import com.typesafe.config.Config
import com.typesafe.config.ConfigException
import com.typesafe.config.ConfigFactory
import com.typesafe.config.ConfigParseOptions
import com.typesafe.config.ConfigResolveOptions
import java.io.StringReader
import java.nio.file.Files
import java.nio.file.Path

/**
 * Where a [Configuration] comes from. What stands in more than one place is taken from the first
 * that has it:
 * 1. system properties: `-Dweft.node.port=9100`
 * 2. environment variables: `WEFT_NODE_PORT=9100`
 * 3. the texts and files, the last one given first; a file is HOCON, of which JSON and Java
 *    properties are parts, may include others and refer to variables: `cookie = ${SECRET}`
 *
 * A list is written with commas in the first two.
 */
public class Sources private constructor() {
  private var properties: (String) -> String? = { null }
  private var propertyNames: Set<String> = emptySet()
  private var environment: (String) -> String? = { null }
  private var variableNames: Set<String> = emptySet()
  private val texts = ArrayList<Config>()

  /** Adds a file. */
  public fun file(file: Path): Sources = apply {
    if (!Files.isReadable(file)) throw ConfigurationException(listOf("$file cannot be read"))
    texts += parsed("$file") { ConfigFactory.parseFile(file.toFile(), PARSING) }
  }

  /** Adds a file of the class path. */
  public fun resource(name: String): Sources = apply {
    texts += parsed(name) { ConfigFactory.parseResources(name, PARSING.setAllowMissing(false)) }
  }

  /** Adds a text; [name] is what errors call it. */
  public fun text(name: String, text: String): Sources = apply {
    texts +=
      parsed(name) {
        ConfigFactory.parseReader(StringReader(text), PARSING.setOriginDescription(name))
      }
  }

  /** Takes the place of the environment. */
  public fun environment(variables: Map<String, String>): Sources = apply {
    environment = variables::get
    variableNames = variables.keys.toSet()
  }

  /** Takes the place of the system properties. */
  public fun properties(properties: Map<String, String>): Sources = apply {
    this.properties = properties::get
    propertyNames = properties.keys.toSet()
  }

  internal fun property(key: String) = properties(key)

  internal fun variable(name: String) = environment(name)

  internal fun propertiesBelow(prefix: String) = propertyNames.filter { it.startsWith(prefix) }

  internal fun hasVariablesBelow(prefix: String) = variableNames.any { it.startsWith(prefix) }

  internal fun resolved(): Config {
    val all = texts.reversed().fold(ConfigFactory.empty()) { sum, next -> sum.withFallback(next) }
    val variables = ConfigFactory.parseMap(resolvable(all), "the environment")
    return parsed("the configuration") {
      all.resolveWith(variables.withFallback(all), ConfigResolveOptions.defaults())
    }
  }

  /** The variables of the environment that the files may speak of. */
  private fun resolvable(all: Config): Map<String, String> =
    VARIABLE.findAll(all.root().render())
      .map { it.groupValues[1] }
      .distinct()
      .mapNotNull { name -> environment(name)?.let { name to it } }
      .toMap()

  public companion object {
    private val PARSING = ConfigParseOptions.defaults().setAllowMissing(false)
    private val VARIABLE = Regex("""\$\{\??([A-Za-z_][A-Za-z0-9_]*)}""")
    private const val USUAL_FILE = "weft.conf"

    /** Nothing yet: for tests, and for those who know better. */
    @JvmStatic public fun none(): Sources = Sources()

    /** The system properties and the environment, without a file. */
    @JvmStatic
    public fun system(): Sources =
      Sources().apply {
        properties = System::getProperty
        propertyNames = System.getProperties().stringPropertyNames()
        environment = System::getenv
        variableNames = System.getenv().keys
      }

    /**
     * [system], and the file that the system property `weft.config` or the variable `WEFT_CONFIG`
     * names; without either `weft.conf` of the working directory, else of the class path, if there
     * is one.
     */
    @JvmStatic
    public fun standard(): Sources {
      val sources = system()
      val named = System.getProperty("weft.config") ?: System.getenv("WEFT_CONFIG")
      val usual = Path.of(USUAL_FILE)
      return when {
        named != null -> sources.file(Path.of(named))
        Files.exists(usual) -> sources.file(usual)
        Sources::class.java.classLoader.getResource(USUAL_FILE) != null ->
          sources.resource(USUAL_FILE)
        else -> sources
      }
    }

    private fun <T> parsed(name: String, parse: () -> T): T =
      try {
        parse()
      } catch (wrong: ConfigException) {
        throw ConfigurationException(listOf(wrong.message ?: "$name cannot be read"))
      }
  }
}
