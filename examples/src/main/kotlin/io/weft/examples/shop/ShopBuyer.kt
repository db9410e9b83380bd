package io.weft.examples.shop

import io.weft.dist.DistNetwork
import io.weft.examples.together.Prices
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.node
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking

// guide: 5-clusters
/** Another node, which asks it. */
fun main(): Unit = runBlocking {
  node("buyer@127.0.0.1") { cookie("secret") }
    .use { node ->
      DistNetwork.of(node).connect("shop@127.0.0.1").await() // fails with the reason, if it fails
      val prices = node.address("prices", "shop@127.0.0.1", codecOf<Prices>())
      println("tea is sold for ${prices.call(Prices.PriceOf("tea"))}")
    }
}
// guide: end
