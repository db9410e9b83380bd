package io.weft.dist.epmd

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Reception
import io.weft.dist.transport.SchedulerDispatcher
import io.weft.dist.transport.Transport
import io.weft.dist.transport.within
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.wire.WireException
import io.weft.wire.epmd.EpmdAnswer
import io.weft.wire.epmd.EpmdCodec
import io.weft.wire.epmd.EpmdRequest
import java.io.IOException
import java.nio.ByteBuffer
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import org.slf4j.LoggerFactory

/**
 * EPMD, the Erlang Port Mapper Daemon: tells at which port a node of this host listens. Any Erlang
 * node or other client may use it like the one of OTP.
 *
 * As in OTP it listens at all addresses and answers everybody, but only programs of this machine
 * may register. A registration ends with the connection that made it; a name that is taken is
 * refused, and the connection stays open for another try.
 *
 * A client gets a minute for its request; at most 256 clients without a registration, and 10,000
 * with one, are served at a time.
 *
 * Source: ERTS User's Guide, Distribution Protocol, "EPMD Protocol"; `epmd_srv.c`.
 */
public class EpmdServer
private constructor(private val listener: Listener, private val seams: Seams) : AutoCloseable {
  private val scope = CoroutineScope(SupervisorJob() + SchedulerDispatcher(seams.scheduler))
  private val log = LogLimiter(LoggerFactory.getLogger(EpmdServer::class.java), seams.clock)
  private val names = NameTable(seams.entropy)

  /** The port it listens on. */
  public val port: Int
    get() = listener.port

  private fun start(): EpmdServer {
    Reception(scope, seams.timers, MAX_UNREGISTERED, log).open(listener) { guest ->
      try {
        serve(guest)
      } catch (malformed: WireException) {
        log.warn(
          "EPMD closed the connection of {}: malformed request: {}",
          guest.duplex.remote,
          malformed.message,
        )
      } catch (_: IOException) {
        // the client has gone, or says nothing: its own affair
      }
    }
    return this
  }

  private suspend fun serve(guest: Reception.Guest) {
    val requests = FrameReader(guest.duplex)
    while (true) {
      val body =
        seams.timers.within(REQUEST_LIMIT, "the request") {
          requests.next(FrameReader.SHORT_LENGTH, EpmdCodec.MAX_REQUEST_BYTES)
        } ?: return
      when (val request = EpmdCodec.decodeRequest(body)) {
        is EpmdRequest.Lookup ->
          return guest.duplex.answer(request, EpmdAnswer.Port(names.find(request.name)))
        is EpmdRequest.Names ->
          return guest.duplex.answer(request, EpmdAnswer.Names(port, names.list()))
        is EpmdRequest.Register -> register(request, guest)
      }
    }
  }

  /** Returns when the registration has ended, or at once if it was refused. */
  private suspend fun register(request: EpmdRequest.Register, guest: Reception.Guest) {
    if (!guest.duplex.isFromThisHost) {
      throw WireException("${request.node.name} may be registered only from its own host")
    }
    val creation = names.enter(request.node)
    if (creation == null) {
      guest.duplex.answer(request, EpmdAnswer.Registered(REFUSED, REFUSED_CREATION))
      return
    }
    try {
      guest.proven()
      guest.duplex.answer(request, EpmdAnswer.Registered(0, creation))
      guest.duplex.awaitEnd()
    } finally {
      names.leave(request.node)
    }
  }

  private suspend fun Duplex.answer(request: EpmdRequest, answer: EpmdAnswer) =
    write(EpmdCodec.encode(answer, request))

  private suspend fun Duplex.awaitEnd() {
    if (read(ByteBuffer.allocate(1)) >= 0)
      throw WireException("a registered node has nothing more to say")
    close()
  }

  /** Stops listening and ends all registrations. Idempotent. */
  override fun close() {
    listener.close()
    scope.cancel()
  }

  public companion object {
    private const val MAX_UNREGISTERED = 256
    private const val REFUSED = 1
    private const val REFUSED_CREATION = 99
    private val REQUEST_LIMIT: Duration = Duration.ofSeconds(60)

    /**
     * Starts to serve at [port] of all addresses of this machine, or at any free port if it is 0.
     *
     * @throws java.net.BindException if the port is taken, as a rule by another EPMD
     */
    public suspend fun start(transport: Transport, seams: Seams, port: Int): EpmdServer =
      EpmdServer(transport.listen(null, port), seams).start()
  }
}
