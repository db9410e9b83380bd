package io.weft.stage.dispatch

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.etf.Etf
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/**
 * The dispatchers beside those of GenStage: the same random sequences of calls, and what comes of
 * each call. Runs where the system property `weft.genstage.ebin`, or the environment variable
 * `WEFT_GENSTAGE_EBIN`, tells the directory with the compiled modules of Elixir's GenStage.
 */
class ElixirDispatchersSpec :
  FunSpec({
    val ebin = System.getProperty("weft.genstage.ebin") ?: System.getenv("WEFT_GENSTAGE_EBIN") ?: ""

    fun differential(name: String, make: (Long) -> List<CallSequence>) =
      test(name).config(enabled = ebin.isNotEmpty()) {
        val sequences = (0L until SEQUENCES).flatMap(make)
        val theirs = ElixirDispatchers(ebin).run(sequences)
        for ((sequence, expected) in sequences.zip(theirs)) {
          val ours = sequence.run()
          withClue({ "$sequence" }) {
            for ((i, call) in sequence.calls.withIndex()) {
              "$i: $call -> ${ours[i]}" shouldBe "$i: $call -> ${expected[i]}"
            }
          }
        }
      }

    differential("DemandDispatcher does as Elixir's") { listOf(CallSequence.demand(it)) }

    differential("BroadcastDispatcher does as Elixir's") { listOf(CallSequence.broadcast(it)) }

    differential("PartitionDispatcher does as Elixir's") {
      listOf(CallSequence.partitions(it), CallSequence.names(it))
    }
  })

private const val SEQUENCES = 4000L

/** Elixir's dispatchers, called by a script. */
private class ElixirDispatchers(private val ebin: String) {
  fun run(sequences: List<CallSequence>): List<List<Term>> {
    val directory = Files.createTempDirectory("dispatchers")
    val (script, calls, results) =
      listOf("dispatchers.exs", "calls", "results").map(directory::resolve)
    try {
      javaClass.getResourceAsStream("/elixir/dispatchers.exs").use { Files.copy(it!!, script) }
      Files.write(calls, Etf.encode(Terms.list(sequences.map { it.term() })))
      run(script, calls, results)
      val list = Etf.decode(Files.readAllBytes(results)) as ListTerm
      return list.elements().map { (it as ListTerm).elements() }
    } finally {
      directory.toFile().deleteRecursively()
    }
  }

  private fun run(vararg arguments: Path) {
    val command = listOf("elixir", "-pa", ebin) + arguments.map { it.toString() }
    val process = ProcessBuilder(command).inheritIO().start()
    check(process.waitFor(5, TimeUnit.MINUTES)) { "Elixir takes too long" }
    check(process.exitValue() == 0) { "Elixir failed" }
  }
}
