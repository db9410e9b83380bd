package io.weft.testkit

import io.weft.dist.DistOptions
import io.weft.dist.compression.compressionOptions
import io.weft.node.ExitReason
import io.weft.node.NodeEvent
import io.weft.node.NodeKind
import io.weft.node.NodeStartException
import io.weft.term.Atom
import java.time.Duration
import java.util.SplittableRandom
import java.util.random.RandomGenerator

/**
 * A random program on two to five nodes, with faults at random. When all is healed and has come to
 * rest, the invariants must hold, whatever happened.
 */
internal class FaultyCluster(seed: Long, private val plant: Plant? = null) {
  private val cluster =
    ClusterSimulation(seed) { plant?.let { plant -> Planted(it, plant, spoiling) } ?: it }
  private val random: RandomGenerator = cluster.random
  private val spoiling = SplittableRandom(seed)
  private val oneHost = chance(6)
  private val names = List(2 + random.nextInt(4)) { if (oneHost) "n$it@host" else "n$it@host$it" }
  private val tickTime = Duration.ofSeconds(4 + random.nextLong(8))
  private val published = random.nextInt(3)
  private val homes = LinkedHashMap<String, SimulatedNode>()
  private val services = HashMap<SimulatedNode, Int>()
  private val walkers = ArrayList<Walker>()
  private val watches = ArrayList<NodeWatch>()
  private var connectionsMayEnd = false
  val story = ArrayList<String>()

  /** What one node was told of its peers. */
  private class NodeWatch(val node: SimulatedNode) {
    val faults = ArrayList<String>()
    private val up = HashSet<Atom>()

    fun told(event: NodeEvent) {
      val fits = if (event is NodeEvent.Up) up.add(event.peer()) else up.remove(event.peer())
      if (!fits) faults += "$node was told $event out of turn"
    }
  }

  private fun chance(of: Int) = random.nextInt(of) == 0

  private fun <T> List<T>.any(): T = this[random.nextInt(size)]

  private fun tell(what: String) {
    story += "${cluster.now.toMillis()} ms: $what"
  }

  // --- the program -------------------------------------------------------------------------------

  /** Returns what happened, in enough detail to tell two runs apart. */
  fun run(): List<String> {
    names.forEach(::begin)
    repeat(3 * names.size) { spawn() }
    pace()
    repeat(OPERATIONS) {
      if (chance(8)) fault() else operate()
      pace()
    }
    heal()
    sayGoodbye()
    check()
    checkNothingIsLeft()
    cluster.close()
    return story + "turns ${cluster.turns}" + walkers.map { "$it ${it.heard} ${it.downs}" }
  }

  private fun begin(name: String) {
    wakeTheHost()
    val dist = DistOptions.builder()
    if (chance(3)) dist.compression(compressionOptions { thresholdBytes(random.nextInt(1000)) })
    val node =
      cluster.start(name, dist) {
        it.tickTime(tickTime).hidden(published == 0 || (published == 1 && random.nextBoolean()))
      }
    homes[name] = node
    cluster.run()
    services[node] = node.node.processCount()
    val watch = NodeWatch(node)
    node.node.monitorNodes(NodeKind.CONNECTED, watch::told)
    watches += watch
    if (chance(3)) roughen(node)
  }

  /** A node that starts needs EPMD, which may be another node of its host. */
  private fun wakeTheHost() {
    if (!oneHost) return
    homes.values.forEach(SimulatedNode::resume)
    cluster.heal()
  }

  private fun roughen(node: SimulatedNode) {
    val other = homes.values.toList().any()
    val least = Duration.ofNanos(random.nextLong(if (chance(3)) 200_000_000 else 2_000_000))
    cluster.latency(node, other, least, least.multipliedBy(1 + random.nextLong(4)))
    if (chance(3)) cluster.bandwidth(node, other, 100_000 + random.nextLong(1_000_000))
  }

  private fun spawn() {
    val home = homes.values.toList().any()
    val walker = Walker(walkers.size, home)
    walkers += walker
    walker.start()
    cluster.run() // which may take until its node goes on
    if (!walker.isStarted) {
      home.resume()
      home.steady()
      cluster.advanceUntil(Duration.ofSeconds(1)) { walker.isStarted }
    }
  }

