package io.weft.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/**
 * OTP semantics, 1.1 to 1.5, whatever becomes of the network: order, prefixes without gaps, ends
 * that are told once, and nothing left.
 */
class ClusterFaultsSpec :
  FunSpec({
    test("whatever breaks, the rules hold, and all is found again") {
      Seeds.forEach(ClusterFaultsSpec::class.java, SEEDS) { FaultyCluster(it).run() }
    }

    test("a seed repeats its run exactly") {
      for (seed in 0L..4L) FaultyCluster(seed).run() shouldBe FaultyCluster(seed).run()
    }

    for (plant in Plant.entries) {
      test("a transport that $plant is found out") {
        withClue("$plant") {
          shouldThrow<AssertionError> {
            for (seed in 0L..20L) FaultyCluster(seed, plant).run()
          }
        }
      }
    }
  })

private const val SEEDS = 200
