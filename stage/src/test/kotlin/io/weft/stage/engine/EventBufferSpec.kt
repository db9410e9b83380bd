package io.weft.stage.engine

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.weft.stage.Keep
import kotlin.random.Random

class EventBufferSpec :
  FunSpec({
    test("events leave in their order, as many as are taken") {
      val buffer = EventBuffer<Int>(10, Keep.LAST)
      buffer.store(listOf(1, 2, 3)) shouldBe 0
      buffer.store(listOf(4)) shouldBe 0
      buffer.count shouldBe 4
      buffer.take(2) shouldBe listOf(1, 2)
      buffer.take(10) shouldBe listOf(3, 4)
      buffer.isEmpty shouldBe true
    }

    test("GS-29: an info whose event is dropped comes out") {
      val buffer = EventBuffer<Int>(3, Keep.LAST)
      buffer.store(listOf(1, 2))
      buffer.attach("info")
      buffer.takeInfo().shouldBeNull()
      buffer.store(listOf(3, 4)) shouldBe 1
      buffer.takeInfo().shouldBeNull()
      buffer.store(listOf(5)) shouldBe 1
      buffer.takeInfo() shouldBe "info"
      buffer.takeInfo().shouldBeNull()
    }

    test("what is taken ends at an info") {
      val buffer = EventBuffer<Int>(Int.MAX_VALUE, Keep.LAST)
      buffer.store(listOf(1, 2))
      buffer.attach("one")
      buffer.attach("two")
      buffer.store(listOf(3))
      buffer.take(3) shouldBe listOf(1, 2)
      listOf(buffer.takeInfo(), buffer.takeInfo(), buffer.takeInfo()) shouldBe
        listOf("one", "two", null)
      buffer.take(3) shouldBe listOf(3)
    }

    test("what is put back goes first, and infos wait for it again") {
      val buffer = EventBuffer<Int>(10, Keep.LAST)
      buffer.store(listOf(1, 2))
      buffer.attach("info")
      buffer.store(listOf(3))
      val taken = buffer.take(5)
      buffer.putBack(taken.subList(1, 2))
      buffer.takeInfo().shouldBeNull()
      buffer.take(5) shouldBe listOf(2)
      buffer.takeInfo() shouldBe "info"
      buffer.take(5) shouldBe listOf(3)
    }

    test("a buffer is what a list of events and infos would be") {
      for (seed in 0L..200) Model(Random(seed)).run()
    }
  })

/** A buffer next to a list of what is in it. */
private class Model(private val random: Random) {
  private val size = if (random.nextInt(4) == 0) Int.MAX_VALUE else random.nextInt(1, 12)
  private val keep = if (random.nextBoolean()) Keep.FIRST else Keep.LAST
  private val buffer = EventBuffer<Int>(size, keep)
  private val list = ArrayList<Any>()
  private var next = 0

  fun run() {
    repeat(100) {
      when (random.nextInt(4)) {
        0,
        1 -> store(List(random.nextInt(8)) { next++ })
        2 -> take(random.nextLong(1, 8))
        else -> if (!buffer.isEmpty) attach("info ${next++}")
      }
      buffer.count shouldBe list.count { it is Int }
    }
  }

  private fun store(events: List<Int>) {
    val over = maxOf(0L, list.count { it is Int }.toLong() + events.size - size).toInt()
    buffer.store(events) shouldBe over
    if (keep == Keep.FIRST) list.addAll(events.dropLast(over))
    else {
      list.addAll(events)
      repeat(over) { list.remove(list.first { it is Int }) }
    }
    released()
  }

  private fun take(most: Long) {
    val expected = list.takeWhile { it is Int }.take(most.toInt())
    buffer.take(most) shouldBe expected
    repeat(expected.size) { list.removeFirst() }
    released()
  }

  private fun attach(info: String) {
    buffer.attach(info)
    list += info
  }

  private fun released() {
    while (list.firstOrNull() is String) buffer.takeInfo() shouldBe list.removeFirst()
    buffer.takeInfo().shouldBeNull()
  }
}
