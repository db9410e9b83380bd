package io.weft.examples.hostile

import io.weft.dist.DistNetworkProvider
import io.weft.dist.distOptions
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Tuple
import io.weft.wire.handshake.DistFlags
import java.io.IOException
import java.nio.ByteBuffer
import java.time.Duration
import java.util.concurrent.atomic.AtomicReference

/** What an honest peer saw while an attack was under way. */
internal data class Seen(val calls: Int, val failures: Int, val longestMillis: Long) {
  override fun toString(): String = "$calls calls, $failures failed, longest $longestMillis ms"
}

/** Asks the node all the time, as any peer would, and notes how it is served. */
internal interface HonestPeer : AutoCloseable {
  /** Returns what was seen since the last time this was asked. */
  fun seen(): Seen

  /** Returns how many bytes the node uses; null if it does not tell. */
  fun memory(): Long? = null

  companion object {
    const val NAME = "honest@127.0.0.1"

    fun of(victim: Victim, cookie: String?): HonestPeer =
      if (cookie == null) HonestCaller(victim) else HonestNode(victim, cookie)
  }
}

/** Counts, and keeps a thread that asks without end. */
private class Watch(ask: () -> Unit) : AutoCloseable {
  private val now = AtomicReference(Seen(0, 0, 0))
  @Volatile private var closed = false
  private val thread =
    Thread.ofPlatform().daemon().name("honest peer").start {
      while (!closed) { // what is asked may swallow the interrupt
        val begun = System.nanoTime()
        val failed = runCatching(ask).isFailure
        val took = (System.nanoTime() - begun) / 1_000_000
        now.updateAndGet {
          Seen(it.calls + 1, it.failures + if (failed) 1 else 0, maxOf(it.longestMillis, took))
        }
        try {
          Thread.sleep(20)
        } catch (_: InterruptedException) {
          // closed
        }
      }
    }

  fun seen(): Seen = now.getAndSet(Seen(0, 0, 0))

  override fun close() {
    closed = true
    thread.interrupt()
    thread.join()
  }
}

/** A node of the same cluster, which calls the node's `net_kernel` on one connection. */
private class HonestNode(private val victim: Victim, cookie: String) : HonestPeer {
  private val node =
    Node.start(
      NodeOptions.builder(HonestPeer.NAME)
        .cookie(cookie)
        .hidden(true)
        .networkProvider(
          DistNetworkProvider(
            distOptions {
              epmd(false)
              route(victim.name.name(), victim.host, victim.port)
            }
          )
        )
        .build()
    )
  private val watch = Watch {
    val asked = Tuple.of(Atom.of("is_auth"), Atom.of(HonestPeer.NAME))
    check(call("net_kernel", asked) == Atom.of("yes")) { "the node does not say yes" }
  }

  private fun call(process: String, request: Term): Term =
    Weft.callTermAsync(
        node.address(process, victim.name.name()),
        request,
        Duration.ofSeconds(10),
      )
      .get()

  override fun seen() = watch.seen()

  override fun memory(): Long? {
    val call = Term.parse("{call, erlang, memory, [processes_used], user}")
    return runCatching { (call("rex", call) as IntTerm).value() }.getOrNull()
  }

  override fun close() {
    watch.close()
    node.close()
  }
}

/** Somebody who knows no cookie: connects, and waits until the node asks for a proof. */
private class HonestCaller(private val victim: Victim) : HonestPeer {
  private val watch = Watch {
    victim.open().use { wire ->
      val name = Intruder.freshName().toByteArray()
      val body = ByteBuffer.allocate(15 + name.size).put('N'.code.toByte())
      body.putLong(DistFlags.OFFERED_HIDDEN.bits()).putInt(4)
      wire.sendFrame(body.putShort(name.size.toShort()).put(name).flip(), 2)
      wire.frame(2) ?: throw IOException("no status")
      wire.frame(2) ?: throw IOException("no challenge")
    }
  }

  override fun seen() = watch.seen()

  override fun close() = watch.close()
}
