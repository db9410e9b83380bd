package io.weft.dist

import io.weft.dist.proxy.SealException
import io.weft.dist.tls.SecuredLink
import io.weft.dist.tls.TlsException
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.LimitExceededException
import io.weft.dist.transport.Reception
import io.weft.dist.transport.within
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.term.Atom
import io.weft.wire.handshake.Decision
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.Step
import java.io.IOException

/** Shakes hands with those who connect, and carries the signals of those who succeed. */
internal class Acceptor(
  private val footing: Footing,
  private val seams: Seams,
  private val connections: Connections,
  private val allowed: AllowList,
  private val log: LogLimiter,
) {
  /** Serves one guest until the end of its connection. */
  suspend fun welcome(guest: Reception.Guest) {
    val visit = Visit(guest)
    val connection =
      try {
        val link = footing.security.accept(guest.duplex)
        val connected =
          seams.timers.within(Handshake.TIMEOUT, "the handshake") { visit.shakeHands(link) }
        connections.arrive(visit.claim, connected)
      } catch (failure: HandshakeFailure) {
        visit.tell(failure.message, failure.failure)
        return
      } catch (slow: LimitExceededException) {
        visit.tell(slow.message, null)
        return
      } catch (unsafe: TlsException) {
        if (!unsafe.unheard) visit.tell(unsafe.message, null)
        return
      } catch (unsealed: SealException) {
        visit.tell(unsealed.message, null)
        return
      } catch (_: IOException) { // gone before it said who it is
        return
      } finally {
        visit.claim?.release()
      }
    guest.proven()
    connection.carry()
  }

  private inner class Visit(private val guest: Reception.Guest) {
    private var frames: FrameReader? = null
    private var claimedName: Atom? = null
    private var refusal: String? = null
    var claim: Connections.Claim? = null

    suspend fun shakeHands(link: SecuredLink): Established {
      val reader = FrameReader(link.duplex).also { frames = it }
      val machine = Handshake.accept(footing.local, footing.cookies::of) { seams.entropy.nextInt() }
      val peer =
        HandshakeDriver(link.duplex, reader, footing.security.lengthBytes)
          .accept(machine, { decide(it, link) }, { claim?.prove() ?: true })
      return Established(link.duplex, reader, peer, link.protection, link.via)
    }

    private fun decide(who: Step.Identify, link: SecuredLink): Decision {
      claimedName = who.name
      guest.greeted()
      refusal =
        if (!allowed.allows(who.name)) "it is not among the nodes that are allowed here"
        else if (who.wantsName && link.via.isEmpty()) null else link.refusalOf(who.name)
      if (refusal != null) return Decision.Status.NOT_ALLOWED
      if (who.wantsName) return nameFor(who.name)
      val verdict = connections.decide(who.name)
      claim = verdict.claim
      return verdict.decision
    }

    /**
     * One line for each who failed, but none for those who looked whether the port is open, and
     * simultaneous ones.
     */
    fun tell(why: String?, failure: Step.Failure?) {
      if (failure == Step.Failure.NOK || (failure == Step.Failure.CLOSED && frames?.reads == 0L))
        return
      val who = claimedName?.let { ", which says it is $it," } ?: ""
      val advice =
        if (failure == Step.Failure.COOKIE) "; do both nodes have the same cookie?" else ""
      log.warn(
        "closed the connection of {}{} during its handshake: {}{}",
        guest.duplex.remote,
        who,
        refusal ?: why,
        advice,
      )
    }
  }

  /** A name that nobody has: a node that asks for one takes whatever it gets. */
  private fun nameFor(host: Atom): Decision {
    val unique =
      java.lang.Long.toUnsignedString(seams.entropy.nextLong(), Character.MAX_RADIX).uppercase()
    return Decision.Named(Atom.of("$unique@${host.name}"), seams.entropy.nextInt() or SOME_BIT)
  }

  private companion object {
    /** A creation is not 0. */
    const val SOME_BIT = 1 shl 16
  }
}
