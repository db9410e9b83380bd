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
import kotlin.time.Duration.Companion.minutes
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

  // README, straight line: begin
  sealed interface Lift {
    data class Call(val floor: Int) : Lift

    data object Arrived : Lift

    data object Floor : Lift, Request<Int>
  }

  val lift =
    actor<Lift>("lift") {
      var floor = 0
      while (true) {
        val target = select {
          on<Lift.Call> { it.floor != floor } then { it.floor }
          onRequest { _: Lift.Floor, reply ->
            reply.send(floor)
            null
          }
          after(10.minutes) { 0 } // nobody came: down
        }
        if (target != null && target != floor) { // on its way it takes no further calls; they wait
          val arrived = select {
            on<Lift.Arrived>() then { true }
            after(30.seconds) { false }
          }
          check(arrived) { "stuck between $floor and $target" }
          floor = target
        }
      }
    }
  // README, straight line: end
}

class ExampleSpec :
  FunSpec({
    test("the example of the README does what it says") {
      withNode { node -> Example.sell(node) shouldBe 900 }
    }

    test("the straight-line example goes where it is called, one call after the other") {
      withNode { node ->
        val lift = node.spawn(Example.lift)
        lift.tell(Example.Lift.Call(3))
        lift.tell(Example.Lift.Call(5))
        lift.tell(Example.Lift.Arrived)
        lift.tell(Example.Lift.Arrived)
        lift.call(Example.Lift.Floor, within = 20.seconds) shouldBe 5
      }
    }

    test("the README shows the examples as they are compiled here") {
      val source = fileAbove("dsl-kotlin/src/test/kotlin/io/weft/kotlin/ExampleSpec.kt").readText()
      for (name in listOf("README", "README, straight line")) {
        val example = source.substringAfter("$name: begin\n").substringBefore("  // $name: end")
        fileAbove("README.md").readText() shouldContain example.trimIndent()
      }
    }
  })

/** A file of the project, whose root is the working directory or above it. */
private fun fileAbove(path: String): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .map { it.resolve(path) }
    .first { it.exists() }
