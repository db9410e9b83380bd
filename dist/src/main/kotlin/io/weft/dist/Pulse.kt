package io.weft.dist

/**
 * Looks at one connection at the end of each quarter of the tick time, and tells what is to be done
 * to keep it alive.
 *
 * As in OTP: a quarter in which nothing was written calls for a tick; towards a hidden peer also
 * one in which nothing was read, since its own ticks may depend on it. Four quarters in a row in
 * which nothing was read mean that the peer is gone; that is after one to one and a quarter tick
 * times of silence. And unlike in OTP, four in a row in which signals waited and not one write was
 * done mean that the peer lives but takes nothing.
 *
 * Source: OTP's `dist_util`, `send_tick/5`; kernel's parameter `net_ticktime`.
 */
internal class Pulse(
  private val reads: () -> Long,
  private val writes: () -> Long,
  private val toHidden: Boolean,
  private val isQueueing: () -> Boolean = { false },
) {
  enum class Beat {
    NOTHING,
    TICK,
    GONE,
    STUCK,
  }

  private var readsBefore = reads()
  private var writesBefore = writes()
  private var silentQuarters = 0
  private var stuckQuarters = 0

  /** Ends a quarter. Called by one thread at a time. */
  fun beat(): Beat {
    val heard = reads().let { (it != readsBefore).also { _ -> readsBefore = it } }
    val spoke = writes().let { (it != writesBefore).also { _ -> writesBefore = it } }
    silentQuarters = if (heard) 0 else silentQuarters + 1
    stuckQuarters = if (spoke || !isQueueing()) 0 else stuckQuarters + 1
    return when {
      silentQuarters >= QUARTERS -> Beat.GONE
      stuckQuarters >= QUARTERS -> Beat.STUCK
      !spoke || (toHidden && !heard) -> Beat.TICK
      else -> Beat.NOTHING
    }
  }

  companion object {
    /** How many quarters a tick time has: OTP's default intensity. */
    const val QUARTERS = 4
  }
}
