package io.weft.testkit

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Transport
import java.nio.ByteBuffer
import java.util.random.RandomGenerator

/** What is wrong with a transport that was made to find out whether the invariants see it. */
internal enum class Plant {
  DROPS_A_FRAME,
  DOUBLES_A_FRAME,
  SWAPS_TWO_FRAMES,
}

/** A transport with a fault: now and then it does to frames what TCP never does. */
internal class Planted(
  private val sound: Transport,
  private val plant: Plant,
  private val random: RandomGenerator,
) : Transport by sound {
  override suspend fun listen(host: String?, port: Int): Listener {
    val listener = sound.listen(host, port)
    if (listener.port == EPMD) return listener
    return object : Listener by listener {
      override suspend fun accept() = Spoilt(listener.accept(), ACK)
    }
  }

  override suspend fun connect(host: String, port: Int): Duplex =
    sound.connect(host, port).let { if (port == EPMD) it else Spoilt(it, REPLY) }

  /** @param last the tag of the last thing this side says in its handshake */
  private inner class Spoilt(private val sound: Duplex, private val last: Byte) : Duplex by sound {
    private var connected = false
    private var kept = ByteArray(0)

    override suspend fun write(vararg buffers: ByteBuffer) {
      val bytes = ByteArray(buffers.sumOf { it.remaining() })
      ByteBuffer.wrap(bytes).let { all -> buffers.forEach { all.put(it) } }
      if (connected) spoil(bytes) else sound.write(ByteBuffer.wrap(bytes))
      if (bytes.size > SHORT_LENGTH && bytes[SHORT_LENGTH] == last) connected = true
    }

    private suspend fun spoil(bytes: ByteArray) {
      val input = ByteBuffer.wrap(kept + bytes)
      val output = ArrayList<ByteArray>()
      while (input.remaining() >= LONG_LENGTH) {
        val size = LONG_LENGTH + input.getInt(input.position())
        if (size > input.remaining()) break
        val frame = ByteArray(size).also { input.get(it) }
        if (size == LONG_LENGTH || random.nextInt(RARELY) != 0) output += frame
        else
          when (plant) {
            Plant.DROPS_A_FRAME -> {}
            Plant.DOUBLES_A_FRAME -> repeat(2) { output += frame }
            Plant.SWAPS_TWO_FRAMES -> output.add((output.size - 1).coerceAtLeast(0), frame)
          }
      }
      kept = ByteArray(input.remaining()).also { input.get(it) }
      output.forEach { sound.write(ByteBuffer.wrap(it)) }
    }
  }

  private companion object {
    const val EPMD = 4369
    const val RARELY = 50
    const val SHORT_LENGTH = 2
    const val LONG_LENGTH = 4
    const val REPLY = 'r'.code.toByte()
    const val ACK = 'a'.code.toByte()
  }
}
