package io.weft.examples.hostile

import io.weft.etf.Etf
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.wire.control.Control
import io.weft.wire.handshake.DistFlags
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.zip.DeflaterOutputStream

private const val MILLIS = 20_000L
private const val HEADER = 68
private const val FIRST_FRAGMENT = 69
private const val ETF = 131
private const val MEGABYTE = 1 shl 20

/** What those can do who know the cookie: still not end the node, nor hold it up for others. */
internal fun traitors(): List<Attack> =
  listOf(
    Attack("broken-frames", "frames that are none, each on a connection of its own", true) {
      val frames =
        listOf(
          intArrayOf(1, 2, 3),
          intArrayOf(ETF, HEADER, 200, 1),
          intArrayOf(ETF, HEADER, 0, 104, 3, 97, 2),
          intArrayOf(ETF, HEADER, 0, 97, 1),
          intArrayOf(ETF, HEADER, 0, 104, 1, 98, 0, 0, 255, 255),
          intArrayOf(ETF, HEADER, 0, 104, 3, 97, 2, 108, 255, 255, 255, 255),
          intArrayOf(ETF, HEADER, 1, 0, 5, 104, 1, 82, 0),
          intArrayOf(ETF, 70, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1, 9),
          intArrayOf(ETF, 200, 1, 255, 255, 255, 255, 3, 0),
        )
      endedEach(frames.size) { i, intruder -> intruder.sendFrame(*frames[i]) }
    },
    Attack("random-frames", "random bytes as frames, half of them with a header in front", true) {
      val all =
        List(40 * scale) { i ->
          val bytes = random.nextBytes(1 + random.nextInt(300))
          if (i % 2 == 0) byteArrayOf(ETF.toByte(), HEADER.toByte(), 0) + bytes else bytes
        }
      endedEach(all.size) { i, intruder ->
        repeat(50) { intruder.wire.sendFrame(ByteBuffer.wrap(all[i]), Intruder.LENGTH) }
      }
    },
    Attack("giant-lengths", "frames, terms and fragments that announce gigabytes", true) {
      val giants =
        listOf<(Intruder) -> Unit>(
          { it.wire.send(ByteBuffer.allocate(4).putInt(Int.MAX_VALUE).flip()) },
          { it.wire.send(ByteBuffer.allocate(4).putInt(-1).flip()) },
          { it.sendFrame(*toNobody(), 109, 255, 255, 255, 255) },
          { it.sendFrame(*toNobody(), 105, 127, 255, 255, 255) },
          { it.sendFrame(*toNobody(), 116, 127, 255, 255, 255) },
          { it.sendFrame(*toNobody(), 111, 127, 255, 255, 255, 0) },
        )
      endedEach(giants.size) { i, intruder -> giants[i](intruder) }
    },
    Attack("bomb", "compressed terms that stand for far more than they are", true) {
      val lying = compressed(64 * MEGABYTE, announced = Int.MAX_VALUE)
      val honest = compressed(1_000 * MEGABYTE, announced = 1_000 * MEGABYTE)
      endedEach(2) { i, intruder ->
        val bomb = if (i == 0) lying else honest
        intruder.wire.sendFrame(passThrough(bomb), Intruder.LENGTH)
      }
    },
    Attack("atoms", "hundreds of thousands of atoms, in terms and in caches", true) {
      val alive = intruding { intruder ->
        repeat(100 * scale) { block ->
          val atoms = List<Term>(1_000) { Atom.of("flood_${block}_$it") }
          intruder.send(nobody(intruder, Terms.list(atoms)))
        }
        answers(intruder)
      }
      Outcome("${100_000 * scale} atoms taken in; the connection " + lives(alive))
    },
    Attack("open-fragments", "messages whose first fragment comes, and nothing more", true) {
      endedEach(1) { _, intruder ->
        val body = IntArray(256)
        for (sequence in 1..20_000) {
          val head = ByteBuffer.allocate(18).put(ETF.toByte()).put(FIRST_FRAGMENT.toByte())
          head.putLong(sequence.toLong()).putLong(1_000)
          val first = head.array().map(Byte::toInt).toIntArray()
          if (!intruder.sendFrame(*first, 0, *toNobody().drop(3).toIntArray(), *body)) break
        }
      }
    },
    Attack("deep-terms", "terms nested a hundred thousand, and two million deep", true) {
      val outcomes =
        listOf(100_000, 2_000_000).map { depth ->
          val bytes = ByteArrayOutputStream()
          bytes.write(byteArrayOf(ETF.toByte()))
          repeat(depth) { bytes.write(byteArrayOf(104, 1)) }
          bytes.write(106)
          intruding { intruder ->
            intruder.wire.sendFrame(passThrough(bytes.toByteArray()), Intruder.LENGTH)
            answers(intruder)
          }
        }
      Outcome("the connection after each: " + outcomes.joinToString { lives(it) })
    },
    Attack(
      "links",
      "a link from each of many processes to one of the node, and never an end",
      true,
    ) {
      flood(100_000) { intruder, of, i -> Control.Link(intruder.pid(i + 10), of) }
    },
    Attack("monitors", "monitors of a name of the node, from many processes", true) {
      flood(100_000) { intruder, _, i ->
        Control.Monitor(intruder.pid(i % 1_000 + 10), Atom.of("net_kernel"), intruder.reference(i))
      }
    },
    Attack("unlinks", "unlinks, acknowledgements and answers that nobody waits for", true) {
      flood(20_000) { intruder, of, i ->
        val from = intruder.pid(i + 10)
        when (i % 5) {
          0 -> Control.UnlinkAck(i.toLong() + 1, from, of)
          1 -> Control.Unlink(random.nextLong() or 1, from, of)
          2 -> Control.SpawnReply(intruder.reference(i), of, 3, from)
          3 -> Control.MonitorExit(from, of, intruder.reference(i), Atom.of("noproc"))
          else -> Control.Demonitor(from, of, intruder.reference(i))
        }
      }
    },
    Attack("spawns", "requests for processes that nobody provided", true) {
      flood(10_000) { intruder, _, i ->
        val from = intruder.pid(i % 100 + 10)
        Control.SpawnRequest(
          intruder.reference(i),
          from,
          from,
          Atom.of("os"),
          Atom.of("cmd"),
          1,
          Term.parse("[link, monitor]") as ListTerm,
          Term.parse("[[104, 105]]"),
        )
      }
    },
    Attack(
      "forged-exits",
      "exits in the name of processes of other nodes, and of the node",
      needsCookie = true,
      mayFail = 5,
    ) {
      intruding { intruder ->
        val other = Pid(Atom.of(HonestPeer.NAME), 1, 0, 1)
        for (name in listOf("net_kernel", "rex", "user", "global_name_server")) {
          val at = intruder.whereis(name) ?: continue
          val own = Pid(at.node(), at.id() + 1, 0, at.creation())
          for (from in listOf(other, own, at)) {
            intruder.send(Control.Exit(from, at, Atom.of("forged")))
            intruder.send(Control.Exit2(from, at, Atom.of("forged")))
            intruder.send(Control.Exit2(from, at, Atom.of("kill")))
          }
        }
      }
      // Who knows the cookie may end a process, as in OTP; but what serves peers comes back.
      val back = awaitTrue(MILLIS) { intruding { it.whereis("rex") != null && answers(it) } }
      Outcome.expect(back, if (back) "the services serve, or serve again" else "a service is gone")
    },
    Attack("messages", "messages to nobody, to names, to aliases, in great numbers", true) {
      flood(100_000) { intruder, of, i ->
        val from = intruder.pid(10)
        when (i % 4) {
          0 -> Control.RegSend(from, Atom.of("nobody_$i"), IntTerm.of(1))
          1 -> Control.Send(from, of, Term.parse("{unknown, message}"))
          2 -> Control.AliasSend(from, intruder.reference(i), IntTerm.of(1))
          else -> Control.RegSend(from, Atom.of("rex"), Term.parse("{'\$gen_call', bad, worse}"))
        }
      }
    },
    Attack("prints", "requests to print and to log, in great numbers", true) {
      flood(10_000) { intruder, _, i ->
        val from = intruder.pid(10)
        val text = Terms.binary("x".repeat(1_000))
        val put = Tuple.of(Atom.of("put_chars"), Atom.of("unicode"), text)
        val name = Atom.of("user")
        Control.RegSend(
          from,
          name,
          Tuple.of(Atom.of("io_request"), from, intruder.reference(i), put),
        )
      }
    },
    Attack("never-reads", "calls whose answers are never read", true) {
      val intruder = Intruder.enter(victim)
      intruder.use {
        val from = it.pid(10)
        val big = Terms.binary("x".repeat(20_000))
        var sent = 0
        val sender =
          Thread.ofVirtual().start {
            while (sent < 5_000 * scale) {
              val call = Tuple.of(Atom.of("is_auth"), big)
              val request =
                Tuple.of(Atom.of("\$gen_call"), Tuple.of(from, it.reference(sent)), call)
              if (!it.send(Control.RegSend(from, Atom.of("net_kernel"), request))) break
              sent++
            }
          }
        sender.join(MILLIS)
        Outcome("$sent calls sent")
      }
    },
    Attack("large-message", "a message of 16 MB, unasked", true) {
      val alive = intruding { intruder ->
        intruder.send(nobody(intruder, Binary.wrap(ByteArray(16 * MEGABYTE))))
        answers(intruder)
      }
      Outcome("the connection " + lives(alive))
    },
    Attack("same-name", "one name, many connections at once", true) {
      val name = Intruder.freshName()
      val in_ = atOnce(20 * scale) { Intruder.enter(victim, name).use { true } }
      Outcome("${in_.count { it == true }} let in, one after the other")
    },
    Attack("dynamic-names", "many nodes that ask for names", true) {
      val asked =
        atOnce(200 * scale) {
          victim.open().use { wire ->
            val flags = DistFlags.OFFERED_HIDDEN.or(DistFlags.NAME_ME).bits()
            val host = "127.0.0.1".toByteArray()
            val body = ByteBuffer.allocate(15 + host.size).put('N'.code.toByte()).putLong(flags)
            wire.sendFrame(body.putInt(0).putShort(host.size.toShort()).put(host).flip(), 2)
            wire.frame(2) != null
          }
        }
      Outcome("${asked.count { it == true }} were answered")
    },
  )

