package io.weft.examples.orders

import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.codecOf
import io.weft.kotlin.etf.AtomString
import io.weft.kotlin.etf.Etf
import io.weft.kotlin.etf.EtfPacked
import io.weft.kotlin.etf.EtfProplist
import io.weft.kotlin.etf.EtfStruct
import io.weft.kotlin.etf.EtfTag
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Request
import io.weft.node.TermCodec
import io.weft.term.Atom
import kotlinx.serialization.Serializable

/** The same desk in Kotlin: the same structs, the same callers. */
@Serializable
sealed interface KotlinDesk {
  @Serializable data class Place(val order: KotlinOrder) : KotlinDesk, Request<KotlinPlaced>

  @Serializable data class Find(val id: Long) : KotlinDesk, Request<KotlinFound>

  @Serializable
  @EtfProplist
  data class Configure(val limit: Int? = null, val open: Boolean) : KotlinDesk

  @Serializable data class Cancel(val id: Long, val why: AtomString) : KotlinDesk

  @Serializable data object Report : KotlinDesk, Request<KotlinSummary>
}

@Serializable
@EtfStruct("Shop.Order")
data class KotlinOrder(
  val id: Long,
  val customer: String,
  val lines: List<KotlinLine>,
  val note: String?,
)

@Serializable
@EtfStruct("Shop.Line")
data class KotlinLine(val sku: String, val pieces: Int, val price: Double)

/** An order or `nil`. */
@Serializable @JvmInline value class KotlinFound(val order: KotlinOrder?)

@Serializable
sealed interface KotlinPlaced {
  @Serializable @EtfTag("ok") data class Ok(val id: Long) : KotlinPlaced

  @Serializable @EtfTag("error") data class Refused(val why: AtomString) : KotlinPlaced
}

@Serializable
data class KotlinSummary(
  val orders: Int,
  val byCustomer: Map<String, Int>,
  @EtfPacked(thresholdBytes = 100) val all: List<KotlinOrder>,
)

private val ELIXIR = Etf { nothing = Atom.of("nil") }

/** Returns how a desk is spoken with. */
fun kotlinDeskCodec(): TermCodec<KotlinDesk> = codecOf(ELIXIR, KotlinDesk.serializer())

/** Returns the blueprint of a desk. */
fun kotlinDesk(): Blueprint<KotlinDesk> =
  server<KotlinDesk>("desk") {
      val orders = LinkedHashMap<Long, KotlinOrder>()
      var limit = Int.MAX_VALUE
      call { place: KotlinDesk.Place ->
        if (orders.size >= limit) {
          KotlinPlaced.Refused("full")
        } else {
          orders[place.order.id] = place.order
          KotlinPlaced.Ok(place.order.id)
        }
      }
      call { find: KotlinDesk.Find -> KotlinFound(orders[find.id]) }
      call { _: KotlinDesk.Report ->
        val byCustomer = orders.values.groupingBy { it.customer }.eachCount()
        KotlinSummary(orders.size, byCustomer, orders.values.toList())
      }
      cast { cancel: KotlinDesk.Cancel -> orders.remove(cancel.id) }
      cast { to: KotlinDesk.Configure -> limit = if (to.open) to.limit ?: 1_000 else 0 }
    }
    .codec(kotlinDeskCodec())

/** What an Erlang process echoes. */
@Serializable
sealed interface KotlinMirror {
  @Serializable data class Echo(val order: KotlinOrder) : KotlinMirror, Request<KotlinOrder>

  @Serializable data class Message(val message: KotlinDesk) : KotlinMirror, Request<KotlinDesk>
}

/** Returns how a mirror is spoken with. */
fun kotlinMirror(): TermCodec<KotlinMirror> = codecOf(ELIXIR, KotlinMirror.serializer())
