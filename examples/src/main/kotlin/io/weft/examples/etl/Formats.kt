package io.weft.examples.etl

import de.siegmar.fastcsv.reader.CsvParseException
import de.siegmar.fastcsv.reader.CsvReader
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import kotlin.text.Charsets.UTF_8
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
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
      throw Misfit("is no CSV: ${bad.message}")
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
    fun parse(text: String): JsonObject =
      try {
        Json.parseToJsonElement(text) as? JsonObject ?: throw Misfit("is no JSON object")
      } catch (bad: SerializationException) {
        throw Misfit("is no JSON: ${bad.message?.lineSequence()?.first()}")
      }
  }
}

/** Returns the text of a record. Throws [Misfit] if it is not UTF-8. */
internal fun textOf(record: Record): String =
  try {
    UTF_8.newDecoder().decode(ByteBuffer.wrap(record.bytes)).toString()
  } catch (_: CharacterCodingException) {
    throw Misfit("is not UTF-8")
  }
