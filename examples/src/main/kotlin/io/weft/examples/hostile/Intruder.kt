package io.weft.examples.hostile

import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Tuple
import io.weft.wire.control.Control
import io.weft.wire.frame.FrameDecoder
import io.weft.wire.frame.FrameEncoder
import io.weft.wire.frame.FrameLimits
import io.weft.wire.handshake.Cookie
import io.weft.wire.handshake.DistFlags
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.LocalNode
import io.weft.wire.handshake.PeerInfo
import io.weft.wire.handshake.Step
import java.io.IOException
import java.nio.ByteBuffer
import java.util.concurrent.ThreadLocalRandom

/** Somebody who got in: a connection whose handshake succeeded, and who then says what it likes. */
internal class Intruder
private constructor(
  val wire: Wire,
  val name: Atom,
  val creation: Int,
  peer: PeerInfo,
) : AutoCloseable {
  private val encoder = FrameEncoder(peer.flags())
  private val decoder = FrameDecoder(FrameLimits.DEFAULT)

  fun pid(number: Int): Pid = Pid(name, number, 0, creation)

  fun reference(number: Int): Reference =
    Reference.of(name, creation, number and 0x3ffff, number, 1)

  /** Sends a signal in good form; false if the node has hung up. */
  fun send(signal: Control): Boolean {
    val frames = encoder.encode(signal) ?: return true
    while (frames.hasNext()) if (!wire.send(frames.next())) return false
    return true
  }

  /** Sends a frame of these bytes. */
  fun sendFrame(vararg bytes: Int): Boolean =
    wire.sendFrame(ByteBuffer.wrap(ByteArray(bytes.size) { bytes[it].toByte() }), LENGTH)

  /** Returns the next signal of the node that [wanted] accepts; null if none comes. */
  fun <T : Any> await(withinMillis: Int = 5_000, wanted: (Control) -> T?): T? {
    while (true) {
      val frame = wire.frame(LENGTH, withinMillis) ?: return null
      decoder.receive(frame)?.let(wanted)?.let {
        return it
      }
    }
  }

  /** Returns whom the node has registered under a name, as its rpc server tells; null if nobody. */
  fun whereis(process: String): Pid? {
    val from = pid(7)
    val call = Term.parse("{call, erlang, whereis, [$process], user}")
    send(Control.RegSend(from, Atom.of("rex"), Tuple.of(from, call)))
    return await { signal ->
      val sent = signal as? Control.Send
      val answer = sent?.message() as? Tuple
      if (sent?.to() == from && answer != null) answer.get(answer.arity() - 1) as? Pid else null
    }
  }

  override fun close(): Unit = wire.close()

  companion object {
    const val LENGTH = 4

    /**
     * Shakes hands as the node called [name].
     *
     * @throws IOException if the node does not let it in
     */
    fun enter(
      victim: Victim,
      name: String = freshName(),
      cookie: Cookie = checkNotNull(victim.cookie) { "this takes the cookie" },
      flags: DistFlags = DistFlags.OFFERED_HIDDEN,
      heard: (ByteBuffer) -> Unit = {},
    ): Intruder {
      val creation = ThreadLocalRandom.current().nextInt() or 4
      val local = LocalNode.of(Atom.of(name), creation, flags, cookie)
      val machine =
        Handshake.initiate(local, victim.name, 6) { ThreadLocalRandom.current().nextInt() }
      val wire = victim.open()
      val steps = ArrayDeque(machine.start())
      while (true) {
        when (val step = steps.removeFirstOrNull()) {
          null ->
            steps += wire.frame(2)?.let { machine.receive(it) } ?: listOf<Step>(machine.closed())
          is Step.Send -> {
            heard(step.body().duplicate())
            wire.sendFrame(step.body(), 2)
          }
          is Step.Alive -> steps += machine.takeOver(true)
          is Step.Done -> return Intruder(wire, Atom.of(name), creation, step.peer())
          is Step.Failed -> {
            wire.close()
            throw IOException(step.reason())
          }
          is Step.Identify -> error("only an acceptor is asked who may come")
        }
      }
    }

    fun freshName(): String =
      "hostile" + ThreadLocalRandom.current().nextInt(1, Int.MAX_VALUE) + "@127.0.0.1"
  }
}