// --- what they share -----------------------------------------------------------------------------

private fun <T> Field.intruding(action: (Intruder) -> T): T = Intruder.enter(victim).use(action)

/** Does [action] on [count] connections; each has to be ended by the node. */
private fun Field.endedEach(count: Int, action: (Int, Intruder) -> Unit): Outcome {
  val ended =
    (0 until count).map { i ->
      intruding { intruder ->
        action(i, intruder)
        intruder.wire.awaitHangup(MILLIS)
      }
    }
  return Outcome.expect(ended.all { it }, "ended ${ended.count { it }} of $count connections")
}

/** Sends signals about a process of the node; the connection may go on, and the node has to. */
private fun Field.flood(count: Int, signal: (Intruder, Pid, Int) -> Control): Outcome =
  intruding { intruder ->
    val of = checkNotNull(intruder.whereis("net_kernel")) { "the node has no net_kernel" }
    var sent = 0
    while (sent < count * scale && intruder.send(signal(intruder, of, sent))) sent++
    Outcome("$sent signals sent; the connection " + lives(answers(intruder)))
  }

private fun lives(alive: Boolean) = if (alive) "lives" else "was ended"

/** Whether the node answers on this connection. */
private fun answers(intruder: Intruder): Boolean = intruder.whereis("net_kernel") != null

