package io.weft.examples.bank

import io.weft.gen.Strategy
import io.weft.gen.Supervisor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.localNode
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.deleteRecursively
import kotlin.random.Random
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Option

/** The processes of a bank. The slots are good for all their lives. */
class Bank(directory: Path) {
  lateinit var journal: Address<Journal>
    private set

  lateinit var ledger: Address<Ledger>
    private set

  /** Whoever stands on the journal is started anew with it. */
  val supervisor: Blueprint<Supervisor.Query> =
    supervisor("bank") {
      strategy = Strategy.REST_FOR_ONE
      intensity(max = 100, within = 1.seconds)
      journal = child(journal(directory))
      ledger = child(ledger(journal))
    }

  /** Asks the ledger until it answers: each request may be asked again. */
  suspend fun <R : Any, Q> ask(request: Q): R where Q : Ledger, Q : Request<R> {
    while (true) {
      try {
        return ledger.call(request)
      } catch (_: CallException) {
        delay(1.milliseconds) // it is being restarted
      }
    }
  }
}

/** Random transfers, while the processes of the bank are killed at random. */
@Command(
  name = "bank",
  mixinStandardHelpOptions = true,
  showDefaultValues = true,
  description = ["Moves money between accounts while the bank's processes are killed at random."],
)
internal class BankRun : Runnable {
  @Option(names = ["--journal"], description = ["a folder for the journal; a new one by default"])
  var journal: Path? = null

  @Option(names = ["--clients"], description = ["how many customers move money at once"])
  var clients: Int = 4

  @Option(names = ["--transfers"], description = ["how often each of them does"])
  var transfers: Int = 500

  @Option(names = ["--kills"], description = ["how many processes are killed meanwhile"])
  var kills: Int = 20

  @OptIn(kotlin.io.path.ExperimentalPathApi::class)
  override fun run() {
    val directory = journal ?: Files.createTempDirectory("bank")
    try {
      localNode().use { node -> runBlocking { rush(node, Bank(directory)) } }
    } finally {
      if (journal == null) directory.deleteRecursively()
    }
  }

  private suspend fun rush(node: Node, bank: Bank) {
    node.awaitStart(bank.supervisor)
    ACCOUNTS.forEach { bank.ask(Ledger.Open(it, deposit = 100_00)) }
    val before: Long = bank.ask(Ledger.Total)
    var moved = 0
    coroutineScope {
      val customers = List(clients) { launch { repeat(transfers) { moved += move(bank) } } }
      launch {
        repeat(kills) {
          if (customers.none { it.isActive }) return@launch
          delay(Random.nextLong(50).milliseconds)
          listOf(bank.journal, bank.ledger).random().pid()?.let { node.exit(it, ExitReason.KILL) }
        }
      }
    }
    val after: Long = bank.ask(Ledger.Total)
    println(
      "$moved of ${clients * transfers} transfers were made; $before cents before, $after after"
    )
    check(after == before) { "money was made or lost" }
  }

  private suspend fun move(bank: Bank): Int {
    val (from, to) = ACCOUNTS.shuffled()
    val wish = Ledger.Transfer(Random.nextLong().toString(36), from, to, Random.nextLong(1, 50_00))
    return if (bank.ask(wish) == Outcome.DONE) 1 else 0
  }

  private companion object {
    val ACCOUNTS = listOf("ann", "bob", "cleo", "dan", "eve")
  }
}

public fun main(args: Array<String>) {
  exitProcess(CommandLine(BankRun()).execute(*args))
}
