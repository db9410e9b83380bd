package io.weft.testkit

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistOptions
import java.time.Duration

/**
 * OTP semantics, 5.2: nodes that connect to each other at once agree on one connection, and nothing
 * is lost. The links are so slow at times that a handshake takes longer than others wait for it.
 */
class SimultaneousConnectSpec :
  FunSpec({
    test("whoever connects to whom and when, all that was sent arrives, in order") {
      Seeds.forEach(SimultaneousConnectSpec::class.java, SEEDS) { seed ->
        ClusterSimulation(seed).use { cluster -> Meetings(cluster).run() }
      }
    }
  })

private const val SEEDS = 200
private const val ROUNDS = 8
private const val CHANGES = 8

private class Meetings(private val cluster: ClusterSimulation) {
  private val random = cluster.random
  private val nodes =
    List(2 + random.nextInt(2)) {
      cluster.start("n$it@host$it", DistOptions.builder()) { options -> options.hidden(true) }
    }
  private val walkers = nodes.mapIndexed { number, node -> Walker(number, node) }

  fun run() {
    walkers.forEach { it.start() }
    cluster.run()
    repeat(ROUNDS) {
      slowDown()
      meet()
      repeat(CHANGES) {
        cluster.advance(Duration.ofMillis(random.nextLong(700)))
        slowDown()
      }
      cluster.advance(Duration.ofSeconds(40))
      withClue("round $it") { check() }
      nodes.forEach { node -> node.network.peers().forEach(node.network::disconnect) }
      cluster.advance(Duration.ofSeconds(40))
    }
  }

  /** At times a handshake takes longer than others stand back for it, and less than it may. */
  private fun slowDown() {
    for (one in nodes) {
      for (other in nodes) {
        if (one === other) continue
        val slow = random.nextInt(2) == 0
        val least = Duration.ofMillis(if (slow) 900 + random.nextLong(500) else random.nextLong(30))
        cluster.latency(one, other, least, least.plusMillis(1 + random.nextLong(40)))
      }
    }
  }

  /** Everybody sends something to everybody, within the time that a handshake takes. */
  private fun meet() {
    val spread = if (random.nextBoolean()) 5_000_000L else 5_000_000_000L
    for (from in walkers.shuffled()) {
      for (to in walkers.shuffled()) {
        if (from === to) continue
        repeat(1 + random.nextInt(3)) { from.send(to, random.nextInt(100)) }
        cluster.advance(Duration.ofNanos(random.nextLong(spread) / walkers.size))
      }
    }
  }

  private fun <T> List<T>.shuffled() = sortedBy { random.nextInt() }

  private fun check() {
    for (from in walkers) {
      for ((to, sent) in from.sent) {
        withClue("$from to $to") { to.heard[from.pid] shouldBe sent.map { it.number } }
      }
    }
    for (walker in walkers) walker.faults shouldBe emptyList()
    cluster.openSockets shouldBe nodes.sumOf { it.network.peers().size + 2 }
  }
}