private fun awaitTrue(withinMillis: Long, condition: () -> Boolean): Boolean {
  val deadline = System.nanoTime() + withinMillis * 1_000_000
  while (System.nanoTime() < deadline) {
    if (runCatching(condition).getOrDefault(false)) return true
    Thread.sleep(100)
  }
  return false
}

private fun nobody(intruder: Intruder, message: Term): Control =
  Control.RegSend(intruder.pid(10), Atom.of("nobody"), message)

/** A frame with a header, a signal to the name `nobody`, and the payload still to come. */
private fun toNobody(): IntArray {
  val from = Pid(Atom.of("h@h"), 1, 0, 1)
  val control = Etf.encode(Tuple.of(IntTerm.of(6), from, Atom.of(""), Atom.of("nobody")))
  return intArrayOf(ETF, HEADER, 0) + control.drop(1).map { it.toInt() and 0xff }.toIntArray()
}

/** A frame without header: the control message of [toNobody] and this payload. */
private fun passThrough(payload: ByteArray): ByteBuffer {
  val control = toNobody().drop(3).map(Int::toByte).toByteArray()
  return ByteBuffer.wrap(byteArrayOf(112, ETF.toByte()) + control + payload)
}

/** A compressed binary of [size] zeros. */
private fun compressed(size: Int, announced: Int): ByteArray {
  val bytes = ByteArrayOutputStream()
  bytes.write(byteArrayOf(ETF.toByte(), 80))
  bytes.write(ByteBuffer.allocate(4).putInt(announced).array())
  DeflaterOutputStream(bytes).use { zipped ->
    zipped.write(byteArrayOf(109))
    zipped.write(ByteBuffer.allocate(4).putInt(size - 5).array())
    val zeros = ByteArray(MEGABYTE)
    repeat(size / MEGABYTE) { zipped.write(zeros) }
  }
  return bytes.toByteArray()
}
