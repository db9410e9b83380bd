package io.weft.stage.engine

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlin.random.Random

class ConsumerDemandSpec :
  FunSpec({
    test("a batch is what lies between the most and the least, and is asked for again") {
      taken(ConsumerDemand(1000, 500), 1000) shouldBe listOf(Taken(500, 500), Taken(500, 500))
      taken(ConsumerDemand(100, 80), 100) shouldBe List(5) { Taken(20, 20) }
      taken(ConsumerDemand(100, 20), 100) shouldBe listOf(Taken(80, 80), Taken(20, 0))
      taken(ConsumerDemand(1, 0), 1) shouldBe listOf(Taken(1, 1))
    }

    test("what is left of one message counts for the next") {
      val ten = ConsumerDemand(10, 5)
      taken(ten, 10) shouldBe listOf(Taken(5, 5), Taken(5, 5))
      taken(ten, 4) shouldBe listOf(Taken(4, 0))
      val seven = ConsumerDemand(10, 7)
      repeat(2) { taken(seven, 1) shouldBe listOf(Taken(1, 0)) }
      taken(seven, 1) shouldBe listOf(Taken(1, 3))
      taken(seven, 7) shouldBe listOf(Taken(3, 3), Taken(3, 3), Taken(1, 0))
      val four = ConsumerDemand(4, 2)
      taken(four, 3) shouldBe listOf(Taken(2, 2), Taken(1, 0))
      taken(four, 3) shouldBe listOf(Taken(2, 3), Taken(1, 0))
    }

    test("more than was asked for is taken as well, and told") {
      taken(ConsumerDemand(4, 2), 7) shouldBe
        listOf(Taken(2, 2), Taken(2, 2), Taken(2, 0, excess = 2), Taken(1, 0, excess = 1))
    }

    test("it is the formula, whatever comes") {
      for (seed in 0L..500) {
        val random = Random(seed)
        val max = random.nextInt(1, 40)
        val min = random.nextInt(max)
        val demand = ConsumerDemand(max, min)
        var pending = max
        repeat(60) {
          val size = random.nextInt(0, if (random.nextInt(8) == 0) 2 * max else max + 1)
          val (expected, left) = formula(size, pending, min, max)
          taken(demand, size) shouldBe expected
          pending = left
          demand.pending shouldBe pending
        }
      }
    }

    test("of a producer that sends what it is asked for, no more than the most is on its way") {
      for (seed in 0L..300) {
        val random = Random(seed)
        val max = random.nextInt(1, 40)
        val demand = ConsumerDemand(max, random.nextInt(max))
        var asked = max
        repeat(100) {
          val size = random.nextInt(0, asked + 1)
          asked -= size
          for (batch in taken(demand, size)) {
            batch.excess shouldBe 0
            asked += batch.asked
          }
          asked shouldBeLessThanOrEqual max
          demand.pending shouldBe asked
        }
      }
    }
  })

private data class Taken(val size: Int, val asked: Int, val excess: Int = 0)

private fun taken(demand: ConsumerDemand, events: Int): List<Taken> {
  val all = ArrayList<Taken>()
  var left = events
  demand.begin()
  while (left > 0) {
    val size = demand.take(left)
    all += Taken(size, demand.askNow, demand.excess)
    left -= size
  }
  return all
}

/** The rule as it is written down, event by event; also what is pending after it. */
private fun formula(events: Int, pending: Int, min: Int, max: Int): Pair<List<Taken>, Int> {
  var old = pending
  var new = pending
  val all = ArrayList<Taken>()
  for (batch in List(events) { it }.chunked(max - min)) {
    val excess = if (batch.size > old) batch.size - old else 0
    val counted = batch.size - excess
    old -= counted
    val left = new - counted
    val askNow = if (left <= min) max - left else 0
    new = if (left <= min) max else left
    all += Taken(batch.size, askNow, excess)
  }
  return all to new
}
