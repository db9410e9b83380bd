package io.weft.examples.ergo

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.reflect.KClass

/**
 * Whether Ergo is at hand: a program compiled of `ergo/peer.go`, which the system property
 * `weft.ergo.peer` or the variable `WEFT_ERGO_PEER` names.
 */
internal class ErgoAtHand : Condition {
  override fun evaluate(kclass: KClass<out Spec>): Boolean = ErgoNode.program != null
}

/**
 * A real node of Ergo 2.2, run by a test as a process of its own and told by lines what to do: see
 * `ergo/peer.go` in the resources.
 *
 * It listens on the loopback address only and starts no EPMD. It ends when it is closed, and also
 * when the test's own process ends without closing it.
 */
internal class ErgoNode private constructor(private val process: Process) : AutoCloseable {
  private val answers = LinkedBlockingQueue<String>()
  private val said = LinkedBlockingQueue<String>()

  init {
    Thread.ofVirtual().name("output of Ergo").start {
      process.inputReader().forEachLine {
        val queue = if (ANSWERS.any(it::startsWith)) answers else said
        queue.add(it)
      }
      answers.add(GONE)
      said.add(GONE)
    }
  }

  /** Has a command carried out. */
  fun tell(command: String) {
    process.outputWriter().apply {
      write(command + "\n")
      flush()
    }
    check(answer() == "done $command") { "$command failed: ${said.toList()}" }
  }

  private fun answer(): String =
    checkNotNull(answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "no answer: ${said.toList()}" }

  /** Returns the next line that begins with [prefix], without it; those before are dropped. */
  fun line(prefix: String): String = next { it.startsWith("$prefix ") }.removePrefix("$prefix ")

  /** Returns the next line in which somebody tells one of [events]; those before are dropped. */
  fun lineWith(vararg events: String): String = next { it.split(' ')[1] in events }

  private fun next(fits: (String) -> Boolean): String {
    val seen = ArrayList<String>()
    while (true) {
      val line = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) ?: error("Ergo says only $seen")
      check(line != GONE) { "Ergo has ended, and said $seen" }
      if (fits(line)) return line
      seen += line
    }
  }

  /** Ends the node at once, as a crash would. */
  fun kill() {
    process.destroyForcibly().waitFor()
  }

  override fun close() {
    process.outputStream.use { /* the end of its input ends it */ }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) kill()
  }

  companion object {
    private val ANSWERS = listOf("ready ", "done ", "failed ")
    private const val GONE = "weft-gone"
    private const val PATIENCE_SECONDS = 30L

    /** The program, which is not always at hand. */
    val program: String? = System.getProperty("weft.ergo.peer") ?: System.getenv("WEFT_ERGO_PEER")

    /**
     * Starts a node called [name], `name@host`, and waits until it is registered.
     *
     * @param handlers how many at once write to and read from a connection
     */
    fun start(name: String, cookie: String, epmdPort: Int, handlers: Int = 1): ErgoNode {
      val command =
        listOf(checkNotNull(program), name, cookie, epmdPort.toString(), handlers.toString())
      val node = ErgoNode(ProcessBuilder(command).redirectErrorStream(true).start())
      check(node.answer().startsWith("ready ")) { "it does not start: ${node.said.toList()}" }
      return node
    }
  }
}