  private fun pace() {
    when (random.nextInt(8)) {
      0,
      1 -> repeat(random.nextInt(20)) { cluster.step() }
      2,
      3,
      4 -> cluster.advance(Duration.ofNanos(random.nextLong(3_000_000)))
      5,
      6 -> cluster.advance(Duration.ofMillis(random.nextLong(200)))
      else -> if (chance(3)) cluster.advance(Duration.ofMillis(random.nextLong(6_000)))
    }
  }

  private fun operate() {
    val living = walkers.filter { it.isAlive }
    if (living.size < 2) return spawn()
    val from = living.any()
    val to = if (chance(8)) walkers.any() else living.any()
    if (from === to) return
    when (random.nextInt(12)) {
      0,
      1 -> from.link(to)
      2,
      3 -> from.monitor(to)
      4 -> from.demonitor()
      5 -> if (chance(5)) from.exit(to, ExitReason.KILL)
      6 -> if (chance(5)) from.stop(ExitReason.of(Atom.of("done")))
      7 -> spawn()
      else -> repeat(1 + random.nextInt(12)) { from.send(to, size()) }
    }
  }

  private fun size() = if (chance(12)) 60_000 + random.nextInt(250_000) else random.nextInt(200)

  // --- faults ------------------------------------------------------------------------------------

  private fun fault() {
    connectionsMayEnd = true
    val node = homes.values.toList().any()
    val other = (homes.values - node).any()
    when (random.nextInt(17)) {
      0,
      1 -> tell("reset $node $other").also { cluster.reset(node, other) }
      2 -> tell("silence $node to $other").also { cluster.silence(node, other) }
      3 -> tell("part $node $other").also { cluster.part(node, other) }
      4,
      5 -> tell("heal $node $other").also { cluster.heal(node, other) }
      6 -> tell("$node disconnects $other").also { node.network.disconnect(other.node.name()) }
      7 -> roughen(node)
      8 -> tell("$node is killed").also { restart(node, cluster::kill) }
      9 if !oneHost -> tell("$node loses power").also { restart(node, cluster::powerOff) }
      10 -> tell("$node stops").also { restart(node, cluster::stop) }
      11 -> tell("$node is paused").also { node.pause() }
      12 -> jump(node)
      13,
      14 -> tell("turns of $node stall").also { stall(node) }
      15 -> tell("$node refuses").also { cluster.refuse(node, random.nextBoolean()) }
      else -> if (random.nextBoolean()) duplicate(node) else estrange(node, other)
    }
    if (chance(2)) homes.values.forEach(SimulatedNode::resume)
  }

  private fun restart(node: SimulatedNode, end: (SimulatedNode) -> Unit) {
    end(node)
    pace()
    cluster.refuse(node, false) // it needs its own EPMD
    begin(node.name)
  }

  private fun stall(node: SimulatedNode) =
    node.stall(1 + random.nextInt(30), Duration.ofNanos(1 + random.nextLong(1_000_000_000)))

  private fun jump(node: SimulatedNode) {
    val by = Duration.ofMillis(random.nextLong(20_000))
    tell("the clock of $node jumps by $by")
    if (random.nextBoolean()) node.jump(by) else node.setTimeOfDay(by.negated())
  }

  /** On the same host EPMD refuses a second node of the name. */
  private fun duplicate(node: SimulatedNode) {
    tell("$node is started twice")
    wakeTheHost()
    node.resume() // it is EPMD
    try {
      val second = cluster.start(node.name)
      check(oneHost) { "two nodes are called $node" } // unless EPMD has just died
      cluster.stop(second)
    } catch (_: NodeStartException) {
      // as it must be
    }
  }

  private fun estrange(node: SimulatedNode, other: SimulatedNode) {
    tell("$node takes another cookie for $other")
    node.network.setCookie(other.name, if (random.nextBoolean()) "another" else COOKIE)
    if (random.nextBoolean()) cluster.reset(node, other)
  }

  private fun heal() {
    tell("all is well")
    cluster.heal()
    for (node in homes.values) {
      node.resume()
      node.steady()
      homes.values.forEach { node.network.setCookie(it.name, COOKIE) }
    }
    cluster.advance(tickTime.multipliedBy(2).plusSeconds(30))
  }

