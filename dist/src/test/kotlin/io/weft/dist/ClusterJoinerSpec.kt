package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.discovery.Discovery
import io.weft.dist.discovery.NodeLocation
import io.weft.dist.discovery.StaticDiscovery
import io.weft.dist.testing.ManualTime
import io.weft.dist.testing.MemoryWorld
import io.weft.dist.testing.RecordingLog
import io.weft.dist.testing.at
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.dist.testing.withSeams
import io.weft.runtime.LogLimiter
import io.weft.term.Atom
import java.io.IOException
import java.time.Duration

class ClusterJoinerSpec :
  FunSpec({
    class Known(var names: Set<String>) : Discovery {
      var failing = false

      override suspend fun locate(node: String): NodeLocation? = null

      override suspend fun nodes(): Set<String> =
        if (failing) throw IOException("it is down") else names

      override fun toString() = "a list"
    }

    class Trials {
      val log = RecordingLog()
      val known = Known(emptySet())
      val tried = ArrayList<String>()
      val reachable = HashSet<String>()

      suspend fun rounds(count: Int) = withSeams { seams ->
        val time = ManualTime()
        val joiner =
          ClusterJoiner(
            Atom.of("self@host"),
            listOf(known),
            seams.at(time),
            LogLimiter(log, time),
            Duration.ofSeconds(1),
          ) {
            tried += it.name()
            it.name() in reachable
          }
        repeat(count) { joiner.round() }
      }
    }

    test("every node that is told of is connected with, but the node itself") {
      Trials().run {
        known.names = setOf("self@host", "a@host", "b@host")
        reachable += known.names
        rounds(1)
        tried shouldContainExactly listOf("a@host", "b@host")
      }
    }

    test("one that cannot be reached is tried more and more seldom, one that can in each round") {
      Trials().run {
        known.names = setOf("up@host", "down@host")
        reachable += "up@host"
        rounds(100)
        tried.count { it == "up@host" } shouldBe 100
        // in the rounds 1, 2, 4, 8, 16, 32, 64, and every 32nd from there
        tried.count { it == "down@host" } shouldBe 8
      }
    }

    test("a discovery that fails is told of, and asked again") {
      Trials().run {
        known.names = setOf("a@host")
        known.failing = true
        rounds(2)
        log.lines.first() shouldContain "a list could not be asked for nodes: it is down"
        known.failing = false
        rounds(1)
        tried shouldContainExactly listOf("a@host")
      }
    }

    test("nodes that join a list become a cluster, and one that comes back is found again") {
      MemoryWorld().use { world ->
        val names = listOf("a", "b", "c")
        val everybody =
          StaticDiscovery.of(names.associate { world.nameOf(it) to NodeLocation("$it-host", PORT) })
        val joining = distOptions {
          epmd(false).discovery { everybody }.join(Duration.ofMillis(20))
        }
        fun start(name: String) = world.start(name, joining) { port(PORT) }
        val nodes = names.associateWith(::start)
        awaited { nodes.values.all { it.dist.peers().size == 2 } }
        nodes.getValue("b").close()
        awaited { nodes.getValue("a").dist.peers().size == 1 }
        start("b")
        awaited { nodes.getValue("a").dist.peers().size == 2 }
      }
    }
  })

private const val PORT = 4711
