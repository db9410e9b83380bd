package io.weft.examples.shop

import io.weft.examples.together.pricesServer
import io.weft.kotlin.awaitStart
import io.weft.kotlin.node
import io.weft.kotlin.supervisor
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking

// guide: 5-clusters
/** A node that knows prices, until it is told to end. */
fun main(): Unit = runBlocking {
  val node = node("shop@127.0.0.1") { cookie("secret") }
  Runtime.getRuntime().addShutdownHook(Thread(node::close))
  node.awaitStart(supervisor("shop") { child(pricesServer) })
  println("the shop is open")
  awaitCancellation() // the threads of a node do not keep the program alive
}
// guide: end