  /** Whoever lives hears the last word of all. */
  private fun sayGoodbye() {
    val living = walkers.filter { it.isAlive }
    for (from in living) for (to in living) if (from !== to) from.send(to, 3)
    cluster.advance(Duration.ofSeconds(120))
  }

  // --- invariants --------------------------------------------------------------------------------

  private fun check() {
    expect(walkers.flatMap { it.faults }, "messages are what was sent, in the order of sending")
    expect(watches.flatMap { it.faults }, "a node is up and down in turns")
    val byPid = walkers.associateBy { it.pid }
    for (from in walkers) for ((to, sent) in from.sent) checkStream(from, to, sent)
    for (watcher in walkers.filter { it.isAlive }) {
      checkMonitors(watcher)
      checkLinks(watcher, byPid)
    }
  }

  private fun checkStream(from: Walker, to: Walker, sent: List<Walker.Sent>) {
    val heard = to.heard[from.pid].orEmpty().toSet()
    for ((session, part) in sent.groupBy { it.session }) {
      val arrived = part.map { it.number in heard }
      if (arrived != arrived.sortedDescending())
        fail("a gap in what $to heard of $from by $session: $arrived")
    }
    val last = sent.last()
    if (from.isAlive && to.isAlive && last.number !in heard)
      fail("$to did not hear the last word of $from: ${last.number} by ${last.session}, of $heard")
  }

  private fun checkMonitors(watcher: Walker) {
    val told = watcher.downs.groupBy { it.monitor }
    for ((monitor, target) in watcher.monitors) {
      val downs = told[monitor].orEmpty()
      if (downs.size > 1) fail("$watcher heard twice of $target: $downs")
      if (monitor in watcher.dropped) continue
      if (downs.isEmpty() && !target.isAlive) fail("$watcher did not hear of the end of $target")
      if (downs.isNotEmpty() && target.isAlive) {
        if (!connectionsMayEnd || downs.single().reason != ExitReason.NOCONNECTION)
          fail("$watcher heard ${downs.single()} of $target, which lives")
      }
    }
    (told.keys - watcher.monitors.keys).forEach { fail("$watcher heard of $it, no monitor of its") }
  }

  private fun checkLinks(watcher: Walker, byPid: Map<io.weft.term.Pid, Walker>) {
    for ((other, times) in watcher.links) {
      val heard = watcher.exits[other.pid] ?: 0
      if (!other.isAlive && heard == 0) fail("$watcher did not hear of the end of $other")
      val most = times + (other.links[watcher] ?: 0)
      if (heard > most) fail("$watcher heard $heard times of $other, linked $most times")
    }
    for ((pid, heard) in watcher.exits) {
      val other = byPid.getValue(pid)
      if (other.links[watcher] == null && watcher.links[other] == null)
        fail("$watcher heard $heard times of the end of $other, no partner of its")
    }
  }

  private fun checkNothingIsLeft() {
    walkers.filter { it.isAlive }.forEach { it.home.node.exit(it.pid, ExitReason.KILL) }
    cluster.advance(Duration.ofSeconds(30))
    check()
    for (node in homes.values) {
      if (node.node.processCount() != services[node])
        fail("$node has ${node.node.processCount()} processes, ${services[node]} at its start")
      for (peer in node.network.peers()) {
        val size = node.network.liveSession(peer)?.size() ?: 0
        if (size > MOST_TIES_OF_SERVICES) fail("$node keeps $size links and monitors with $peer")
      }
    }
    val expected = homes.values.sumOf { it.network.peers().size + 2 } // and EPMD
    if (cluster.openSockets != expected)
      fail("not $expected sockets are open: ${cluster.describeSockets()}")
  }

  private fun expect(faults: List<String>, what: String) {
    if (faults.isNotEmpty()) fail("$what: $faults")
  }

  private fun fail(what: String): Nothing =
    throw AssertionError(what + story.joinToString("") { "\n  $it" })

  private companion object {
    const val OPERATIONS = 120
    const val COOKIE = "simulated"

    /** What `global` and its like share with the peer. */
    const val MOST_TIES_OF_SERVICES = 6
  }
}
