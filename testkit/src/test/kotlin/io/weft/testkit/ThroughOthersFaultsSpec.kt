package io.weft.testkit

import io.kotest.core.spec.style.FunSpec
import io.weft.dist.DistOptions
import io.weft.dist.proxy.ProxyOptions
import io.weft.dist.proxy.proxyOptions
import io.weft.node.ExitReason
import java.time.Duration
import java.util.random.RandomGenerator

/**
 * Nodes that reach each other through others only, whatever becomes of those: order, prefixes
 * without gaps, ends that are told once, and nothing left on the way.
 */
class ThroughOthersFaultsSpec :
  FunSpec({
    test("whatever breaks on the way, the rules hold, and another way is found") {
      Seeds.forEach(ThroughOthersFaultsSpec::class.java, SEEDS) { FaultyWay(it).run() }
    }
  })

private const val SEEDS = 60

/** Two ends, two nodes between, of which either is enough, or both are needed. */
private class FaultyWay(seed: Long) {
  private val cluster = ClusterSimulation(seed)
  private val random: RandomGenerator = cluster.random
  private val tickTime = Duration.ofSeconds(4 + random.nextLong(8))
  private val story = ArrayList<String>()
  private val window = 1024 shl random.nextInt(9)
  private val rekeyBytes = 1000L shl random.nextInt(12)
  private val hops = LinkedHashMap<String, SimulatedNode>()
  private val ends: List<SimulatedNode>
  private val walkers: List<Walker>

  init {
    for (hop in listOf(B, D)) beginHop(hop)
    ends = listOf(begin(A) { waysTo(C) }, begin(C) { waysTo(A) })
    walkers = List(6) { Walker(it, ends[it % 2]) }
    walkers.forEach { it.start() }
    cluster.run()
  }

  private fun ProxyOptions.Builder.waysTo(other: String) {
    accept(other)
    val ways = listOf(arrayOf(B), arrayOf(D), arrayOf(B, D), arrayOf(D, B))
    ways.sortedBy { random.nextInt() }.take(2 + random.nextInt(3)).forEach { route(other, *it) }
    rekeyBytes(rekeyBytes)
  }

  private fun beginHop(name: String) {
    hops[name] = begin(name) { transit("*", "*") }
  }

  private fun begin(name: String, configure: ProxyOptions.Builder.() -> Unit): SimulatedNode {
    val proxy = proxyOptions {
      windowBytes(window)
      configure()
    }
    val options = DistOptions.builder().proxy(proxy)
    return cluster.start(name, options) { it.tickTime(tickTime).hidden(true) }
  }

  private fun chance(of: Int) = random.nextInt(of) == 0

  private fun <T> Collection<T>.any(): T = toList()[random.nextInt(size)]

  private fun tell(what: String) {
    story += "${cluster.now.toMillis()} ms: $what"
  }

  fun run() {
    repeat(OPERATIONS) {
      if (chance(8)) fault() else operate()
      pace()
    }
    tell("all is well")
    cluster.heal()
    (ends + hops.values).forEach(SimulatedNode::resume)
    cluster.advance(tickTime.multipliedBy(2).plusSeconds(60))
    for (from in walkers) for (to in walkers) if (from !== to) from.send(to, 3)
    cluster.advance(Duration.ofSeconds(120))
    check()
    checkNothingIsLeft()
    cluster.close()
  }

  private fun operate() {
    val from = walkers.any()
    val to = (walkers - from).any()
    when (random.nextInt(8)) {
      0 -> from.link(to)
      1,
      2 -> from.monitor(to)
      3 -> from.demonitor()
      else -> repeat(1 + random.nextInt(12)) { from.send(to, size()) }
    }
  }

  private fun size() = if (chance(12)) 60_000 + random.nextInt(250_000) else random.nextInt(200)

  private fun pace() {
    when (random.nextInt(8)) {
      0,
      1 -> repeat(random.nextInt(40)) { cluster.step() }
      in 2..4 -> cluster.advance(Duration.ofNanos(random.nextLong(3_000_000)))
      in 5..6 -> cluster.advance(Duration.ofMillis(random.nextLong(200)))
      else -> if (chance(3)) cluster.advance(Duration.ofMillis(random.nextLong(6_000)))
    }
  }

