package io.weft.dist.transport

import io.ktor.network.selector.InterestSuspensionsMap
import io.ktor.network.selector.SelectInterest
import io.ktor.network.selector.Selectable
import io.ktor.network.selector.SelectorManager
import java.nio.channels.ClosedChannelException
import java.nio.channels.SelectableChannel
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/** What one channel waits for, in the terms of Ktor's selector. */
internal class Selection(
  override val channel: SelectableChannel,
  private val selector: SelectorManager,
  private val onClose: (Readiness) -> Unit,
) : Selectable, Readiness {
  private val operations = AtomicInteger()

  override val suspensions: InterestSuspensionsMap = InterestSuspensionsMap()

  override val interestedOps: Int
    get() = operations.get()

  override val isClosed: Boolean
    get() = !channel.isOpen

  override fun interestOp(interest: SelectInterest, state: Boolean) {
    operations.updateAndGet { if (state) it or interest.flag else it and interest.flag.inv() }
  }

  override suspend fun await(operation: Int) {
    val interest = SelectInterest.AllInterests.first { it.flag == operation }
    interestOp(interest, true)
    try {
      selector.select(this, interest)
    } catch (closed: CancellationException) {
      currentCoroutineContext()
        .ensureActive() // the caller was cancelled: nothing is wrong with the channel
      throw ClosedChannelException().also { it.initCause(closed) }
    } finally {
      suspensions.removeSuspension(
        interest
      ) // a cancelled wait leaves it behind, and would forbid the next one
      interestOp(interest, false)
    }
  }

  override fun close() {
    channel.close()
    selector.notifyClosed(this)
    onClose(this)
  }

  override fun dispose(): Unit = close()
}
