package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.Pulse.Beat

class PulseSpec :
  FunSpec({
    class Traffic(toHidden: Boolean = false) {
      var reads = 0L
      var writes = 0L
      val pulse = Pulse({ reads }, { writes }, toHidden)

      fun quarter(read: Boolean = false, write: Boolean = false): Beat {
        if (read) reads++
        if (write) writes++
        return pulse.beat()
      }
    }

    test("a quarter without a write calls for a tick") {
      Traffic().quarter(read = true) shouldBe Beat.TICK
    }

    test("a quarter with a write needs none") {
      Traffic().quarter(read = true, write = true) shouldBe Beat.NOTHING
      Traffic().quarter(write = true) shouldBe Beat.NOTHING
    }

    test("a hidden peer gets a tick also when it was silent itself") {
      Traffic(toHidden = true).quarter(write = true) shouldBe Beat.TICK
      Traffic(toHidden = true).quarter(read = true, write = true) shouldBe Beat.NOTHING
    }

    test("the fourth silent quarter in a row is the end") {
      val traffic = Traffic()
      repeat(3) { traffic.quarter(write = true) shouldBe Beat.NOTHING }
      traffic.quarter(write = true) shouldBe Beat.GONE
    }

    test("any byte read begins the count again") {
      val traffic = Traffic()
      repeat(3) { traffic.quarter() shouldBe Beat.TICK }
      traffic.quarter(read = true) shouldBe Beat.TICK
      repeat(3) { traffic.quarter() shouldBe Beat.TICK }
      traffic.quarter() shouldBe Beat.GONE
    }

    test("four quarters in which signals wait and none goes out are the end of a peer that ticks") {
      var reads = 0L
      val pulse = Pulse({ reads++ }, { 0 }, toHidden = false) { true }
      repeat(3) { pulse.beat() shouldBe Beat.TICK }
      pulse.beat() shouldBe Beat.STUCK
    }
  })
