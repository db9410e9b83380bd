package io.weft.bench.soak

import io.weft.stage.Asking
import io.weft.term.Term

/** The subscription of a consumer, and whether all its events come, in order and once. */
internal class Taking(private val books: StageBooks, private val label: String) {
  private var tag: Term? = null
  private var next = 0L
  private var triedAt = 0L

  /**
   * Whether it is time to subscribe, for the first time or again: nobody tells of a name unknown.
   */
  val isIdle: Boolean
    get() {
      if (tag != null) return false
      val now = System.nanoTime()
      if (triedAt != 0L && now - triedAt < PATIENCE) return false
      triedAt = now
      return true
    }

  /** Whether it is subscribed. */
  val isOn: Boolean
    get() = tag != null

  fun begins(tag: Term): Asking {
    this.tag = tag
    next = 0
    books.subscriptions.increment()
    return Asking.AUTOMATIC
  }

  fun ends(tag: Term) {
    if (tag != this.tag) return
    this.tag = null
    triedAt = 0
  }

  fun takes(items: List<Item>, tag: Term) {
    // A stage between others handles what it had before its subscription ended.
    if (this.tag != null && tag != this.tag) return
    for (item in items) {
      if (item.seq != next) books.violation("$label got ${item.seq} of $tag, and expected $next")
      next = item.seq + 1
    }
    books.taken.add(items.size.toLong())
  }

  private companion object {
    const val PATIENCE = 1_000_000_000L
  }
}
