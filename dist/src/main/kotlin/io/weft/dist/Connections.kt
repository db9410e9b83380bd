package io.weft.dist

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
 * ## Two nodes connect to each other at once
 *
 * Both must keep the same one of the two connections. The rule is OTP's: a node that gets a
 * handshake from a peer while its own to that peer is under way compares the names. If its own is
 * greater it refuses (`nok`) and goes on; else it accepts (`ok_simultaneous`) and drops its own.
 *
 * A handshake of a peer that came first is a *claim*: we do not start one of our own beside it but
 * wait for its outcome. But who says a name has not proved it yet, so a claim holds us back for
 * [CLAIM_PATIENCE] only, and a stranger with a borrowed name delays a connection without preventing
 * it. For the same reason nobody is turned away because of a claim, and a connection that is up is
 * replaced only by a handshake that has succeeded.
 *
 * Source: OTP's `net_kernel`, `accept_pending`; ERTS User's Guide, Distribution Protocol,
 * "Distribution Handshake".
 */
internal class Connections(
  private val self: Atom,
  private val timers: Timers,
  private val newConnection: (peer: Atom, after: Connection?) -> Connection,
  private val startAttempt: (Connection) -> Job,
) {
  private val byPeer = ConcurrentHashMap<Atom, Connection>()
  private val claims = HashMap<Atom, MutableSet<Claim>>()
  private val trying = HashMap<Connection, Job>()

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

  /** Forgets a connection that has ended. */
  fun remove(connection: Connection) {
    byPeer.remove(connection.peer, connection)
  }

  // --- the peer connects -------------------------------------------------------------------------

  /** A peer's handshake that is under way. */
  inner class Claim(private val peer: Atom) {
    val over: CompletableJob = Job()

    /** The handshake has ended one way or the other. Idempotent. */
    fun release() {
      synchronized(this@Connections) {
        claims.computeIfPresent(peer) { _, held ->
          held.apply { remove(this@Claim) }.ifEmpty { null }
        }
      }
      over.complete()
    }
  }

  class Verdict(val decision: Decision, val claim: Claim?)

  /** Decides whether a node that says it is [peer] may go on with its handshake. */
  @Synchronized
  fun decide(peer: Atom): Verdict {
    val present = find(peer)
    return when {
      peer == self -> Verdict(Decision.Status.NOT_ALLOWED, null)
      present == null -> Verdict(Decision.Status.OK, claim(peer))
      present.isUp -> Verdict(Decision.Status.ALIVE, claim(peer))
      else -> besidesOwn(present)
    }
  }

  private fun besidesOwn(pending: Connection): Verdict {
    val own = trying[pending] ?: return Verdict(Decision.Status.OK, claim(pending.peer))
    val decision = Decision.simultaneous(self, pending.peer)
    if (decision == Decision.Status.NOK) return Verdict(decision, null)
    own.cancel()
    return Verdict(decision, claim(pending.peer))
  }

  private fun claim(peer: Atom): Claim =
    Claim(peer).also { claims.getOrPut(peer, ::HashSet).add(it) }

  /**
   * A peer's handshake has succeeded: returns the connection that carries its signals from now on.
   * One that was pending goes up; one that was up is replaced, since the peer knows better whether
   * its end of it is still there.
   */
  fun arrive(connected: Established): Connection {
    val peer = connected.peer.name
    var replaced: Connection? = null
    val arrived =
      synchronized(this) {
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

  /**
   * Our own handshake has succeeded: true if the connection is up with it, false if it is not
   * wanted any more.
   */
  @Synchronized
  fun attach(connection: Connection, connected: Established): Boolean = connection.attach(connected)

  /** Suspends while a handshake of the peer may make our own needless. */
  suspend fun awaitClaims(peer: Atom) {
    val held = synchronized(this) { claims[peer]?.map { it.over } } ?: return
    try {
      timers.within(CLAIM_PATIENCE, "the peer's handshake") { held.joinAll() }
    } catch (_: LimitExceededException) {
      // whoever it is, our own handshake will tell
    }
  }

  /**
   * Marks [job] as our handshake for a pending connection, which a simultaneous one of the peer may
   * cancel.
   */
  @Synchronized
  fun trying(connection: Connection, job: Job) {
    trying[connection] = job
    job.invokeOnCompletion { synchronized(this) { trying.remove(connection, job) } }
  }

  private companion object {
    val CLAIM_PATIENCE: Duration = Duration.ofSeconds(2)
  }
}
