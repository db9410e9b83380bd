package io.weft.testkit

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Transport
import java.net.BindException
import java.net.ConnectException
import java.net.UnknownHostException
import java.nio.channels.ClosedChannelException
import java.time.Duration
import java.util.random.RandomGenerator
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine

/** Simulated hosts with TCP between them. */
internal class Internet(private val time: VirtualTime, private val random: RandomGenerator) {
  private val hosts = LinkedHashMap<String, Host>()
  private val links = LinkedHashMap<Pair<Host, Host>, Link>()

  fun host(name: String): Host = hosts.getOrPut(name) { Host(name) }

  fun link(from: Host, to: Host): Link = links.getOrPut(from to to) { Link(random) }

  /** How many ends of connections are open. */
  val openSockets: Int
    get() = hosts.values.sumOf { host -> host.transports.sumOf { it.open } }

  /** What is open, for people. */
  fun describe(): List<String> =
    hosts.values.flatMap { host -> host.transports.flatMap { it.describe() } }

  /** Resets all connections between two hosts. */
  fun reset(one: Host, other: Host) {
    one.transports.forEach { it.reset(other) }
  }

  /** Everybody hears and lets in everybody. */
  fun heal() {
    links.values.forEach { it.isSilent = false }
    hosts.values.forEach { it.isRefusing = false }
  }

  inner class Host(val name: String) {
    val ports = LinkedHashMap<Int, Ear>()
    val transports = LinkedHashSet<Sockets>()

    /** Whether it turns everybody away. */
    var isRefusing = false
    private var lastPort = 40_000

    fun freePort(): Int = ++lastPort

    fun find(other: String): Host =
      if (other == "127.0.0.1" || other == "localhost") this
      else hosts[other] ?: throw UnknownHostException(other)

    fun transport() = Sockets(this).also(transports::add)

    override fun toString() = name
  }

  /** What one process has open. */
  inner class Sockets(private val here: Host) : Transport {
    private val ears = LinkedHashSet<Ear>()
    private val sockets = LinkedHashMap<Socket, Host>()

    val open: Int
      get() = sockets.size

    /** What is open, for people. */
    fun describe(): List<String> = sockets.keys.map { "${here.name}: $it" }

    override suspend fun listen(host: String?, port: Int): Listener {
      val free = if (port == 0) here.freePort() else port
      if (free in here.ports) throw BindException("port $free is taken")
      return Ear(this, free).also {
        here.ports[free] = it
        ears.add(it)
      }
    }

    override suspend fun connect(host: String, port: Int): Duplex {
      val there = here.find(host)
      return suspendCancellableCoroutine { waiting -> Call(this, there, port, waiting).dial() }
    }

    /** The end of a new connection that belongs to this process. */
    fun socket(input: Pipe, output: Pipe, there: Host, port: Int): Socket =
      Socket(
          "${there.name}:$port",
          there === here,
          input,
          output,
          random.nextBoolean(),
          sockets::remove,
        )
        .also { sockets[it] = there }

    fun reset(other: Host) {
      ArrayList(sockets.entries).filter { it.value === other }.forEach { it.key.reset() }
    }

    fun forget(ear: Ear) {
      ears.remove(ear)
      here.ports.remove(ear.port, ear)
    }

    override fun close() = endWith(Socket::close)

    /** Nothing of it is left, and nobody is told. */
    fun vanish() = endWith(Socket::vanish)

    private fun endWith(how: (Socket) -> Unit) {
      ArrayList(ears).forEach { it.close() }
      ArrayList(sockets.keys).forEach(how)
      here.transports.remove(this)
    }

    val host: Host
      get() = here
  }

  /** A port that is listened on. */
  inner class Ear(private val owner: Sockets, override val port: Int) : Listener {
    private val guests = ArrayDeque<Socket>()
    private var waiting: CancellableContinuation<Unit>? = null
    private var closed = false

    override suspend fun accept(): Duplex {
      while (true) {
        if (closed) throw ClosedChannelException()
        guests.removeFirstOrNull()?.let {
          return it
        }
        suspendCancellableCoroutine {
          waiting = it
          it.invokeOnCancellation { waiting = null }
        }
      }
    }

    /** Makes both ends of a connection; returns that of the caller. */
    fun admit(caller: Sockets): Socket {
      val forth = pipe(caller.host, owner.host)
      val back = pipe(owner.host, caller.host)
      guests.add(owner.socket(forth, back, caller.host, caller.host.freePort()))
      wake()
      return caller.socket(back, forth, owner.host, port)
    }

    private fun wake() {
      waiting?.also { waiting = null }?.resume(Unit)
    }

    override fun close() {
      if (closed) return
      closed = true
      owner.forget(this)
      guests.forEach(Socket::close)
      guests.clear()
      wake()
    }
  }

  /** Somebody connects: a packet there, one back, and another try where one is lost. */
  private inner class Call(
    private val caller: Sockets,
    private val there: Host,
    private val port: Int,
    private val waiting: CancellableContinuation<Duplex>,
  ) {
    fun dial() {
      val way = link(caller.host, there)
      if (way.isSilent || link(there, caller.host).isSilent) again()
      else after(way.latency(), ::ring)
    }

    private fun again() {
      if (waiting.isActive) after(DIAL_AGAIN.toNanos(), ::dial)
    }

    private fun ring() {
      if (!waiting.isActive) return
      val ear = there.ports[port].takeUnless { there.isRefusing }
      val socket = ear?.admit(caller)
      after(link(there, caller.host).latency()) { answer(socket) }
    }

    private fun answer(socket: Socket?) {
      if (socket == null) waiting.resumeWithException(ConnectException("Connection refused"))
      else waiting.resume(socket) { _, unwanted, _ -> unwanted.close() }
    }
  }

  private fun after(nanos: Long, action: () -> Unit) {
    time.after(Duration.ofNanos(nanos), action)
  }

  private fun pipe(from: Host, to: Host): Pipe =
    Pipe(
      link(from, to),
      time,
      random,
      window = WINDOWS[random.nextInt(WINDOWS.size)],
      mostAtOnce = MOST_AT_ONCE[random.nextInt(MOST_AT_ONCE.size)],
    )

  private companion object {
    val DIAL_AGAIN: Duration = Duration.ofSeconds(1)
    val WINDOWS = intArrayOf(1 shl 11, 1 shl 14, 1 shl 16, 1 shl 18)
    val MOST_AT_ONCE = intArrayOf(700, 1 shl 13, 1 shl 16)
  }
}