  private fun fault() {
    val hop = hops.values.any()
    val other = (ends + hops.values - hop).any()
    when (random.nextInt(10)) {
      0,
      1 -> tell("reset $hop $other").also { cluster.reset(hop, other) }
      2 -> tell("part $hop $other").also { cluster.part(hop, other) }
      3 -> tell("heal $hop $other").also { cluster.heal(hop, other) }
      4 -> tell("$hop disconnects $other").also { hop.network.disconnect(other.node.name()) }
      5 -> tell("an end disconnects").also { ends[0].network.disconnect(ends[1].node.name()) }
      6 -> tell("$hop is killed").also { restart(hop, cluster::kill) }
      7 -> tell("$hop loses power").also { restart(hop, cluster::powerOff) }
      8 -> tell("$hop stops").also { restart(hop, cluster::stop) }
      else -> tell("$hop is paused").also { hop.pause() }
    }
    if (chance(2)) hops.values.forEach(SimulatedNode::resume)
  }

  private fun restart(hop: SimulatedNode, end: (SimulatedNode) -> Unit) {
    end(hop)
    pace()
    beginHop(hop.name)
  }

  // --- the rules ---------------------------------------------------------------------------------

  private fun check() {
    for (walker in walkers) {
      if (walker.faults.isNotEmpty()) fail("$walker: ${walker.faults}")
      val twice = walker.downs.groupBy { it.monitor }.filterValues { it.size > 1 }
      if (twice.isNotEmpty()) fail("$walker heard twice of $twice")
      for (down in walker.downs) {
        if (down.monitor !in walker.monitors || down.reason != ExitReason.NOCONNECTION)
          fail("$walker heard $down of one that lives")
      }
      for ((to, sent) in walker.sent) checkStream(walker, to, sent)
    }
    for (end in ends) {
      val other = (ends - end).single()
      val way = end.network.connection(other.name)?.via
      if (way.isNullOrEmpty()) fail("$end has reached $other by $way")
    }
  }

  private fun checkStream(from: Walker, to: Walker, sent: List<Walker.Sent>) {
    val heard = to.heard[from.pid].orEmpty().toSet()
    for ((session, part) in sent.groupBy { it.session }) {
      val arrived = part.map { it.number in heard }
      if (arrived != arrived.sortedDescending())
        fail("a gap in what $to heard of $from by $session: $arrived")
    }
    if (sent.last().number !in heard) fail("$to did not hear the last word of $from")
  }

  private fun checkNothingIsLeft() {
    val way = checkNotNull(ends[0].network.connection(ends[1].name)).via
    for (hop in hops.values) {
      val expected = if (hop.name in way) 1 else 0
      if (hop.network.tunnels != expected)
        fail("$hop has ${hop.network.tunnels} tunnels, $expected of the way through $way")
    }
    ends[0].network.disconnect(ends[1].node.name())
    checkParted("they have disconnected")
    walkers[0].send(walkers[1], 3)
    cluster.advance(Duration.ofSeconds(60))
    val hop = hops.getValue(checkNotNull(ends[0].network.connection(ends[1].name)).via.first())
    cluster.kill(hop)
    hops.remove(hop.name)
    checkParted("$hop is gone")
  }

  /** Both ends hear of it at once, long before their tick times are over. */
  private fun checkParted(why: String) {
    cluster.advance(Duration.ofSeconds(2))
    for (end in ends) {
      val other = (ends - end).single()
      if (other.node.name() in end.network.peers()) fail("$end does not know of $other that $why")
    }
    for (node in ends + hops.values) {
      if (node.network.tunnels != 0) fail("$node has ${node.network.tunnels} tunnels, and $why")
    }
  }

  private fun fail(what: String): Nothing =
    throw AssertionError(what + story.joinToString("") { "\n  $it" })

  private companion object {
    const val A = "a@one"
    const val B = "b@two"
    const val C = "c@three"
    const val D = "d@four"
    const val OPERATIONS = 100
  }
}
