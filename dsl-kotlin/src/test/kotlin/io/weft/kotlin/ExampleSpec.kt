package io.weft.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Restart
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Request
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.serialization.Serializable

object Example {
  // README: begin
  @Serializable
  sealed interface Till {
    @Serializable data class Sell(val sku: String, val pieces: Int) : Till

    @Serializable data object Takings : Till, Request<Long>
  }

  @Serializable
  sealed interface Prices {
    @Serializable data class PriceOf(val sku: String) : Prices, Request<Long>
  }

  val prices =
    server<Prices>("prices") { call { q: Prices.PriceOf -> if (q.sku == "tea") 250L else 400L } }

  fun till(prices: Address<Prices>) =
    server<Till>("till") {
      var takings = 0L // what the body declares is the state of one life of the actor
      cast { m: Till.Sell ->
        val price = prices.call(Prices.PriceOf(m.sku)) // suspends; no other message is handled
        takings += price * m.pieces
      }
      call { _: Till.Takings -> takings } // only a Long compiles here
      launch { // runs in the turns of the actor, and ends with it
        while (true) {
          delay(1.hours)
          takings = 0
        }
      }
    }

  suspend fun sell(node: Node): Long {
    lateinit var till: Address<Till>
    val shop =
      supervisor("shop") {
        intensity(max = 3, within = 5.seconds)
        val prices = child(prices) // a slot: one address for all the lives of a child
        till = child(till(prices), restart = Restart.PERMANENT, shutdown = 10.seconds)
      }
    node.awaitStart(shop)
    till.tell(Till.Sell("tea", 2))
    till.cast(Till.Sell("coffee", 1))
    return till.call(Till.Takings, within = 2.seconds)
  }
  // README: end
}

class ExampleSpec :
  FunSpec({
    test("the example of the README does what it says") {
      withNode { node -> Example.sell(node) shouldBe 900 }
    }

    test("the README shows the example as it is compiled here") {
      val source = fileAbove("dsl-kotlin/src/test/kotlin/io/weft/kotlin/ExampleSpec.kt").readText()
      val example = source.substringAfter("README: begin\n").substringBefore("  // README: end")
      fileAbove("README.md").readText() shouldContain example.trimIndent()
    }
  })

/** A file of the project, whose root is the working directory or above it. */
private fun fileAbove(path: String): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .map { it.resolve(path) }
    .first { it.exists() }
