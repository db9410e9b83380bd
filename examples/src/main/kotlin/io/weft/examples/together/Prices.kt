package io.weft.examples.together

import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Request
import kotlinx.serialization.Serializable

// guide: 6-erlang-elixir
@Serializable
sealed interface Prices {
  @Serializable data class PriceOf(val sku: String) : Prices, Request<Long> // {price_of, <<"tea">>}

  @Serializable data class Change(val sku: String, val cents: Long) : Prices
}

val pricesServer =
  server<Prices>("prices") {
      val cents = hashMapOf("tea" to 250L, "coffee" to 400L)
      call { q: Prices.PriceOf -> cents.getValue(q.sku) }
      cast { m: Prices.Change -> cents[m.sku] = m.cents }
    }
    .named("prices")

// guide: end

// guide: 6-erlang-elixir
/** What the cart understands, a GenServer of Elixir. */
@Serializable
sealed interface Cart {
  @Serializable data class Add(val sku: String, val pieces: Int) : Cart, Request<Long>

  @Serializable data object Total : Cart, Request<Long>
}

// guide: end
