package io.weft.dist.epmd

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.Transport
import io.weft.dist.transport.openWithin
import io.weft.dist.transport.within
import io.weft.runtime.Timers
import io.weft.wire.WireException
import io.weft.wire.epmd.EpmdAnswer
import io.weft.wire.epmd.EpmdCodec
import io.weft.wire.epmd.EpmdRequest
import io.weft.wire.epmd.NodeEntry
import java.io.EOFException
import java.io.IOException
import java.nio.ByteBuffer
import java.time.Duration

/**
 * Asks the EPMD of one host.
 *
 * Each question takes a connection of its own and at most seven seconds. All questions throw
 * [IOException] if EPMD cannot be reached, in time, or answers with nonsense;
 * [java.net.ConnectException] if nobody listens at its port.
 *
 * Source: ERTS User's Guide, Distribution Protocol, "EPMD Protocol".
 */
public class EpmdClient(
  private val transport: Transport,
  private val timers: Timers,
  /** The host that is asked. */
  public val host: String,
  /** The port that EPMD listens on there. */
  public val port: Int,
) {
  /**
   * Returns where the node called [name] (the part before the @) listens, or null if EPMD does not
   * know it.
   */
  public suspend fun lookup(name: String): NodeEntry? =
    ask(EpmdRequest.Lookup(name)) { it.read(EpmdCodec::decodePort) }.node

  /** Returns the nodes that are registered. */
  public suspend fun names(): List<EpmdAnswer.Names.Entry> =
    ask(EpmdRequest.Names()) { answer ->
      while (answer.more()) {
        // the end is EPMD's closing
      }
      EpmdCodec.decodeNames(answer.received()).entries
    }

  /**
   * Registers a node, for as long as the registration is held.
   *
   * @throws NameTakenException if another node of this host has the name
   */
  internal suspend fun register(entry: NodeEntry): EpmdRegistration = speaking {
    timers.openWithin(LIMIT, asking) { tryToRegister(entry) }
  }

  private suspend fun tryToRegister(entry: NodeEntry): EpmdRegistration {
    val duplex = transport.connect(host, port)
    try {
      duplex.write(EpmdCodec.encode(EpmdRequest.Register(entry)))
      val answer = Answer(duplex).read(EpmdCodec::decodeRegistered)
      if (!answer.ok()) throw NameTakenException(entry.name)
      return EpmdRegistration(duplex, answer.creation)
    } catch (failure: Throwable) {
      duplex.close()
      throw failure
    }
  }

  private suspend fun <A> ask(request: EpmdRequest, read: suspend (Answer) -> A): A = speaking {
    timers.within(LIMIT, asking) {
      transport.connect(host, port).use { duplex ->
        duplex.write(EpmdCodec.encode(request))
        read(Answer(duplex))
      }
    }
  }

  private val asking
    get() = "asking EPMD at $host:$port"

  private suspend fun <T> speaking(question: suspend () -> T): T =
    try {
      question()
    } catch (nonsense: WireException) {
      throw IOException("what listens at $host:$port is no EPMD: ${nonsense.message}", nonsense)
    }

  private companion object {
    val LIMIT: Duration = Duration.ofSeconds(7)
  }
}

/** Another node of the host has the name; OTP calls it duplicate_name. */
internal class NameTakenException(name: String) :
  IOException("a node called $name is registered already")

/** A node is registered while this is held. */
internal class EpmdRegistration(
  private val duplex: Duplex,
  /** What tells this registration of the name from the former ones of the same EPMD. */
  val creation: Int,
) : AutoCloseable {
  /** Suspends until EPMD has ended the registration, as a rule by its own end. */
  suspend fun awaitLoss() {
    val ignored = ByteBuffer.allocate(16)
    try {
      while (duplex.read(ignored.clear()) >= 0) {
        /* EPMD has nothing to say here */
      }
    } catch (_: IOException) {
      // lost as well
    } finally {
      duplex.close()
    }
  }

  override fun close() = duplex.close()
}

/** The bytes of an answer, which come without their length. */
private class Answer(private val duplex: Duplex) {
  private var buffer = ByteBuffer.allocate(512)

  fun received(): ByteBuffer = buffer.duplicate().flip()

  suspend fun <A : Any> read(decode: (ByteBuffer) -> A?): A {
    while (true) {
      if (!more()) throw EOFException("EPMD closed the connection in the middle of its answer")
      decode(received())?.let {
        return it
      }
    }
  }

  /** Reads some more; false at the end. */
  suspend fun more(): Boolean {
    if (!buffer.hasRemaining()) {
      if (buffer.capacity() >= EpmdCodec.MAX_ANSWER_BYTES)
        throw WireException("an answer without an end")
      buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip())
    }
    return duplex.read(buffer) >= 0
  }
}
