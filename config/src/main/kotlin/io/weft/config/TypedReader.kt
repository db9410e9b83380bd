package io.weft.config

import java.nio.file.Path
import java.util.Optional
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.KType
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.jvm.isAccessible
import kotlin.reflect.jvm.jvmErasure
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** Makes a record or a data class of a section. */
internal object TypedReader {
  fun <T : Any> read(section: Section, type: KClass<T>): T? {
    val constructor = constructorOf(type)
    val arguments = HashMap<KParameter, Any?>()
    var complete = true
    val names = namesOf(type, constructor)
    for (parameter in constructor.parameters) {
      val key = keyOf(names[parameter.index])
      val value = read(section, key, parameter.type)
      when {
        value != null -> arguments[parameter] = value
        section.isThere(key) -> complete = false // and told
        parameter.type.jvmErasure == Optional::class -> arguments[parameter] = Optional.empty<Any>()
        parameter.isOptional -> {}
        parameter.type.isMarkedNullable -> arguments[parameter] = null
        else -> {
          complete = false
          if (!section.hasProblemsBelow(key, parameter.type)) {
            section.missing(key, wanted(parameter.type))
          }
        }
      }
    }
    section.done()
    if (!complete) return null
    return make(section, constructor, arguments)
  }

  private fun <T : Any> make(
    section: Section,
    constructor: KFunction<T>,
    arguments: Map<KParameter, Any?>,
  ): T? =
    try {
      constructor.isAccessible = true
      constructor.callBy(arguments)
    } catch (refused: java.lang.reflect.InvocationTargetException) {
      section.refused(refused.cause?.message ?: refused.cause.toString())
      null
    }

  private fun <T : Any> constructorOf(type: KClass<T>): KFunction<T> {
    val constructor =
      if (type.java.isRecord) {
        val components = type.java.recordComponents.map { it.type }
        type.constructors.firstOrNull { made ->
          made.parameters.map { it.type.jvmErasure.java } == components ||
            made.parameters.size == components.size
        }
      } else type.primaryConstructor
    return requireNotNull(constructor) {
      "${type.qualifiedName} is neither a record nor a class with a primary constructor"
    }
  }

  private fun namesOf(type: KClass<*>, constructor: KFunction<*>): List<String> =
    type.java.recordComponents?.map { it.name }
      ?: constructor.parameters.map { checkNotNull(it.name) { "$constructor has no names" } }

  /** `maxItems` is `max-items` in a file. */
  private fun keyOf(name: String) =
    name
      .replace(Regex("([a-z0-9])([A-Z])")) { "${it.groupValues[1]}-${it.groupValues[2]}" }
      .lowercase()

  private fun read(section: Section, key: String, type: KType): Any? {
    val kind = kindOf(type)
    return when {
      type.jvmErasure == Optional::class ->
        read(section, key, checkNotNull(type.arguments.single().type))?.let { Optional.of(it) }
      kind != null -> section.value(key, kind)
      type.jvmErasure == List::class -> readList(section, key, type)
      type.jvmErasure == Map::class -> readMap(section, key, type)
      else ->
        if (section.has(key) || !type.isMarkedNullable && section.mayBeEmpty(type)) {
          read(section.section(key), type.jvmErasure)
        } else null
    }
  }

  private fun readList(section: Section, key: String, type: KType): Any? {
    val element = checkNotNull(type.arguments.single().type)
    val kind = kindOf(element)
    if (kind != null) return section.value(key, Kinds.list(kind))
    if (!section.has(key)) return null
    val items = section.sections(key).map { read(it, element.jvmErasure) }
    return items.takeIf { null !in it }
  }

  private fun readMap(section: Section, key: String, type: KType): Any? {
    if (!section.has(key)) return null
    val element = checkNotNull(type.arguments[1].type)
    val entries = section.section(key)
    val read = LinkedHashMap<String, Any>()
    var complete = true
    for (entry in entries.keys()) {
      val value = read(entries, entry, element)
      if (value == null) complete = false else read[entry] = value
    }
    return read.takeIf { complete }
  }

  private fun Section.mayBeEmpty(type: KType) =
    constructorOf(type.jvmErasure).parameters.all { it.isOptional || it.type.isMarkedNullable }

  private fun Section.isThere(key: String) = has(key) || find(key) != null

  private fun Section.hasProblemsBelow(key: String, type: KType) =
    kindOf(type) == null && type.jvmErasure != List::class && has(key)

  private fun wanted(type: KType): String =
    kindOf(type)?.wanted
      ?: when (type.jvmErasure) {
        List::class -> "a list"
        else -> "a section, { ... }"
      }

  @Suppress("UNCHECKED_CAST") // the class is asked whether it is one of enums
  private fun kindOf(type: KType): Kind<out Any>? =
    when (val erased = type.jvmErasure) {
      String::class -> Kinds.text
      Boolean::class -> Kinds.flag
      Int::class -> Kinds.int(Int.MIN_VALUE..Int.MAX_VALUE)
      Long::class -> Kinds.long(Long.MIN_VALUE..Long.MAX_VALUE)
      Double::class -> Kind("a number") { it.toString().toDoubleOrNull() }
      java.time.Duration::class -> Kinds.duration
      Duration::class -> Kind(Kinds.duration.wanted) { Kinds.duration.read(it)?.toKotlinDuration() }
      Path::class -> Kinds.path
      else ->
        if (erased.java.isEnum)
          Kinds.words((erased.java as Class<out Enum<*>>).enumConstants.toList())
        else null
    }
}
