package io.weft.dist.proxy

import io.weft.wire.proxy.ProxyDown
import io.weft.wire.proxy.ProxyFrame
import java.nio.ByteBuffer
import kotlinx.coroutines.CompletableDeferred

/**
 * A tunnel that this node passes on: what comes in over one connection goes out over the other, and
 * is forgotten. It waits in the queue of the one that goes out, and its room is given back to who
 * sent it when it is out: so no more of it is ever here than the window that this node gave.
 *
 * @param answer makes this node's own answer to who has asked, of the one from beyond
 * @param onOver told once, when neither tunnel holds anything any more
 */
internal class Relay(
  private val answer: (ProxyFrame.Opened) -> ProxyFrame.Opened,
  private val onOver: () -> Unit,
) {
  /** Half of it: what goes in here comes out of [other]. */
  inner class Half : TunnelUser {
    lateinit var other: Half

    @Volatile
    var tunnel: Tunnel? = null
      private set

    override fun attached(tunnel: Tunnel) {
      this.tunnel = tunnel
    }

    override fun opened(answer: ProxyFrame.Opened) {
      other.tunnel?.begin(answer(answer))
      ready.complete(Unit)
    }

    override fun received(bytes: ByteBuffer) {
      other.tunnel?.put(bytes)
    }

    override fun written(bytes: Int, left: Int) {
      other.tunnel?.consumed(bytes)
    }

    override fun closed(why: ProxyDown) {
      // who has closed it has said all that it had to say: that is passed on, at its pace
      end(why, patient = why.kind == ProxyDown.Kind.CLOSED)
    }
  }

  /** Towards who has asked, and towards whom it is for. */
  val inward = Half()
  val outward = Half().also { it.other = inward }

  /** Completes when there is a way through, or it is over. */
  val ready = CompletableDeferred<Unit>()

  @Volatile private var over: ProxyDown? = null
  private var held = 1

  init {
    inward.other = outward
  }

  /** Whether it has not ended. */
  val isWanted: Boolean
    get() = over == null

  /** The second tunnel is made; false if it is not wanted any more. */
  @Synchronized fun extend(): Boolean = (over == null).also { if (it) held++ }

  /** The second tunnel is there; it is closed at once if the whole ended while it was made. */
  fun extended() {
    over?.let { outward.tunnel?.close(it) }
  }

  /** One of the tunnels holds nothing any more. */
  fun freed() {
    if (synchronized(this) { --held } == 0) onOver()
  }

  /** Ends it, both ways. Idempotent; any thread. */
  fun end(why: ProxyDown, patient: Boolean = false) {
    synchronized(this) {
      if (over != null) return
      over = why
    }
    inward.tunnel?.close(why, patient)
    outward.tunnel?.close(why, patient)
    ready.complete(Unit)
  }
}
