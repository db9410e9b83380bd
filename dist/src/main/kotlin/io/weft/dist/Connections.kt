package io.weft.dist

import io.weft.dist.Rendezvous.Present
import io.weft.dist.transport.LimitExceededException
import io.weft.dist.transport.within
import io.weft.runtime.Timers
import io.weft.term.Atom
import io.weft.wire.handshake.Decision
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job
import kotlinx.coroutines.joinAll

/**
 * Which peers there are connections with: at most one for each name that is pending or up. Callable
 * from any thread.
 *
 * Where both nodes connect at once, [Rendezvous] tells which of the two connections it is to be. A
 * connection that is up is replaced only by a handshake that has succeeded.
 */
internal class Connections(
  private val self: Atom,
  private val timers: Timers,
  private val newConnection: (peer: Atom, after: Connection?) -> Connection,
  private val startAttempt: (Connection) -> Job,
) {
  private val byPeer = ConcurrentHashMap<Atom, Connection>()
  private val meetings = HashMap<Atom, Rendezvous>()

  /** Returns the connection that is pending or up, or null. */
  fun find(peer: Atom): Connection? = byPeer[peer]?.takeUnless { it.isClosing }

  /** Returns the connections that are pending or up. */
  fun all(): List<Connection> = byPeer.values.filterNot { it.isClosing }

  /** Returns all that have not ended. */
  fun allUntilEnded(): List<Connection> = byPeer.values.toList()

  /**
   * Returns the connection that is pending or up; where there is none, makes one and starts to
   * connect.
   */
  fun obtain(peer: Atom): Connection =
    find(peer)
      ?: synchronized(this) {
        find(peer)
          ?: enter(peer).also { made ->
            made.attempt = startAttempt(made).also { it.invokeOnCompletion { made.attemptOver() } }
          }
      }

  private fun enter(peer: Atom): Connection {
    val made = newConnection(peer, byPeer[peer])
    byPeer[peer] = made
    return made
  }

  /** Forgets a connection that has ended, though not one before it that has not. */
  @Synchronized
  fun remove(connection: Connection) {
    connection.isForgotten = true
    val before = connection.lingering()
    if (before == null) byPeer.remove(connection.peer, connection)
    else byPeer.replace(connection.peer, connection, before)
  }

  // --- the peer connects -------------------------------------------------------------------------

  /** A peer's handshake that is under way. */
  inner class Claim(private val peer: Atom) {
    val over: CompletableJob = Job()

    /**
     * The peer has proven who it is, and is not told yet that this suffices: false if it had better
     * be refused. Suspends while a handshake of ours is preferred.
     */
    suspend fun prove(): Boolean {
      while (true) {
        val ours =
          synchronized(this@Connections) {
            val meeting = meeting(peer)
            if (!meeting.waits(this, present(peer))) return meeting.prove(this, present(peer))
            (meeting.speaking as Attempt).silence
          }
        ours.join()
      }
    }

    /** The handshake has ended one way or the other. Idempotent. */
    fun release() {
      synchronized(this@Connections) { settle(peer) { leave(this@Claim) } }
      over.complete()
    }
  }

  class Verdict(val decision: Decision, val claim: Claim?)

  /** Decides whether a node that says it is [peer] may go on with its handshake. */
  @Synchronized
  fun decide(peer: Atom): Verdict {
    if (peer == self) return Verdict(Decision.Status.NOT_ALLOWED, null)
    val claim = Claim(peer)
    val decision = settle(peer) { decide(claim, present(peer)) }
    return Verdict(decision, claim.takeIf { decision != Decision.Status.NOK })
  }

  /**
   * A peer's handshake has succeeded: returns the connection that carries its signals from now on.
   * One that was pending goes up; one that was up is replaced, since the peer knows better whether
   * its end of it is still there.
   *
   * @param claim null for a peer that was given its name, which thus has no other handshake
   */
  fun arrive(claim: Claim?, connected: Established): Connection {
    val peer = connected.peer.name
    var replaced: Connection? = null
    val arrived =
      synchronized(this) {
        claim?.let { meeting(peer).arrive(it) }
        val present = byPeer[peer]
        if (present != null && present.attach(connected)) {
          present.attempt?.cancel()
          present
        } else {
          replaced = present
          enter(peer).also { check(it.attach(connected)) { "a new connection is pending" } }
        }
      }
    replaced?.close("the peer has connected anew")
    return arrived
  }

  // --- we connect --------------------------------------------------------------------------------

  /** One handshake of ours for a pending connection. */
  inner class Attempt(val connection: Connection) {
    private val peer = connection.peer

    /** How long claims of the peer may hold it back. */
    private var patient = true

    /** Completes when what it told the peer is void. */
    var silence: CompletableJob = Job()
      private set

    /**
     * Whether the peer may be told our name now: not if the connection is not pending any more, or
     * the peer's own handshake has come before.
     */
    fun speak(): Boolean =
      synchronized(this@Connections) {
        val free = connection.isPending && settle(peer) { ahead(patient).isEmpty() }
        if (free) {
          silence = Job()
          meeting(peer).speak(this)
        }
        free
      }

    /** Suspends while a handshake of the peer may make it needless. */
    suspend fun standBack() {
      val ahead = synchronized(this@Connections) { settle(peer) { ahead(patient) } }
      if (ahead.isNotEmpty()) awaitEnd(ahead)
    }

    /** Suspends until all handshakes of the peer that are under way are over. */
    suspend fun awaitClaims() {
      synchronized(this@Connections) { settle(peer) { ahead(patient = true) } }
        .forEach { (it as Claim).over.join() }
    }

    private suspend fun awaitEnd(claims: List<Any>) {
      val ends = claims.map { (it as Claim).over }
      if (!patient) return ends.joinAll() // they are proven
      try {
        timers.within(CLAIM_PATIENCE, "the peer's handshake") { ends.joinAll() }
      } catch (_: LimitExceededException) {
        patient = false // whoever it is, our own handshake will tell
      }
    }

    /** Whether the peer's end of an earlier connection is to give way to this handshake. */
    fun isWanted(): Boolean =
      synchronized(this@Connections) {
        connection.isPending && settle(peer) { isSpeaking(this@Attempt) }
      }

    /** The handshake has succeeded: true if the connection is up with it. */
    fun succeed(connected: Established): Boolean {
      val up =
        synchronized(this@Connections) {
          settle(peer) { succeed(this@Attempt) } && connection.attach(connected)
        }
      silence.complete()
      return up
    }

    /** Closes the connection, unless the peer has brought it up meanwhile. */
    fun giveUp(why: String) {
      synchronized(this@Connections) {
        if (connection.isPending) connection.close(why, trouble = true)
      }
    }

    /** The handshake has failed, or is given up. Idempotent. */
    fun hush() {
      synchronized(this@Connections) { settle(peer) { hush(this@Attempt) } }
      silence.complete()
    }
  }

  // --- under the lock ----------------------------------------------------------------------------

  private fun present(peer: Atom): Present {
    val present = find(peer)
    return when {
      present == null -> Present.NONE
      present.isUp -> Present.UP
      else -> Present.PENDING
    }
  }

  private fun meeting(peer: Atom): Rendezvous = meetings.getOrPut(peer) { Rendezvous(self, peer) }

  private inline fun <T> settle(peer: Atom, action: Rendezvous.() -> T): T {
    val meeting = meeting(peer)
    return meeting.action().also { if (meeting.isOver) meetings.remove(peer) }
  }

  private companion object {
    val CLAIM_PATIENCE: Duration = Duration.ofSeconds(2)
  }
}
