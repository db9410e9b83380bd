package io.weft.bench.soak

import io.weft.node.Request
import io.weft.stage.Transforms
import kotlinx.serialization.Serializable

/**
 * An event of the stages under stress.
 *
 * @param seq its number in the subscription it is given to, from zero; the dispatcher tells it
 * @param number its number among those of its producer
 */
@Serializable internal data class Item(val seq: Long, val number: Long)

/** What producers of them can be asked, on their own node. */
internal sealed interface Well : Transforms<Item, Item> {
  data object Count : Well, Request<Stock>
}

/** What became of the events of one life of a producer. */
internal class Stock(val made: Long, val sent: Long, val buffered: Int, val dropped: Long) {
  /** Whether each of them is accounted for. */
  val isWhole: Boolean
    get() = made == sent + buffered + dropped

  override fun toString() = "$made made, $sent sent, $buffered buffered, $dropped dropped"
}
