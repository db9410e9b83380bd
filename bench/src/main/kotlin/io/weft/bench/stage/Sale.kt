package io.weft.bench.stage

import kotlinx.serialization.Serializable

/** An event as data have it: a text, a number and a float. On the wire a map. */
@Serializable
internal data class Sale(val sku: String, val amount: Long, val price: Double) {
  companion object {
    private val SKUS = List(100) { "sku-$it" }

    /** The sale of that number. */
    fun number(number: Long): Sale = Sale(SKUS[(number % SKUS.size).toInt()], number, number / 8.0)
  }
}
