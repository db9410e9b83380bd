package io.weft.stage.pipeline

import io.weft.node.Self
import io.weft.runtime.Timers
import kotlin.time.toJavaDuration

/**
 * The batches of a batcher that are being filled, one for each key.
 *
 * @param full takes a batch that is full, or as old as it may be
 */
internal class Filling(
  private val crew: BatchCrew,
  private val self: Self<*>,
  private val full: (Batch) -> Unit,
) {
  private val batches = crew.plan.batches
  private val open = LinkedHashMap<Any?, Open>()

  /** How many events wait in them. */
  var count = 0
    private set

  private inner class Open(val key: Any?) {
    val items = ArrayList<Item>()
    val timer: Timers.Timer = self.after(batches.within.toJavaDuration()) { close(this) }
  }

  fun add(item: Item, key: Any?) {
    val batch = open.getOrPut(key) { Open(key) }
    batch.items += item
    count++
    if (batch.items.size == batches.size) close(batch)
  }

  /** Nothing more comes for the time being. */
  fun closeAll() {
    open.values.toList().forEach(::close)
  }

  private fun close(batch: Open) {
    if (!open.remove(batch.key, batch)) return
    batch.timer.cancel()
    count -= batch.items.size
    full(Batch(crew, batch.key, batch.items))
  }
}
