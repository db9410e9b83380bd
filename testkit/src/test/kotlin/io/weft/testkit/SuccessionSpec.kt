package io.weft.testkit

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.node.NodeEvent
import io.weft.node.NodeKind
import io.weft.term.Atom
import java.time.Duration

/** OTP semantics, 5.2: a node is down before it is up again, however slowly its connection ends. */
class SuccessionSpec :
  FunSpec({
    test("a connection goes up when all before it have ended, those too that were never up") {
      Seeds.forEach(SuccessionSpec::class.java, SEEDS, ::succeedEachOther)
    }
  })

private const val SEEDS = 100
private const val ROUNDS = 20

/**
 * The end of a connection stalls. Meanwhile those that are to follow it fail, as the peer lets
 * nobody in, or they are given up; then the peer connects by itself.
 */
private fun succeedEachOther(seed: Long) =
  ClusterSimulation(seed).use { cluster ->
    val here = cluster.start("here@one")
    val there = cluster.start("there@two")
    val told = ArrayList<Boolean>()
    here.node.monitorNodes(NodeKind.CONNECTED) { told += it is NodeEvent.Up }
    there.network.connect(here.name)
    cluster.advance(Duration.ofSeconds(1))
    cluster.refuse(there, true)
    here.stall(2 + cluster.random.nextInt(6), Duration.ofMillis(500))
    repeat(ROUNDS) {
      repeat(1 + cluster.random.nextInt(3)) {
        here.network.disconnect(there.node.name())
        here.node.address("nobody", there.name).tell(Atom.of("hello"))
        repeat(cluster.random.nextInt(10)) { cluster.step() }
      }
      repeat(1 + cluster.random.nextInt(4)) {
        cluster.advance(Duration.ofNanos(cluster.random.nextLong(20_000_000)))
        there.node.address("nobody", here.name).tell(Atom.of("hello"))
      }
      cluster.advance(Duration.ofMillis(cluster.random.nextLong(400)))
    }
    here.steady()
    cluster.refuse(there, false)
    cluster.advance(Duration.ofSeconds(30))
    told shouldBe List(told.size) { it % 2 == 0 }
  }
