package io.weft.stage.conformance

import io.weft.runtime.Entropy
import io.weft.stage.DispatcherHost
import io.weft.term.Export
import io.weft.term.Term

/** The producer of a [Trial], as its dispatcher sees it. */
internal class TriedHost(private val infos: TriedInfos, seed: Long) : DispatcherHost {
  override val entropy: Entropy = Entropy(Dice(seed)::nextLong)

  override fun release(info: Any) {
    infos.release(info)
  }

  override fun warn(format: String, vararg arguments: Any) {}

  override fun term(event: Any): Term? = event as? Term

  override fun function(name: Export): ((List<Term>) -> Term)? = null
}

/** The infos of a [Trial]: which are on their way, and behind which events. */
internal class TriedInfos {
  /** Of one info: events with lower numbers were dispatched before it. */
  private class Sent(val number: Int, val behind: Int)

  private val underWay = ArrayDeque<Sent>()
  private val back = ArrayList<Sent>()
  private var given = 0

  fun next(behind: Int): Any = given++.also { underWay += Sent(it, behind) }

  fun release(info: Any) {
    val next = underWay.firstOrNull() ?: flaw("gave back info $info, which was not there")
    flawUnless(underWay.any { it.number == info }) { "gave back info $info twice" }
    flawUnless(next.number == info) { "gave back info $info before info ${next.number}" }
    back += underWay.removeFirst()
  }

  /** Sees whether those that came back were not too early. */
  fun check(kept: Set<Int>, dropped: Long) {
    for (info in back) {
      val missing = kept.filter { it < info.behind }
      flawUnless(missing.size <= dropped) {
        "gave back info ${info.number} before the events $missing were sent"
      }
    }
    back.clear()
  }

  fun checkAllAreBack() {
    flawUnless(underWay.isEmpty()) { "did not give back ${underWay.size} infos" }
  }
}
