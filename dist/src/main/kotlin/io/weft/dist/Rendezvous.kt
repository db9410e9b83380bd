package io.weft.dist

import io.weft.term.Atom
import io.weft.wire.handshake.Decision

/**
 * Which handshakes are under way between this node and one peer, and which of them is to become the
 * connection: the home of this rule. It does nothing by itself, and is used under the lock of
 * [Connections].
 *
 * ## The rule
 *
 * Both ends must choose the same connection, or each closes what the other has chosen, and what was
 * sent is lost. Three moments count:
 * - Ours *speaks* once it has told the peer our name. Before that nobody knows of it, and it stands
 *   back for a handshake of the peer, a *claim*.
 * - A claim that comes while ours speaks: the handshake of the greater name goes on, as in OTP. So
 *   we refuse it (`nok`), or let it in (`ok_simultaneous`); then ours will be refused by the peer.
 * - A claim *proves* itself when it knows the cookie. This is decided before it is acknowledged,
 *   and thus before the peer may take it for a connection. Ours is silenced; or, if it speaks and
 *   has the greater name, the claim waits until ours is over, since the peer lets ours in.
 *
 * ## Strangers
 *
 * Who says a name has not proved it yet. So a claim holds ours back only for as long as we are
 * patient, takes nothing from it before it is proven, and is never refused for the sake of another.
 *
 * Source: OTP's `net_kernel`, `accept_pending`; ERTS User's Guide, Distribution Protocol,
 * "Distribution Handshake".
 */
internal class Rendezvous(private val self: Atom, private val peer: Atom) {
  /** Whether there is a connection with the peer. */
  enum class Present {
    NONE,
    PENDING,
    UP,
  }

  private class Entry(val number: Long) {
    var proven = false
  }

  private val claims = HashMap<Any, Entry>()
  private var lastClaim = 0L
  private var arrived = 0L

  /** Our handshake that has told its name, or null. */
  var speaking: Any? = null
    private set

  /** Whether there is nothing to remember. */
  val isOver: Boolean
    get() = claims.isEmpty() && speaking == null

  // --- the peer's
  // ---------------------------------------------------------------------------------

  /** Decides about a handshake of the peer, which becomes a claim unless it is refused. */
  fun decide(claim: Any, present: Present): Decision {
    val status =
      when (present) {
        Present.UP -> Decision.Status.ALIVE
        Present.PENDING if speaking != null -> Decision.simultaneous(self, peer)
        else -> Decision.Status.OK
      }
    if (status != Decision.Status.NOK) claims[claim] = Entry(++lastClaim)
    return status
  }

  /** Whether a claim has to wait for the end of ours before it may [prove] itself. */
  fun waits(claim: Any, present: Present): Boolean =
    present == Present.PENDING && speaking != null && oursIsPreferred() && !isVoid(claim)

  private fun isVoid(claim: Any) = checkNotNull(claims[claim]) { "not a claim" }.number <= arrived

  private fun oursIsPreferred() = Decision.simultaneous(self, peer) == Decision.Status.NOK

  /**
   * A claim that need not wait has proven who it is: true if it is to be acknowledged and then
   * [arrive]s, false if it is to be closed, because ours or a later one of the peer's has arrived.
   */
  fun prove(claim: Any, present: Present): Boolean {
    check(!waits(claim, present)) { "ours is preferred" }
    if (isVoid(claim)) return false
    if (present == Present.PENDING) speaking = null
    claims.getValue(claim).proven = true
    return true
  }

  /** A proven claim becomes the connection. */
  fun arrive(claim: Any) {
    arrived = maxOf(arrived, checkNotNull(claims[claim]) { "not a claim" }.number)
    speaking = null
  }

  /** A claim is over, one way or the other. Idempotent. */
  fun leave(claim: Any) {
    claims.remove(claim)
  }

  // --- ours
  // ---------------------------------------------------------------------------------------

  /** The claims that hold ours back: all, for those who are patient, else those that are proven. */
  fun ahead(patient: Boolean): List<Any> =
    claims.filterValues { patient || it.proven }.keys.toList()

  /** Our handshake tells its name from now on. Only if nothing is [ahead]. */
  fun speak(attempt: Any) {
    speaking = attempt
  }

  /** Whether our handshake may become the connection. */
  fun isSpeaking(attempt: Any): Boolean = speaking === attempt

  /**
   * Our handshake has been acknowledged: whether it becomes the connection. Then the peer has
   * silenced its own, so that claims which have come so far are void.
   */
  fun succeed(attempt: Any): Boolean {
    if (!isSpeaking(attempt)) return false
    speaking = null
    arrived = lastClaim
    return true
  }

  /** Our handshake is over, one way or the other. Idempotent. */
  fun hush(attempt: Any) {
    if (speaking === attempt) speaking = null
  }
}
