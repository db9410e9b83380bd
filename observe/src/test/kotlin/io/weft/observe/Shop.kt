package io.weft.observe

import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Request
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.serialization.Serializable

/** What the tests observe: a till that asks for prices. */
@Serializable
sealed interface Shop {
  @Serializable data class PriceOf(val sku: String) : Shop, Request<Long>

  @Serializable data class Sell(val sku: String) : Shop, Request<Long>

  @Serializable data class Restock(val pieces: Int) : Shop

  @Serializable data object Burn : Shop
}

/** Tells what it sees at places of its code. */
typealias Look = (place: String) -> Unit

fun prices(look: Look = {}): Blueprint<Shop> =
  server<Shop>("prices") {
      call { _: Shop.PriceOf ->
        look("price")
        250L
      }
      call { _: Shop.Sell -> 0L }
      cast { _: Shop.Restock -> look("restock") }
      cast { _: Shop.Burn -> error("on fire") }
    }
    .named("prices")

fun till(prices: Address<Shop>, look: Look = {}): Blueprint<Shop> =
  server<Shop>("till") {
      call { m: Shop.Sell ->
        look("sell")
        delay(1.milliseconds)
        look("sell after delay")
        val launched = CompletableDeferred<Unit>()
        launch {
          delay(1.milliseconds)
          look("launched")
          launched.complete(Unit)
        }
        val price = prices.call(Shop.PriceOf(m.sku))
        launched.await()
        look("sell after call")
        prices.cast(Shop.Restock(1))
        price
      }
      call { _: Shop.PriceOf -> 0L }
      cast { _: Shop.Restock -> look("restock at till") }
      cast { _: Shop.Burn -> error("on fire") }
    }
    .named("till")
