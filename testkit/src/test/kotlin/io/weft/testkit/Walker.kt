package io.weft.testkit

import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.PeerSession
import io.weft.node.Self
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Tuple

/**
 * A process of a random program on a faulty cluster: sends numbered messages, links, monitors, and
 * notes what it does and gets.
 */
internal class Walker(val number: Int, val home: SimulatedNode) : Behavior<Term> {
  /** A message sent, and the connection that it was to go over; null for one that stays here. */
  class Sent(val number: Long, val session: PeerSession?)

  val sent = LinkedHashMap<Walker, MutableList<Sent>>()
  val heard = LinkedHashMap<Pid, MutableList<Long>>()
  val monitors = LinkedHashMap<Reference, Walker>()
  val dropped = HashSet<Reference>()
  val downs = ArrayList<Info.Down>()

  /** For each process linked with by this one: how often, and how often its end was heard of. */
  val links = LinkedHashMap<Walker, Int>()
  val exits = LinkedHashMap<Pid, Int>()

  /** What is wrong with what came. */
  val faults = ArrayList<String>()
  lateinit var self: Self<Term>
  val isStarted: Boolean
    get() = ::self.isInitialized

  var end: ExitReason? = null

  val pid: Pid
    get() = self.pid()

  val isAlive: Boolean
    get() = end == null && home.isThere

  fun start() {
    home.node.spawn(Blueprint.of("w$number") { this }.codec(TermCodec.identity()).trapExit())
  }

  override fun start(self: Self<Term>) {
    this.self = self
  }

  override fun message(self: Self<Term>, message: Term) {
    val (from, number, load) = (message as Tuple).let { Triple(it[0], it[1], it[2]) }
    val sequence = (number as IntTerm).value()
    if ((load as Binary).toByteArray().any { it != sequence.toByte() })
      faults += "$message is not what was sent"
    val before = heard.getOrPut(from as Pid, ::ArrayList)
    if (before.isNotEmpty() && before.last() >= sequence)
      faults += "$sequence of $from came after ${before.last()}"
    before += sequence
  }

  override fun info(self: Self<Term>, info: Info) {
    when (info) {
      is Info.Down -> downs += info
      is Info.Exit ->
        if (info.from.id() == 0) self.stop(info.reason) // the node stops
        else exits.merge(info.from, 1, Int::plus)
      is Info.Unknown -> faults += "$info"
    }
  }

  override fun ended(self: Self<Term>, reason: ExitReason) {
    end = reason
  }

  /** Does something in a turn of its own, unless it has ended by then. */
  private fun later(action: Self<Term>.() -> Unit) {
    self.post { if (isAlive) self.action() }
  }

  fun send(to: Walker, bytes: Int) = later {
    val before = sent.getOrPut(to, ::ArrayList)
    val sequence = before.size.toLong()
    val load = ByteArray(bytes).apply { fill(sequence.toByte()) }
    node().address(to.pid).tell(Tuple.of(pid(), IntTerm(sequence), Binary.wrap(load)))
    val peer = to.pid.node()
    before += Sent(sequence, if (peer == node().name()) null else home.network.liveSession(peer))
  }

  fun link(to: Walker) = later {
    links.merge(to, 1, Int::plus)
    link(to.pid)
  }

  fun monitor(to: Walker) = later { monitors[monitor(Target.ByPid(to.pid))] = to }

  fun demonitor() = later {
    val told = downs.mapTo(HashSet()) { it.monitor }
    monitors.keys
      .firstOrNull { it !in told && it !in dropped }
      ?.let {
        demonitor(it, true)
        dropped += it
      }
  }

  fun exit(to: Walker, reason: ExitReason) = later { exit(to.pid, reason) }

  fun stop(reason: ExitReason) = later { stop(reason) }

  override fun toString() = "w$number of $home"
}
