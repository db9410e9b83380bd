package io.weft.examples.shop

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.TcpWorld
import java.nio.file.Path
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
          if (!shop.waitFor(30, TimeUnit.SECONDS)) shop.destroyForcibly().waitFor()
        }
      }
    }
  })

private fun program(main: String, epmdPort: Int): Process {
  val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
  val builder = ProcessBuilder(java, "-Xmx256m", "-cp", System.getProperty("java.class.path"), main)
  builder.environment()["ERL_EPMD_PORT"] = "$epmdPort"
  return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start()
}
