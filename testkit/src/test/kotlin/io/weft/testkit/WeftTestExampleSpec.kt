package io.weft.testkit

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.weft.gen.Supervisor
import io.weft.kotlin.call
import io.weft.kotlin.server
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Effect
import io.weft.node.Request
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async

internal sealed interface Ledger {
  data class Entry(val what: String, val cents: Long) : Ledger
}

internal sealed interface Bank {
  data class Charge(val cents: Long) : Bank, Request<String>
}

internal sealed interface Till {
  data class Sell(val what: String, val cents: Long) : Till, Request<String>
}

internal fun till(bank: Address<Bank>, ledger: Address<Ledger>): Blueprint<Till> =
  server<Till>("till") {
    call { sale: Till.Sell ->
      val receipt: String = bank.call(Bank.Charge(sale.cents))
      ledger.tell(Ledger.Entry(sale.what, sale.cents))
      receipt
    }
  }

internal fun shop(till: Blueprint<Till>): Blueprint<Supervisor.Query> =
  supervisor("shop") { child(till) }

/** The tests of the README. */
class WeftTestExampleSpec :
  FunSpec({
    // README: begin
    test("a sale is charged, and noted when it is") {
      weftTest {
        val bank = probe<Bank>("bank")
        val ledger = probe<Ledger>("ledger")
        val till = start(till(bank, ledger))
        val sale = async { till.call(Till.Sell("tea", 300)) }
        val charge = bank.expectCall<Bank.Charge, _>()
        ledger.expectNone(2.seconds) // in no time: it is virtual
        charge.reply("r1")
        sale.await() shouldBe "r1"
        ledger.expectMessage(Ledger.Entry("tea", 300))
      }
    }

    test("a till that crashes is started again, whatever the order of events") {
      weftTest(seeds = 1L..50L) {
        val shop = start(shop(till(probe("bank", Bank::class), probe("ledger", Ledger::class))))
        val first = child(shop, "till")
        crash(first, IllegalStateException("disk full"))
        eventually(within = 1.minutes) { child(shop, "till").pid() shouldNotBe first.pid() }
      }
    }

    test("a till alone: no node, no neighbours") {
      val outside = Outside()
      val ledger = outside.standIn<Ledger>("ledger")
      val till = outside.run(till(outside.standIn("bank"), ledger))
      val sale = till.ask(Till.Sell("tea", 300))
      till.answer("r1") // what the bank says
      sale.reply() shouldBe "r1"
      till.expect<Effect.Told>() shouldBe Effect.Told(ledger, Ledger.Entry("tea", 300))
    }
    // README: end

    test("the README shows them as they are compiled here") {
      val root = generateSequence(Path.of("").toAbsolutePath()) { it.parent }
      val readme = root.map { it.resolve("README.md") }.first(Files::exists)
      val source =
        readme.resolveSibling("testkit/src/test/kotlin/io/weft/testkit/WeftTestExampleSpec.kt")
      val example =
        Files.readString(source)
          .substringAfter("// README: begin\n")
          .substringBefore("\n    // README: end")
          .trimIndent()
      Files.readString(readme).contains(example) shouldBe true
    }
  })
