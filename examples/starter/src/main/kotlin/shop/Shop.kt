package shop

import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.node
import io.weft.kotlin.server
import io.weft.kotlin.supervisor
import io.weft.node.Request
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.Serializable

@Serializable
sealed interface Prices {
  @Serializable data class PriceOf(val sku: String) : Prices, Request<Long>

  @Serializable data class Change(val sku: String, val cents: Long) : Prices
}

val prices =
  server<Prices>("prices") {
      val cents = hashMapOf("tea" to 250L)
      call { q: Prices.PriceOf -> cents[q.sku] ?: 0 }
      cast { m: Prices.Change -> cents[m.sku] = m.cents }
    }
    .named("prices")

fun main(): Unit = runBlocking {
  val node = node("shop@127.0.0.1") { cookie("secret") }
  Runtime.getRuntime().addShutdownHook(Thread(node::close))
  node.awaitStart(supervisor("shop") { child(prices) })
  println("the shop is open")
  awaitCancellation() // the threads of a node do not keep the program alive
}
