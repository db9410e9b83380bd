package io.weft.bench.stage

import io.weft.kotlin.etf.EtfRecord
import io.weft.stage.EventCodec
import io.weft.stage.eventCodec
import io.weft.term.Term
import kotlinx.serialization.Serializable

/** Events of the kinds that go from node to node, and how each looks there. */
public enum class EventKind(private val codec: EventCodec<*>, private val make: (Int) -> Any) {
  LONGS(EventCodec.LONGS, { 1_000_000L + it }),
  STRINGS(EventCodec.STRINGS, { "sku-${it % 100}-of-the-shop" }),
  BINARIES(codec<ByteArray>(), { ByteArray(24) { i -> i.toByte() } }),
  DOUBLES(codec<Double>(), { it / 8.0 }),
  ENUMS(codec<Size>(), { Size.entries[it % 3] }),
  MAPS(codec<Sale>(), { Sale.number(it * 1000L) }),
  RECORDS(codec<SaleRecord>(), { SaleRecord("sku-${it % 100}", it * 1000L, it / 8.0) }),
  CASES(
    codec<Entry>(),
    { if (it % 2 == 0) Entry.Sold("sku-${it % 100}", it) else Entry.Returned(it, Size.LARGE) },
  ),
  TERMS(EventCodec.TERMS, { Term.parse("{sale, <<\"sku-${it % 100}\">>, ${it * 1000}, 2.5}") });

  /** Returns [count] of them, none the same object. */
  public fun events(count: Int): List<Any> = List(count, make)

  /** Returns how they look as terms. */
  @Suppress("UNCHECKED_CAST") // it is that of the events
  public fun codec(): EventCodec<Any> = codec as EventCodec<Any>
}

private inline fun <reified E : Any> codec(): EventCodec<E> = checkNotNull(eventCodec<E>())

internal enum class Size {
  SMALL,
  MEDIUM,
  LARGE,
}

@Serializable
@EtfRecord
internal data class SaleRecord(val sku: String, val amount: Long, val price: Double)

@Serializable
internal sealed interface Entry {
  @Serializable data class Sold(val sku: String, val amount: Int) : Entry

  @Serializable data class Returned(val amount: Int, val size: Size) : Entry
}
