package io.weft.examples.hostile

import io.weft.wire.epmd.EpmdCodec
import io.weft.wire.epmd.EpmdRequest
import io.weft.wire.epmd.NodeEntry
import java.nio.ByteBuffer

private const val MILLIS = 10_000L

/** What anybody can do to the EPMD that a node serves. */
internal fun epmdAttacks(): List<Attack> =
  listOf(
    Attack("epmd-garbage", "random bytes in place of requests", false) {
      val bytes =
        List(100 * scale) { byteArrayOf(0, 9) + random.nextBytes(9 + random.nextInt(500)) }
      val closed =
        atOnce(bytes.size) { i ->
          victim.open(epmd).use {
            it.send(bytes[i])
            it.awaitHangup(MILLIS)
          }
        }
      still("closed ${closed.count { it != false }} of ${closed.size}")
    },
    Attack("epmd-half-open", "connections that say nothing, or half a request", false) {
      val wires =
        atOnce(500 * scale) { i ->
          victim.open(epmd).also { if (i % 2 == 0) it.send(byteArrayOf(0, 20, 122)) }
        }
      still("${wires.size} opened").also { wires.forEach { wire -> wire?.close() } }
    },
    Attack("epmd-long", "requests that announce 64 KiB", false) {
      val closed =
        atOnce(50 * scale) {
          victim.open(epmd).use {
            it.send(byteArrayOf(-1, -1, 122, 1, 2, 3))
            it.awaitHangup(MILLIS)
          }
        }
      still("closed ${closed.count { it != false }} of ${closed.size}")
    },
    Attack("epmd-names", "a thousand registrations, and others of the node's own name", false) {
      val wires =
        atOnce(1_000 * scale) { i ->
          val name = if (i % 10 == 0) own else "squatter$i"
          victim.open(epmd).also {
            it.send(EpmdCodec.encode(EpmdRequest.Register(NodeEntry.of(name, 1, true))))
            it.awaitHangup(300)
          }
        }
      still("${wires.count { it != null }} asked").also { wires.forEach { wire -> wire?.close() } }
    },
  )

private val Field.own: String
  get() = victim.name.name().substringBefore('@')

private val Field.epmd: Int
  get() = checkNotNull(victim.epmdPort) { "this takes the port of an EPMD" }

/** Whether EPMD still tells the right port of the node. */
private fun Field.still(told: String): Outcome {
  val port =
    victim.open(epmd).use { wire ->
      wire.send(EpmdCodec.encode(EpmdRequest.Lookup(own)))
      val answer = wire.everything()
      EpmdCodec.decodePort(ByteBuffer.wrap(answer))?.node()?.port()
    }
  return Outcome.expect(
    port == victim.port,
    "$told; the node's port is then " + if (port == victim.port) "told" else "$port",
  )
}
