package io.weft.kotlin

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThanOrEqual
import io.weft.kotlin.testing.withNode
import io.weft.node.Blueprint
import java.lang.management.ManagementFactory
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.yield

private data object Wake

/** How many actors are about to wait. */
private val settled = AtomicInteger()

private const val MANY = 50_000
private const val WEIGHINGS = 3

/** What the collector leaves behind, and chunks of the process table that are not full. */
private const val NOISE = 12.0

/**
 * What an actor holds that waits: the growth of the heap by many of them, divided, with headers of
 * twelve bytes. With the JVM's compact headers, which the benchmark `dsl` measures, it is about a
 * tenth less. Raise a number here only with a reason.
 */
class FootprintSpec :
  FunSpec({
    test("a server that waits for a message") {
      val sleeper =
        server<Wake>("sleeper") {
          cast { _: Wake -> }
          settled.incrementAndGet()
        }
      check(418.0, sleeper)
    }

    test("a server whose handler is suspended, with the continuation of its own code") {
      val sleeper =
        server<Wake>("sleeper") {
          cast { _: Wake ->
            settled.incrementAndGet()
            awaitCancellation()
          }
        }
      check(700.0, sleeper, wake = true)
    }

    test("a straight-line actor that waits for a message") {
      val sleeper =
        actor<Wake>("sleeper") {
          settled.incrementAndGet()
          receive()
        }
      check(531.0, sleeper)
    }
  })

/** What else goes on in this JVM mostly adds; so one of a few weighings has to fit. */
private suspend fun check(bytes: Double, sleeper: Blueprint<Wake>, wake: Boolean = false) {
  var least = Double.MAX_VALUE
  for (i in 1..WEIGHINGS) {
    if (least > bytes + NOISE) least = minOf(least, weigh(sleeper, wake))
  }
  withClue("an actor takes $least bytes") { least shouldBeLessThanOrEqual bytes + NOISE }
}

private suspend fun weigh(sleeper: Blueprint<Wake>, wake: Boolean): Double = withNode { node ->
  suspend fun spawn(count: Int) {
    settled.set(0)
    repeat(count) {
      val actor = node.spawn(sleeper)
      if (wake) actor.tell(Wake)
    }
    while (settled.get() < count) yield()
  }
  spawn(1_000) // loads the classes
  val before = used()
  spawn(MANY)
  (used() - before).toDouble() / MANY
}

private fun used(): Long {
  val memory = ManagementFactory.getMemoryMXBean()
  return (1..4).minOf {
    System.gc()
    memory.heapMemoryUsage.used
  }
}
