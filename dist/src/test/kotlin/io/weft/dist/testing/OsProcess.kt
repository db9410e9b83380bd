package io.weft.dist.testing

import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/**
 * A process of the operating system that a test has started, with what it prints. It is to end when
 * its input does.
 */
class OsProcess(private val what: String, command: List<String>) : AutoCloseable {
  private val process = ProcessBuilder(command).redirectErrorStream(true).start()
  private val lines = LinkedBlockingQueue<String>()

  init {
    Thread.ofVirtual().name("output of $what").start {
      process.inputReader().forEachLine(lines::add)
      lines.add(GONE)
    }
  }

  /** Returns the next line that begins with [prefix], without it; those before are dropped. */
  fun line(prefix: String): String {
    val seen = ArrayList<String>()
    while (true) {
      val line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) ?: error("$what says only $seen")
      if (line == GONE) error("$what has ended, and said $seen")
      if (line.startsWith(prefix)) return line.removePrefix(prefix)
      seen += line
    }
  }

  /** Returns the lines that are there and begin with [prefix]. */
  fun linesSoFar(prefix: String): List<String> = lines.filter { it.startsWith(prefix) }

  /** Waits for its end; returns all that it said and was not asked for. */
  fun awaitEnd(): List<String> {
    check(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "$what does not end: $lines" }
    return generateSequence { lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) }
      .takeWhile { it != GONE }
      .toList()
  }

  /** SIGSTOP: its threads stop, its sockets stay. */
  fun freeze() = signal("STOP")

  /** SIGCONT. */
  fun thaw() = signal("CONT")

  /** SIGKILL. */
  fun kill() {
    process.destroyForcibly().waitFor()
  }

  private fun signal(name: String) {
    ProcessBuilder("kill", "-$name", process.pid().toString()).inheritIO().start().waitFor()
  }

  override fun close() {
    if (!process.isAlive) return
    thaw()
    process.outputStream.use { /* the end of its input ends it */ }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) kill()
  }

  private companion object {
    const val GONE = "weft-gone"
    const val PATIENCE_SECONDS = 60L
  }
}
