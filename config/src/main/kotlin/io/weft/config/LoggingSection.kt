package io.weft.config

import io.weft.observe.LogFormat

/** What `weft.logging` says. */
internal class Logging(
  val context: Boolean,
  val format: LogFormat?,
  val levels: Map<String, String>,
)

private enum class Level {
  OFF,
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE,
}

internal fun readLogging(section: Section): Logging {
  val context = section.value("context", Kinds.flag) ?: false
  val format = section.value("format", Kinds.word<LogFormat>())
  val levels = LinkedHashMap<String, String>()
  section.section("levels").each(Kinds.word<Level>()) { logger, level ->
    levels[if (logger == "root") "" else logger] = level.name
  }
  section.done()
  return Logging(context, format, levels)
}
