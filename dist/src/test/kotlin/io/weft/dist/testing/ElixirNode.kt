package io.weft.dist.testing

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import io.weft.etf.Etf
import io.weft.term.Term
import java.util.Base64
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.reflect.KClass

/**
 * A real Elixir node, run by a test as a process of its own and driven by expressions; variables
 * keep their values from one to the next. It listens on the loopback address only and starts no
 * EPMD.
 */
class ElixirNode private constructor(val name: String, private val process: Process) :
  AutoCloseable {
  private val replies = LinkedBlockingQueue<String>()
  private val lines = LinkedBlockingQueue<String>()

  init {
    Thread.ofVirtual().name("output of $name").start {
      process.inputReader().forEachLine {
        if (it.startsWith(REPLY)) replies.add(it.removePrefix(REPLY)) else lines.add(it)
      }
      replies.add(GONE)
    }
  }

  /**
   * Returns the value of the expressions.
   *
   * @throws ErlangException if they fail, with `{Kind, Reason}`
   */
  fun eval(expressions: String): Term {
    val line = Base64.getEncoder().encodeToString(expressions.trimIndent().encodeToByteArray())
    process.outputWriter().apply {
      write(line + "\n")
      flush()
    }
    val reply = reply()
    val (outcome, encoded) = reply.split(' ')
    val value = Etf.decode(Base64.getDecoder().decode(encoded))
    return if (outcome == "ok") value
    else throw ErlangException("$expressions on $name failed: $value", value)
  }

  private fun reply(): String =
    replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)?.takeUnless { it == GONE }
      ?: error("$name did not answer: $lines")

  override fun close() {
    process.outputStream.use { /* the end of its input ends it */ }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
  }

  companion object {
    private const val REPLY = "weft-reply:"
    private const val GONE = "weft-gone"
    private const val PATIENCE_SECONDS = 60L

    /** Whether `elixir` is there. */
    val isInstalled: Boolean by lazy {
      runCatching {
          ProcessBuilder("elixir", "--version").redirectErrorStream(true).start().waitFor() == 0
        }
        .getOrDefault(false)
    }

    /** Starts a node called [name], `name@host`, and waits until it is registered. */
    fun start(name: String, cookie: String, epmdPort: Int): ElixirNode {
      val erl = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
      val builder =
        ProcessBuilder("elixir", "--name", name, "--cookie", cookie, "--erl", erl, "-e", EVALUATOR)
          .redirectErrorStream(true)
      builder.environment()["ERL_EPMD_PORT"] = epmdPort.toString()
      builder.environment()["ERL_CRASH_DUMP_BYTES"] = "0"
      val node = ElixirNode(name, builder.start())
      node.reply() // it is there
      return node
    }

    private val EVALUATOR =
      """
      answer = fn outcome, value ->
        IO.puts("$REPLY#{outcome} #{Base.encode64(:erlang.term_to_binary(value))}")
      end
      answer.("ok", node())
      loop = fn loop, bindings ->
        case IO.gets("") do
          line when is_binary(line) ->
            next =
              try do
                {value, next} = Code.eval_string(Base.decode64!(String.trim(line)), bindings)
                answer.("ok", value)
                next
              catch
                kind, reason ->
                  answer.("error", {kind, reason})
                  bindings
              end
            loop.(loop, next)
          _ -> System.halt(0)
        end
      end
      loop.(loop, [])
      """
        .trimIndent()
  }
}

/** Lets a spec run only where there is an Elixir to try it with. */
class ElixirInstalled : Condition {
  override fun evaluate(kclass: KClass<out Spec>): Boolean = ElixirNode.isInstalled
}
