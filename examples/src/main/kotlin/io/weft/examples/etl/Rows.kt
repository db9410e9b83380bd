package io.weft.examples.etl

import java.math.BigDecimal

/** What the user has to know and mend; said without a stack. */
internal class EtlException(message: String) : RuntimeException(message)

/** A record that does not fit: it is kept among the rejects, with the reason. */
internal class Misfit(message: String) : RuntimeException(message, null, false, false)

/** What becomes of a record. */
internal sealed interface Loaded {
  val number: Long
}

/** The values of a record in the order of the columns, each as its type has them. */
internal class Row(override val number: Long, val values: List<Any?>) : Loaded

/** A record that is none. */
internal class Reject(override val number: Long, val text: String, val why: String) : Loaded

internal data class Column(val name: String, val type: ColumnType)

/** How a text is read. */
internal enum class ColumnType {
  TEXT {
    override fun read(text: String): Any = text
  },
  INTEGER {
    override fun read(text: String): Any? = text.trim().toLongOrNull()
  },
  DECIMAL {
    override fun read(text: String): Any? =
      text
        .trim()
        .toBigDecimalOrNull()
        ?.takeIf { it.scale() in -LARGEST_SCALE..LARGEST_SCALE && it.precision() <= LARGEST_SCALE }
        ?.let { if (it.scale() < 0) it.setScale(0) else it }
  },
  BOOLEAN {
    override fun read(text: String): Any? =
      when (text.trim().lowercase()) {
        "true",
        "t",
        "yes",
        "1" -> true
        "false",
        "f",
        "no",
        "0" -> false
        else -> null
      }
  };

  /** Returns the value; null if the text has none of this type. */
  abstract fun read(text: String): Any?

  private companion object {
    /** Both databases have so many digits on either side. */
    const val LARGEST_SCALE = 1_000
  }
}

/** Returns the value of a field; what is empty is null, save in a text. */
internal fun Column.value(text: String?): Any? {
  if (text == null || text.isEmpty() && type != ColumnType.TEXT) return null
  checkStorable(text)
  return type.read(text) ?: throw Misfit("$name is no ${type.name.lowercase()}: ${brief(text)}")
}

private fun Column.checkStorable(text: String) {
  for (i in text.indices) {
    val char = text[i]
    if (char == '\u0000') throw Misfit("$name has a NUL in it, which PostgreSQL cannot store")
    if (char.isSurrogate() && !isPair(text, i)) throw Misfit("$name has half a character in it")
  }
}

private fun isPair(text: String, i: Int): Boolean =
  if (text[i].isHighSurrogate()) i + 1 < text.length && text[i + 1].isLowSurrogate()
  else i > 0 && text[i - 1].isHighSurrogate()

internal fun brief(text: String): String = if (text.length <= 40) text else text.take(40) + "..."

/** A value as text, the same for all databases. */
internal fun canonical(value: Any?): String? =
  when (value) {
    null -> null
    is BigDecimal -> value.toPlainString()
    else -> value.toString()
  }
