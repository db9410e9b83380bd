package io.weft.testkit.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Five nodes elect a leader while anything may happen to them. */
class ElectionSpec :
  FunSpec({
    test("there is one leader a term, whatever happens") {
      simulate("election", seeds = 1..100) { election(5, Mistake.NONE) }
    }

    test("a split brain is found") {
      val failure =
        shouldThrow<SimulationFailure> {
          simulate("split brain", seeds = 1..20) { election(4, Mistake.HALF_IS_ENOUGH) }
        }
      failure.broken shouldBe "one leader a term"
    }
  })
