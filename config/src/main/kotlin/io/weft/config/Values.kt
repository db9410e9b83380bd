package io.weft.config

import com.typesafe.config.ConfigException
import com.typesafe.config.ConfigFactory
import com.typesafe.config.ConfigValueFactory
import java.net.InetAddress
import java.nio.file.InvalidPathException
import java.nio.file.Path

/** A kind of value: how it is read, and what people are told is allowed. */
internal class Kind<T : Any>(val wanted: String, val secret: Boolean = false, val read: (Any) -> T?)

internal object Kinds {
  val text = Kind("a text") { if (it is Map<*, *> || it is List<*>) null else it.toString() }
  val secret =
    Kind("a text", secret = true) { if (it is Map<*, *> || it is List<*>) null else it.toString() }
  val flag =
    Kind("true or false") {
      when (it.toString().lowercase()) {
        "true",
        "on",
        "yes" -> true
        "false",
        "off",
        "no" -> false
        else -> null
      }
    }
  val port = int(0..65_535)
  val duration = Kind("a time, such as 500ms, 10s or 5m") { unit(it) { path -> getDuration(path) } }
  val bytes =
    Kind("a size, such as 4096, 64K or 256MiB") {
      unit(it) { path -> getMemorySize(path).toBytes() }
    }
  val path =
    Kind("a path") {
      try {
        Path.of(it.toString())
      } catch (_: InvalidPathException) {
        null
      }
    }
  val place =
    Kind("host:port") {
      val text = it.toString()
      val port = text.substringAfterLast(':', "").toIntOrNull()
      val host = text.substringBeforeLast(':').removeSurrounding("[", "]")
      if (host.isEmpty() || port == null || port !in 1..65_535) null else host to port
    }
  /** An address of this machine, as it is: nobody is asked for names. */
  val address =
    Kind("an address, such as 10.0.0.7") {
      try {
        InetAddress.ofLiteral("$it")
      } catch (_: IllegalArgumentException) {
        null
      }
    }
  val texts = list(text)
  val places = list(place)

  fun int(range: IntRange): Kind<Int> =
    Kind("a whole number ${rangeText(range.first.toLong(), range.last.toLong())}".trim()) {
      whole(it)?.takeIf { value -> value in range.first..range.last }?.toInt()
    }

  fun long(range: LongRange): Kind<Long> =
    Kind("a whole number ${rangeText(range.first, range.last)}".trim()) {
      whole(it)?.takeIf(range::contains)
    }

  private fun rangeText(first: Long, last: Long) =
    when {
      first == Int.MIN_VALUE.toLong() || first == Long.MIN_VALUE -> ""
      last == Int.MAX_VALUE.toLong() || last == Long.MAX_VALUE -> "from $first on"
      else -> "from $first to $last"
    }

  inline fun <reified E : Enum<E>> word(values: List<E> = enumValues<E>().toList()): Kind<E> =
    words(values)

  fun <E : Enum<*>> words(values: List<E>): Kind<E> {
    val byWord = values.associateBy { it.name.lowercase().replace('_', '-') }
    return Kind(byWord.keys.joinToString(" or ")) {
      byWord[it.toString().lowercase().replace('_', '-')]
    }
  }

  /** In properties and variables with commas. */
  fun <T : Any> list(of: Kind<T>): Kind<List<T>> =
    Kind("a list, each ${of.wanted}") {
      val items =
        it as? List<*> ?: it.toString().split(',').map(String::trim).filter(String::isNotEmpty)
      items.map { item -> item?.let(of.read) }.takeIf { null !in it }?.filterNotNull()
    }

  private fun whole(raw: Any): Long? =
    when (raw) {
      is Int -> raw.toLong()
      is Long -> raw
      is String -> raw.trim().toLongOrNull()
      else -> null
    }

  private fun <T : Any> unit(raw: Any, get: com.typesafe.config.Config.(String) -> T): T? =
    if (raw is Map<*, *> || raw is List<*>) null
    else
      try {
        ConfigFactory.empty().withValue("it", ConfigValueFactory.fromAnyRef(raw)).get("it")
      } catch (_: ConfigException) {
        null
      }
}

/** Reads a value; null, with a problem noted, if it is not of this kind. */
internal fun <T : Any> Section.value(key: String, kind: Kind<T>): T? {
  val found = find(key) ?: return null
  val read = found.raw?.let(kind.read)
  if (read == null) problem(key, found, "${shown(found, kind)}; it must be ${kind.wanted}")
  return read
}

private fun shown(found: Found, kind: Kind<*>): String =
  if (kind.secret) "cannot be read"
  else
    "is " +
      when (val raw = found.raw) {
        is String -> "\"$raw\""
        else -> raw.toString()
      }

/** Gives a value to who wants it, and tells what that has against it. */
internal fun <T : Any> Section.use(key: String, kind: Kind<T>, set: (T) -> Unit) {
  val value = value(key, kind) ?: return
  try {
    set(value)
  } catch (refused: IllegalArgumentException) {
    problem(key, find(key), "cannot be used: ${refused.message}")
  }
}

/** Reads a section whose keys are names of the user's own. */
internal fun <T : Any> Section.each(kind: Kind<T>, set: (String, T) -> Unit) {
  for (key in keys()) use(key, kind) { set(key, it) }
}
