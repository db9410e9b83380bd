package io.weft.examples.bank

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.kotlin.localNode
import java.io.File
import kotlin.io.path.appendText
import kotlin.io.path.listDirectoryEntries
import picocli.CommandLine

class BankSpec :
  FunSpec({
    test("no cent is made or lost while processes are killed") {
      CommandLine(BankRun()).execute("--transfers=150", "--kills=15") shouldBe 0
    }

    test("what was answered is there after a restart, without a line that was torn") {
      val folder = tempdir()
      folder.bank { bank ->
        bank.ask(Ledger.Open("ann", 500)) shouldBe Outcome.DONE
        bank.ask(Ledger.Open("bob", 0)) shouldBe Outcome.DONE
        bank.ask(Ledger.Transfer("1", "ann", "bob", 200)) shouldBe Outcome.DONE
      }
      folder.toPath().listDirectoryEntries().max().appendText("moved\t2\tann\tbob")
      folder.bank { bank ->
        bank.ask(Ledger.Balance("ann")) shouldBe 300
        bank.ask(Ledger.Balance("bob")) shouldBe 200
      }
    }

    test("a line that reaches the disk after the next life has begun does not count") {
      val folder = tempdir()
      folder.bank { it.ask(Ledger.Open("ann", 500)) }
      val old = folder.toPath().listDirectoryEntries().max()
      folder.bank { bank ->
        old.appendText("opened\teve\t1000000\n")
        bank.ask(Ledger.Total) shouldBe 500
      }
      folder.bank { it.ask(Ledger.Total) shouldBe 500 }
    }

    test("a transfer that is asked again moves the money once; what cannot be is refused") {
      tempdir().bank { bank ->
        bank.ask(Ledger.Open("ann", 500))
        bank.ask(Ledger.Open("bob", 0))
        repeat(2) { bank.ask(Ledger.Transfer("1", "ann", "bob", 200)) shouldBe Outcome.DONE }
        bank.ask(Ledger.Balance("ann")) shouldBe 300
        bank.ask(Ledger.Transfer("2", "ann", "bob", 301)) shouldBe Outcome.NOT_COVERED
        bank.ask(Ledger.Transfer("3", "ann", "eve", 1)) shouldBe Outcome.NO_SUCH_ACCOUNT
        bank.ask(Ledger.Transfer("4", "ann", "bob", -1)) shouldBe Outcome.NO_AMOUNT
      }
    }
  })

private suspend fun File.bank(visit: suspend (Bank) -> Unit) {
  localNode().use { node ->
    val bank = Bank(toPath())
    node.awaitStart(bank.supervisor)
    visit(bank)
  }
}
