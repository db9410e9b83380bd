package io.weft.stage.conformance

/**
 * What happens next to a dispatcher. Every sequence of steps makes sense: one that has no meaning
 * where it stands, such as the ask of a consumer that is not there, does nothing.
 */
internal sealed interface Step {
  data class Subscribe(val consumer: Int) : Step {
    override fun toString() = "consumer $consumer subscribes"
  }

  data class Cancel(val consumer: Int) : Step {
    override fun toString() = "consumer $consumer leaves"
  }

  data class Ask(val consumer: Int, val events: Int) : Step {
    override fun toString() = "consumer $consumer asks for $events"

    override fun smaller() = smaller(events) { Ask(consumer, it) }
  }

  data class Emit(val events: Int) : Step {
    override fun toString() = "the producer emits $events"

    override fun smaller() = smaller(events) { Emit(it) }
  }

  data object Inform : Step {
    override fun toString() = "the producer gets an info"
  }

  /** The same with less of it, least first. */
  fun smaller(): List<Step> = emptyList()

  companion object {
    fun random(seed: Long, consumers: Int, count: Int): List<Step> {
      val dice = Dice(seed)
      // Some sequences are of small numbers, some of large ones.
      val most = 1 shl dice.nextInt(1, 6)
      return List(count) { random(dice, consumers, most) }
    }

    private fun random(dice: Dice, consumers: Int, most: Int): Step {
      val consumer = dice.nextInt(consumers)
      return when (dice.nextInt(20)) {
        in 0..3 -> Subscribe(consumer)
        4 -> Cancel(consumer)
        in 5..11 -> Ask(consumer, dice.nextInt(1, most + 1))
        in 12..17 -> Emit(dice.nextInt(1, most + 1))
        else -> Inform
      }
    }

    private fun smaller(number: Int, step: (Int) -> Step): List<Step> =
      listOf(1, number / 2, number - 1).distinct().filter { it in 1 until number }.map(step)
  }
}
