package io.weft.dist.testing

import io.weft.etf.Etf
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Tuple
import java.util.Base64
import java.util.concurrent.BlockingQueue
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/**
 * A real Erlang node, run by a test as a process of its own and driven by expressions.
 *
 * ```
 * ErlangNode.start("them@127.0.0.1", cookie = "secret", epmdPort = port).use { erlang ->
 *     erlang.eval("net_adm:ping('us@127.0.0.1')") shouldBe Atom.of("pong")
 * }
 * ```
 *
 * It listens on the loopback address only and starts no EPMD. It ends when it is closed, and also
 * when the test's own process ends without closing it.
 */
class ErlangNode private constructor(val name: String, private val process: Process) :
  AutoCloseable {
  private val replies: BlockingQueue<String> = LinkedBlockingQueue()
  private val lines: BlockingQueue<String> = LinkedBlockingQueue()

  init {
    Thread.ofVirtual().name("output of $name").start {
      process.inputReader().forEachLine {
        if (it.startsWith(REPLY)) replies.add(it.removePrefix(REPLY)) else lines.add(it)
      }
      replies.add(GONE)
      lines.add(GONE)
    }
  }

  /** The name as an atom. */
  val atom: Atom = Atom.of(name)

  /**
   * Evaluates expressions, separated by commas, in one process that lives as long as the node;
   * variables keep their values from one call to the next. Returns the value of the last one.
   *
   * @throws ErlangException if it fails
   */
  fun eval(expressions: String): Term {
    begin(expressions)
    return result(expressions)
  }

  /** Compiles the module in [source], which uses no preprocessor but `?MODULE`, and loads it. */
  fun load(source: String) {
    val name =
      checkNotNull(Regex("""-module\((\w+)\)""").find(source)) { "no module" }.groupValues[1]
    val text = source.replace("?MODULE", name).encodeToByteArray()
    val loaded =
      eval(
        """
        (fun() ->
          Text = unicode:characters_to_list(base64:decode("${Base64.getEncoder().encodeToString(text)}")),
          {ok, Tokens, _} = erl_scan:string(Text),
          Split = fun S([], [], Forms) -> lists:reverse(Forms);
                      S([{dot, _} = Dot | Rest], Form, Forms) ->
                        {ok, Parsed} = erl_parse:parse_form(lists:reverse([Dot | Form])), S(Rest, [], [Parsed | Forms]);
                      S([Token | Rest], Form, Forms) -> S(Rest, [Token | Form], Forms) end,
          {ok, Module, Binary} = compile:forms(Split(Tokens, [], [])),
          {module, Module} = code:load_binary(Module, atom_to_list(Module), Binary),
          Module
        end)()
        """
      )
    check(loaded == Atom.of(name)) { "$loaded was loaded, not $name" }
  }

  /** Evaluates expressions without waiting for their value, which [result] then returns. */
  fun begin(expressions: String) {
    process.outputWriter().apply {
      write(expressions.replace('\n', ' ').trimEnd('.', ' ') + ".\n")
      flush()
    }
  }

  /** Returns the value of the expressions that were begun first and not asked for yet. */
  fun result(of: String = "what was begun"): Term {
    val reply =
      replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)
        ?: error("$name did not finish $of within $PATIENCE_SECONDS s: $lines")
    if (reply == GONE) error("$name ended while it was to evaluate $of: $lines")
    val (outcome, encoded) = reply.split(' ')
    val value = Etf.decode(Base64.getDecoder().decode(encoded))
    return if (outcome == "ok") value
    else throw ErlangException("$of on $name failed: $value", value)
  }

  /** Returns the next line that the node printed, on its own account or by an expression. */
  fun nextLine(): String {
    val line =
      lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)
        ?: error("$name printed nothing for $PATIENCE_SECONDS s")
    return if (line == GONE) error("$name ended") else line
  }

  /** Returns the next printed line that contains [text]; the ones before it are dropped. */
  fun lineWith(text: String): String = generateSequence(::nextLine).first { text in it }

  /** Ends the node at once, as a crash would. */
  fun kill() {
    process.destroyForcibly().waitFor()
  }

  /** Stops the node's threads as if its machine hung; its sockets stay open. */
  fun freeze(): Unit = signal("STOP")

  /** Undoes [freeze]. */
  fun thaw(): Unit = signal("CONT")

  private fun signal(name: String) {
    ProcessBuilder("kill", "-$name", process.pid().toString()).inheritIO().start().waitFor()
  }

  override fun close() {
    process.outputStream.use { /* the end of its input ends it */ }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) kill()
  }

  companion object {
    private const val REPLY = "weft-reply:"
    private const val READY = "weft-ready"
    private const val GONE = "weft-gone"
    private const val PATIENCE_SECONDS = 60L

    /** Whether `erl` is there. */
    val isInstalled: Boolean by lazy {
      runCatching {
          ProcessBuilder("erl", "-version").redirectErrorStream(true).start().waitFor() == 0
        }
        .getOrDefault(false)
    }

    /**
     * Starts a node and waits until it is registered.
     *
     * @param name `name@host`, or `undefined@host` for one that gets its name from its first peer
     * @param arguments further arguments of `erl`
     */
    fun start(
      name: String,
      cookie: String,
      epmdPort: Int,
      hidden: Boolean = false,
      arguments: List<String> = emptyList(),
    ): ErlangNode {
      val command = buildList {
        addAll(
          listOf(
            "erl",
            "-noshell",
            if (name.substringAfter('@').any { it == '.' || it == ':' }) "-name" else "-sname",
            name,
          )
        )
        addAll(listOf("-setcookie", cookie, "-start_epmd", "false"))
        val address = if (name.endsWith("@::1")) "{0,0,0,0,0,0,0,1}" else "{127,0,0,1}"
        addAll(listOf("-kernel", "inet_dist_use_interface", address))
        if (hidden) add("-hidden")
        addAll(arguments)
        addAll(listOf("-eval", EVALUATOR))
      }
      val builder = ProcessBuilder(command).redirectErrorStream(true)
      builder.environment()["ERL_EPMD_PORT"] = epmdPort.toString()
      builder.environment()["ERL_CRASH_DUMP_BYTES"] = "0"
      builder.environment().remove("ERL_FLAGS")
      val node = ErlangNode(name, builder.start())
      try {
        node.lineWith(READY)
      } catch (failure: IllegalStateException) {
        node.kill()
        throw failure
      }
      return node
    }

    /**
     * Reads expressions line by line and answers each with a line that holds its value in the
     * external term format.
     */
    private val EVALUATOR =
      """
            spawn(fun() ->
              Answer = fun(Outcome, Value) ->
                io:format("$REPLY~s ~s~n", [Outcome, base64:encode(term_to_binary(Value))])
              end,
              Loop = fun Loop(Bindings) ->
                case io:get_line("") of
                  Line when is_list(Line) ->
                    Loop(try
                      {ok, Tokens, _} = erl_scan:string(Line),
                      {ok, Expressions} = erl_parse:parse_exprs(Tokens),
                      {value, Value, Next} = erl_eval:exprs(Expressions, Bindings),
                      Answer("ok", Value),
                      Next
                    catch Class:Reason ->
                      Answer("error", {Class, Reason}),
                      Bindings
                    end);
                  _ -> erlang:halt(0)
                end
              end,
              io:format("$READY~n"),
              Loop([])
            end).
            """
        .trimIndent()
        .replace('\n', ' ')
  }
}

/** An expression failed on an [ErlangNode]; [failure] is `{Class, Reason}`. */
class ErlangException(message: String, val failure: Term) : RuntimeException(message) {
  /** The reason of the failure. */
  val reason: Term
    get() = (failure as Tuple).get(1)
}
