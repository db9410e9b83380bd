package io.weft.examples.shop

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.TcpWorld
import io.weft.examples.awaitEnd
import io.weft.examples.startProgram
import java.lang.ProcessBuilder.Redirect
import java.util.concurrent.TimeUnit

class ShopSpec :
  FunSpec({
    test("a node in one program asks a node in another") {
      TcpWorld().use { world ->
        val shop = program("io.weft.examples.shop.ShopNodeKt", world.epmdPort)
        try {
          shop.inputReader().readLine() shouldBe "the shop is open"
          val buyer = program("io.weft.examples.shop.ShopBuyerKt", world.epmdPort)
          buyer.inputReader().readLine() shouldBe "tea is sold for 250"
          buyer.waitFor(30, TimeUnit.SECONDS) shouldBe true
          buyer.exitValue() shouldBe 0
        } finally {
          shop.destroy()
          shop.awaitEnd()
        }
      }
    }
  })

private fun program(main: String, epmdPort: Int): Process =
  startProgram(main, listOf(), Redirect.INHERIT, mapOf("ERL_EPMD_PORT" to "$epmdPort"))
