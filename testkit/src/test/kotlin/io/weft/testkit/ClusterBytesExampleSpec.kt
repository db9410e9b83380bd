package io.weft.testkit

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ranges.shouldBeIn
import io.kotest.matchers.shouldBe
import io.weft.node.NodeEvent
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration

/** The cluster of the README that is simulated down to the bytes. */
class ClusterBytesExampleSpec :
  FunSpec({
    test("a peer that is not heard of is given up when its tick time is over") {
      for (seed in 0L..20L) heldOnFor(seed) shouldBeIn
        Duration.ofSeconds(45)..Duration.ofSeconds(75)
    }

    test("the README shows it as it is compiled here") {
      val root = generateSequence(Path.of("").toAbsolutePath()) { it.parent }
      val readme = root.map { it.resolve("README.md") }.first(Files::exists)
      val source =
        readme.resolveSibling("testkit/src/test/kotlin/io/weft/testkit/ClusterBytesExampleSpec.kt")
      val example =
        Files.readString(source).substringAfter("// README: begin\n").substringBefore("\n// README")
      Files.readString(readme).contains(example) shouldBe true
    }
  })

// README: begin
/** How long a node holds on to a peer of which it hears nothing any more. */
fun heldOnFor(seed: Long): Duration =
  ClusterSimulation(seed).use { cluster ->
    val here = cluster.start("here@one")
    val there = cluster.start("there@two")
    here.network.connect("there@two")
    cluster.advance(Duration.ofSeconds(1))
    var lost: NodeEvent.Down? = null
    here.node.monitorNode(there.node.name()) { lost = it }
    cluster.silence(there, here) // half open: there still hears here
    val begin = cluster.now
    check(cluster.advanceUntil(Duration.ofMinutes(5)) { lost != null })
    cluster.now - begin
  }
// README: end
