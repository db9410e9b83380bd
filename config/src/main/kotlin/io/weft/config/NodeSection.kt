package io.weft.config

import io.weft.dist.DistNetworkProvider
import io.weft.dist.DistOptions
import io.weft.node.NodeOptions
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

private const val LOCAL = "nonode@nohost"

/** What `weft.node` says. */
internal fun readNode(section: Section, dist: DistOptions?): NodeOptions.Builder? {
  val name = section.value("name", Kinds.text) ?: LOCAL
  val options =
    try {
      NodeOptions.builder(name).also { it.build() }
    } catch (refused: IllegalArgumentException) {
      section.problem("name", section.find("name"), "cannot be used: ${refused.message}")
      null
    }
  section.use("cookie", Kinds.secret) { options?.cookie(it) }
  section.use("cookie-file", Kinds.path) { options?.cookie(cookieIn(it)) }
  section.use("hidden", Kinds.flag) { options?.hidden(it) }
  section.use("port", Kinds.port) { options?.port(it) }
  section.use("epmd-port", Kinds.port) { options?.epmdPort(it) }
  section.use("tick-time", Kinds.duration) { time -> options?.let { it.tickTime(time).build() } }
  section.use("max-processes", Kinds.int(1..Int.MAX_VALUE)) { options?.maxProcesses(it) }
  section.use("max-message-bytes", Kinds.bytes) { size ->
    require(size <= Int.MAX_VALUE) { "it is too large" }
    options?.let { it.maxMessageBytes(size.toInt()).build() }
  }
  section.use("system-logs", Kinds.path) { options?.systemLogs(it) }
  section.use("carriers", Kinds.int(1..4096)) { options?.carriers(it) }
  section.done()
  if (dist != null && name != LOCAL) options?.networkProvider(DistNetworkProvider(dist))
  return options
}

private fun cookieIn(file: Path): String =
  try {
    Files.readString(file).trim()
  } catch (unreadable: IOException) {
    throw IllegalArgumentException("$file cannot be read", unreadable)
  }
