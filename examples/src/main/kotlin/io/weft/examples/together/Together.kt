package io.weft.examples.together

import io.weft.kotlin.actor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.node
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import java.util.concurrent.TimeUnit
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Option

private const val COOKIE = "together"

/** A shop half in Elixir and half in Kotlin: each calls, watches and outlives the other. */
@Command(
  name = "together",
  mixinStandardHelpOptions = true,
  description = ["An Elixir node keeps a cart, a Weft node the prices; needs elixir."],
)
internal class Together : Runnable {
  @Option(names = ["--epmd-port"], description = ["where EPMD is, or is to be"])
  var epmdPort: Int = 4369

  override fun run() {
    val number = ProcessHandle.current().pid()
    val weft =
      node("weft$number@127.0.0.1") {
        cookie(COOKIE)
        epmdPort(epmdPort)
      }
    weft.use {
      val elixir = elixir("elixir$number@127.0.0.1", weft.name().name())
      try {
        runBlocking { withTimeout(60.seconds) { shop(weft, "elixir$number@127.0.0.1") } }
        check(elixir.waitFor(30, TimeUnit.SECONDS)) { "Elixir does not close" }
      } finally {
        elixir.destroyForcibly()
      }
    }
  }

  private suspend fun shop(weft: Node, elixir: String) {
    val opened = CompletableDeferred<Unit>()
    lateinit var prices: Address<Prices>
    weft.awaitStart(
      supervisor("shop") {
        prices = child(pricesServer)
        child(door(opened))
      }
    )
    opened.await()
    // guide: 6-erlang-elixir
    val cart = weft.address("cart", elixir, codecOf<Cart>())
    val total = cart.call(Cart.Add("tea", 2)) // Elixir asks us for the price meanwhile
    // guide: end
    println("two teas: the cart of Elixir says $total")
    prices.tell(Prices.Change("coffee", 450))
    println("and a coffee: ${cart.call(Cart.Add("coffee", 1))}")
    check(cart.call(Cart.Total) == 950L) { "the cart has lost count" }
    println("the prices are killed")
    prices.pid()?.let { weft.exit(it, ExitReason.KILL) }
    weft.address("shop", elixir).tell(Atom.of("close"))
  }

  private fun elixir(name: String, weft: String): Process {
    val script = checkNotNull(Together::class.java.getResource("shop.exs")).readText()
    val erl = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
    val process =
      ProcessBuilder("elixir", "--name", name, "--cookie", COOKIE, "--erl", erl, "-e", script)
        .redirectErrorStream(true)
        .apply {
          environment()["WEFT_NODE"] = weft
          environment()["ERL_EPMD_PORT"] = "$epmdPort"
        }
        .start()
    Thread.ofVirtual().start {
      process.inputReader().forEachLine { println("elixir | $it") }
    }
    return process
  }
}

/** Is told when the shop is open. */
private fun door(opened: CompletableDeferred<Unit>): Blueprint<Term> =
  actor("door", Term::class) {
      receive()
      opened.complete(Unit)
      receive()
    }
    .named("shop")
    .codec(TermCodec.identity())

public fun main(args: Array<String>) {
  exitProcess(CommandLine(Together()).execute(*args))
}
