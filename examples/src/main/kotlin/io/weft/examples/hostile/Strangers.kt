package io.weft.examples.hostile

import io.weft.term.Atom
import io.weft.wire.handshake.Cookie
import io.weft.wire.handshake.DistFlags
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.LocalNode
import io.weft.wire.handshake.Step
import java.io.IOException
import java.nio.ByteBuffer

/** How long a node waits for a step of a handshake, and a margin for a loaded machine. */
private const val HANDSHAKE_MILLIS = 15_000L
private const val AT_ONCE_MILLIS = 10_000L

/** What those can do who do not know the cookie. */
internal fun strangers(): List<Attack> =
  listOf(
    Attack("garbage", "random bytes in place of a handshake", false) {
      val bytes = List(100 * scale) { random.nextBytes(1 + random.nextInt(2_000)) }
      // What announces a frame that never comes whole is waited for, as any slow peer.
      val closed =
        atOnce(bytes.size) { i ->
          victim.open().use {
            it.send(bytes[i])
            it.awaitHangup(HANDSHAKE_MILLIS)
          }
        }
      hungUp(closed)
    },
    Attack("tls-hello", "a TLS handshake at a port without TLS", false) {
      val hello = byteArrayOf(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc.toByte(), 3, 3)
      hungUp(
        atOnce(20 * scale) {
          victim.open().use {
            it.send(hello)
            it.awaitHangup(HANDSHAKE_MILLIS)
          }
        }
      )
    },
    Attack("long-frame", "a handshake frame of 64 KiB", false) {
      hungUp(
        atOnce(50 * scale) {
          victim.open().use {
            it.send(ByteArray(65_537) { -1 })
            it.awaitHangup(AT_ONCE_MILLIS)
          }
        }
      )
    },
    Attack("half-open", "connections that say nothing", false) {
      hungUp(atOnce(400 * scale) { victim.open().use { it.awaitHangup(HANDSHAKE_MILLIS) } })
    },
    Attack("slow-loris", "a greeting with a pause after each byte", false) {
      val greeting = greeting(victim)
      hungUp(
        atOnce(50 * scale) {
          victim.open().use { wire ->
            var sent = 0
            while (sent < greeting.size && wire.send(byteArrayOf(greeting[sent]))) {
              sent++
              if (wire.awaitHangup(400)) return@use true
            }
            wire.awaitHangup(HANDSHAKE_MILLIS)
          }
        }
      )
    },
    Attack("connects", "1,000 connections at once, gone again at once", false, mayFail = 3) {
      val opened = atOnce(1_000 * scale) { victim.open().use { true } }.count { it == true }
      Outcome.expect(opened > 0, "$opened were accepted")
    },
    Attack("half-handshake", "greetings, then silence once the challenge is there", false) {
      val greeting = greeting(victim)
      hungUp(
        atOnce(300 * scale) {
          victim.open().use { wire ->
            wire.send(greeting)
            wire.frame(2)
            wire.awaitHangup(HANDSHAKE_MILLIS)
          }
        }
      )
    },
    Attack("wrong-cookie", "handshakes with a cookie that is another", false) {
      val refused =
        atOnce(50 * scale) {
          try {
            Intruder.enter(victim, cookie = Cookie.of("not the cookie $it")).close()
            false
          } catch (_: IOException) {
            true
          }
        }
      val let = refused.count { it == false }
      Outcome.expect(let == 0, "${refused.size - let} refused, $let let in")
    },
    Attack("borrowed-name", "handshakes in the name of the honest peer, with no cookie", false) {
      val refused =
        atOnce(20 * scale) {
          try {
            Intruder.enter(victim, name = HonestPeer.NAME, cookie = Cookie.of("guessed")).close()
            false
          } catch (_: IOException) {
            true
          }
        }
      Outcome.expect(refused.all { it == true }, "all refused: ${refused.all { it == true }}")
    },
    Attack("replay", "a handshake that succeeded, byte by byte once more", true) {
      val recorded = ArrayList<ByteArray>()
      Intruder.enter(victim) { body -> recorded += ByteArray(body.remaining()).also(body::get) }
        .close()
      val entered =
        atOnce(20 * scale) {
          victim.open().use { wire ->
            for (body in recorded) {
              wire.sendFrame(ByteBuffer.wrap(body), 2)
              wire.frame(2)
            }
            wire.frame(2, 2_000)?.get(0) == 'a'.code.toByte()
          }
        }
      Outcome.expect(entered.none { it == true }, "let in: ${entered.count { it == true }}")
    },
    Attack("lacking-flags", "greetings that offer nothing, or ask for everything", false) {
      val answers =
        atOnce(50 * scale) { i ->
          victim.open().use { wire ->
            wire.sendFrame(greetingFrame(victim, DistFlags(if (i % 2 == 0) 0 else -1)), 2)
            val said = wire.frame(2) ?: return@use true
            said.get(0) == 's'.code.toByte() && wire.awaitHangup(HANDSHAKE_MILLIS)
          }
        }
      hungUp(answers)
    },
  )

private fun hungUp(closed: List<Boolean?>): Outcome {
  val kept = closed.count { it == false }
  return Outcome.expect(kept == 0, "closed ${closed.size - kept} of ${closed.size}")
}

private fun greetingFrame(victim: Victim, flags: DistFlags): ByteBuffer {
  val name = if (flags.has(DistFlags.NAME_ME)) victim.host else Intruder.freshName()
  val local = LocalNode.of(Atom.of(name), 4, flags, victim.cookie ?: Cookie.of("unknown"))
  val first = Handshake.initiate(local, victim.name, 6) { 0 }.start().first()
  return (first as Step.Send).body()
}

private fun greeting(victim: Victim): ByteArray {
  val body = greetingFrame(victim, DistFlags.OFFERED_HIDDEN)
  return ByteBuffer.allocate(2 + body.remaining())
    .putShort(body.remaining().toShort())
    .put(body)
    .array()
}
