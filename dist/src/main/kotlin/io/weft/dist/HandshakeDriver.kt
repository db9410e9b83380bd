package io.weft.dist

import io.weft.dist.proxy.ProxyDownException
import io.weft.dist.tls.TlsException
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.wire.WireException
import io.weft.wire.handshake.Decision
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.PeerInfo
import io.weft.wire.handshake.Step
import java.io.IOException
import java.nio.ByteBuffer

/** Carries the frames of one handshake between its state machine and a connection. */
internal class HandshakeDriver(
  private val duplex: Duplex,
  private val frames: FrameReader,
  private val lengthBytes: Int = FrameReader.SHORT_LENGTH,
) {
  /**
   * Takes the initiator's part.
   *
   * @param takeOver asked if the peer has a connection to this node already: whether this one shall
   *   replace it
   * @throws HandshakeFailure if it fails, for whatever reason
   */
  suspend fun initiate(machine: Handshake.Initiator, takeOver: () -> Boolean): Step.Done =
    run(machine, machine.start(), alive = { machine.takeOver(takeOver()) })

  /**
   * Takes the acceptor's part.
   *
   * @param decide asked once the peer has told who it claims to be
   * @param prove told that it is who it claims to be, before the peer is: whether it shall be.
   * @throws HandshakeFailure if it fails, for whatever reason
   */
  suspend fun accept(
    machine: Handshake.Acceptor,
    decide: (Step.Identify) -> Decision,
    prove: suspend () -> Boolean,
  ): PeerInfo =
    run(machine, emptyList(), identify = { machine.decide(decide(it)) }, done = prove).peer

  private suspend fun run(
    machine: Handshake,
    first: List<Step>,
    identify: (Step.Identify) -> List<Step> = {
      error("only an acceptor is asked whether a peer may connect")
    },
    alive: () -> List<Step> = {
      error("only an initiator is asked whether to replace a connection")
    },
    done: suspend () -> Boolean = { true },
  ): Step.Done {
    val steps = ArrayDeque(first)
    while (true) {
      when (val step = steps.removeFirstOrNull()) {
        null -> {
          steps += receive(machine)
          if (steps.lastOrNull() is Step.Done && !done())
            throw HandshakeFailure(
              Step.Failed(Step.Failure.NOK, "another handshake with it is preferred")
            )
        }
        is Step.Send -> send(step.body)
        is Step.Identify -> steps += identify(step)
        is Step.Alive -> steps += alive()
        is Step.Done -> return step
        is Step.Failed -> throw HandshakeFailure(step)
      }
    }
  }

  private suspend fun send(body: ByteBuffer) {
    val length = ByteBuffer.allocate(lengthBytes)
    if (lengthBytes == FrameReader.SHORT_LENGTH) length.putShort(body.remaining().toShort())
    else length.putInt(body.remaining())
    duplex.write(length.flip(), body)
  }

  private fun explained(malformed: WireException): String {
    val said = malformed.message.orEmpty()
    val tls = lengthBytes == FrameReader.SHORT_LENGTH && TLS_BEGINS.any { "of $it bytes" in said }
    return if (tls) "it speaks TLS, and this node does not" else said
  }

  /**
   * A peer that refuses may close without reading to the end, which resets the connection: an end
   * like any other.
   */
  private suspend fun receive(machine: Handshake): List<Step> {
    val body =
      try {
        frames.next(lengthBytes, Handshake.MAX_FRAME_BYTES)
      } catch (malformed: WireException) {
        throw HandshakeFailure(Step.Failed(Step.Failure.PROTOCOL, explained(malformed)))
      } catch (unsafe: TlsException) {
        throw HandshakeFailure(Step.Failed(Step.Failure.PROTOCOL, unsafe.message.orEmpty()))
      } catch (down: ProxyDownException) {
        throw HandshakeFailure(Step.Failed(Step.Failure.CLOSED, down.message.orEmpty()))
      } catch (_: IOException) {
        null
      }
    return if (body == null) listOf(machine.closed()) else machine.receive(body)
  }

  private companion object {
    /** The first two bytes of TLS's handshake and alert records, taken for a length. */
    val TLS_BEGINS = listOf(0x1603, 0x1503)
  }
}

/** A handshake failed; the message tells why. */
internal class HandshakeFailure(failed: Step.Failed) : IOException(failed.reason) {
  val failure: Step.Failure = failed.failure
}
