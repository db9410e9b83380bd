package io.weft.config

import com.typesafe.config.ConfigList
import com.typesafe.config.ConfigObject
import com.typesafe.config.ConfigOrigin
import com.typesafe.config.ConfigValue
import com.typesafe.config.ConfigValueType
import java.util.Locale

/** What is wrong with a configuration, collected while it is read, so that all of it is told. */
internal class Problems {
  private val found = ArrayList<String>()

  fun add(place: String, problem: String) {
    found += "$place: $problem"
  }

  fun throwIfAny() {
    if (found.isNotEmpty()) throw ConfigurationException(found.toList())
  }
}

/** A value and where it was found. */
internal class Found(val raw: Any?, val place: String, val value: ConfigValue?)

/**
 * One section while it is read. A key that nobody asked for is unknown: [done] tells of them.
 *
 * @param path of the section, with `weft` in front where it is Weft's
 * @param name of the section where properties and variables speak of it; null if they may not
 */
internal class Section(
  private val sources: Sources,
  private val problems: Problems,
  private val path: String,
  private val name: String?,
  private val content: ConfigObject?,
) {
  private val asked = LinkedHashSet<String>()

  /** Where the section stands, for what is missing in it. */
  private val place: String
    get() = content?.origin()?.let(::placeOf) ?: "the configuration"

  fun pathOf(key: String) = if (path.isEmpty()) key else "$path.$key"

  private fun nameOf(key: String) = name?.let { if (it.isEmpty()) key else "$it.$key" }

  fun keys(): Set<String> = content?.keys.orEmpty()

  /** Finds a value that is no section. */
  fun find(key: String): Found? {
    asked += key
    nameOf(key)?.let { named ->
      sources.property(named)?.let {
        return Found(it, "system property $named", null)
      }
      val variable = variableOf(named)
      sources.variable(variable)?.let {
        return Found(it, "environment variable $variable", null)
      }
    }
    val value = content?.get(key) ?: return null
    if (value.valueType() == ConfigValueType.NULL) return null
    return Found(value.unwrapped(), placeOf(value.origin()), value)
  }

  /** Finds a section; one that is not there has no keys but those that others set. */
  fun section(key: String): Section {
    asked += key
    val value = content?.get(key)
    if (value != null && value !is ConfigObject && value.valueType() != ConfigValueType.NULL) {
      problems.add(placeOf(value.origin()), "${pathOf(key)} must be a section, { ... }")
    }
    return Section(sources, problems, pathOf(key), nameOf(key), value as? ConfigObject)
  }

  /** Whether there is such a section, if only by a property or a variable. */
  fun has(key: String): Boolean {
    asked += key
    val value = content?.get(key)
    if (value != null && value.valueType() != ConfigValueType.NULL) return true
    val named = nameOf(key) ?: return false
    return sources.propertiesBelow("$named.").isNotEmpty() ||
      sources.hasVariablesBelow(variableOf(named) + "_")
  }

  /** Finds the sections of a list. */
  fun sections(key: String): List<Section> {
    asked += key
    val value = content?.get(key) ?: return emptyList()
    val items = (value as? ConfigList)?.map { it as? ConfigObject }
    if (items == null || null in items) {
      problems.add(placeOf(value.origin()), "${pathOf(key)} must be a list of sections, [{ ... }]")
      return emptyList()
    }
    return items.mapIndexed { i, item ->
      Section(sources, problems, "${pathOf(key)}[$i]", null, item)
    }
  }

  fun problem(key: String, found: Found?, problem: String) {
    problems.add(found?.place ?: place, "${pathOf(key)} $problem")
  }

  fun missing(key: String, wanted: String) {
    problems.add(place, "${pathOf(key)} is missing; it must be $wanted")
  }

  /** What was made of the section was refused. */
  fun refused(why: String) {
    problems.add(place, "$path cannot be used: $why")
  }

  /** Tells of the keys that nobody has asked for, as [done]; others may set such properties. */
  fun doneWithFiles() {
    for (key in keys() - asked) {
      val found = content?.get(key)?.let { placeOf(it.origin()) }
      unknown(pathOf(key), found ?: place, key)
    }
  }

  /** Tells of the keys that nobody has asked for. */
  fun done() {
    doneWithFiles()
    val named = name ?: return
    for (property in sources.propertiesBelow("$named.")) {
      val key = property.removePrefix("$named.").substringBefore('.')
      if (key !in asked) unknown(property, "system property $property", key)
    }
  }

  private fun unknown(what: String, place: String, key: String) {
    val near = nearest(key, asked)
    val hint =
      if (near != null) "did you mean ${pathOf(near)}?"
      else if (asked.isEmpty()) "nothing is known here"
      else "known are ${asked.sorted().joinToString()}"
    problems.add(place, "$what is not known; $hint")
  }

  companion object {
    fun placeOf(origin: ConfigOrigin): String {
      val source = origin.description().substringBefore(": ").removePrefix("merge of ")
      val name = if (origin.filename() != null) origin.filename() else source
      return if (origin.lineNumber() > 0) "$name:${origin.lineNumber()}" else name
    }

    fun variableOf(name: String) = name.replace(Regex("[^A-Za-z0-9]"), "_").uppercase(Locale.ROOT)

    /** Returns the known key that differs least, if it does not differ much. */
    fun nearest(key: String, known: Set<String>): String? =
      known
        .map { it to distance(key.lowercase(), it.lowercase()) }
        .filter { (candidate, distance) -> distance <= maxOf(2, candidate.length / 3) }
        .minByOrNull { it.second }
        ?.first

    /** Levenshtein's. */
    private fun distance(a: String, b: String): Int {
      var before = IntArray(b.length + 1) { it }
      for (i in 1..a.length) {
        val row = IntArray(b.length + 1)
        row[0] = i
        for (j in 1..b.length) {
          val change = before[j - 1] + if (a[i - 1] == b[j - 1]) 0 else 1
          row[j] = minOf(row[j - 1] + 1, before[j] + 1, change)
        }
        before = row
      }
      return before[b.length]
    }
  }
}
