package io.weft.examples.etl

import de.siegmar.fastcsv.reader.CsvParseException
import de.siegmar.fastcsv.reader.CsvReader
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import kotlin.text.Charsets.UTF_8
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** How the fields of a record are told apart. Used by many threads. */
internal sealed interface Format {
  /** The fields that each record has, in order. */
  val names: List<String>

  /** What separates fields that may be quoted; null if each line is a record. */
  val separator: Char?

  /** Whether the first record is not one, but the names. */
  val hasHeader: Boolean

  /** Returns the fields by [names]. Throws [Misfit] if that is no record. */
  fun fields(text: String): List<String?>
}

/** RFC 4180: quotes where a field needs them, doubled inside. */
internal class Csv(
  override val names: List<String>,
  override val separator: Char,
  override val hasHeader: Boolean,
) : Format {
  private val parser = CsvParser(separator)

  override fun fields(text: String): List<String?> {
    val fields = parser.fields(text)
    if (fields.size != names.size)
      throw Misfit("has ${fields.size} fields, and should have ${names.size}")
    return fields
  }
}

/** Takes single records apart. Used by many threads. */
internal class CsvParser(separator: Char) {
  private val reader =
    CsvReader.builder()
      .fieldSeparator(separator)
      .skipEmptyLines(false)
      .allowMissingFields(true)
      .allowExtraFields(true)

  fun fields(text: String): List<String> =
    try {
      val records = reader.ofCsvRecord(text).use { it.toList() }
      records.singleOrNull()?.fields ?: throw Misfit("has an end of line outside of quotes")
    } catch (bad: CsvParseException) {
      throw Misfit("is no CSV: ${(bad.cause ?: bad).message}")
    }
}

/** A JSON object in each line. What is nested stays JSON. */
internal class Ndjson(override val names: List<String>) : Format {
  override val separator: Char? = null
  override val hasHeader: Boolean = false
  private val known = names.toSet()

  override fun fields(text: String): List<String?> {
    val json = parse(text)
    for (name in json.keys) {
      if (name !in known) throw Misfit("has the field '$name', which is no column: see --columns")
    }
    return names.map { textOf(json[it]) }
  }

  private fun textOf(value: JsonElement?): String? =
    when (value) {
      null,
      JsonNull -> null
      is JsonPrimitive -> value.content
      else -> value.toString()
    }

  companion object {
    /** Whoever takes nested values apart needs a stack for it. */
    private const val DEEPEST = 200

    private val NUMBER = Regex("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")

    fun parse(text: String): JsonObject {
      if (depth(text) > DEEPEST) throw Misfit("is nested deeper than $DEEPEST levels")
      try {
        val json = Json.parseToJsonElement(text)
        check(json)
        return json as? JsonObject ?: throw Misfit("is no JSON object")
      } catch (bad: SerializationException) {
        throw Misfit("is no JSON: ${bad.message?.lineSequence()?.first()}")
      }
    }

    /** How deep objects and arrays are nested. */
    private fun depth(text: String): Int {
      var depth = 0
      var most = 0
      var quoted = false
      var i = 0
      while (i < text.length) {
        when (text[i]) {
          '"' -> quoted = !quoted
          '\\' -> i++
          '[',
          '{' -> if (!quoted) most = maxOf(most, ++depth)
          ']',
          '}' -> if (!quoted) depth--
        }
        i++
      }
      return most
    }

    /** The parser takes any word for a value. */
    private fun check(json: JsonElement): Unit =
      when (json) {
        JsonNull -> {}
        is JsonObject -> json.values.forEach(::check)
        is JsonArray -> json.forEach(::check)
        is JsonPrimitive ->
          if (!json.isString && json.content !in WORDS && !NUMBER.matches(json.content))
            throw Misfit("is no JSON: ${brief(json.content)} is no value")
          else {}
      }

    private val WORDS = setOf("true", "false")
  }
}

/** Returns the text of a record. Throws [Misfit] if it is not UTF-8, or has no end. */
internal fun textOf(record: Record): String {
  if (record.isOpen) throw Misfit("has a quote that is not closed")
  try {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(record.bytes)).toString()
  } catch (_: CharacterCodingException) {
    throw Misfit("is not UTF-8")
  }
}
