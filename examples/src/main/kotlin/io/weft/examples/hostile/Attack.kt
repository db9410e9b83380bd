package io.weft.examples.hostile

/** One way to do harm. */
internal class Attack(
  val name: String,
  /** What is done, for people to read. */
  val what: String,
  /** Whether only one who knows the cookie can do it. */
  val needsCookie: Boolean,
  /**
   * How many calls of the honest peer may fail: where one who comes during a rush may be sent away,
   * or what it calls is ended by somebody who may do that.
   */
  val mayFail: Int = 0,
  val attempt: Field.() -> Outcome,
)

/** Where an attack takes place, and how much of it. */
internal class Field(
  val victim: Victim,
  /** How many times as much as in the short form. */
  val scale: Int,
  val random: kotlin.random.Random,
)

/** What became of an attack: what the node did about it, and whether that is as it should be. */
internal class Outcome(val told: String, val asItShould: Boolean = true) {
  companion object {
    fun expect(holds: Boolean, told: String): Outcome = Outcome(told, holds)
  }
}

/** Runs [action] on [count] threads at once and returns what each returned; null if it failed. */
internal fun <T : Any> atOnce(count: Int, action: (Int) -> T?): List<T?> {
  val results = arrayOfNulls<Any>(count)
  val threads =
    List(count) {
      Thread.ofVirtual().start {
        results[it] =
          try {
            action(it)
          } catch (_: java.io.IOException) {
            null
          }
      }
    }
  threads.forEach(Thread::join)
  @Suppress("UNCHECKED_CAST") // what the threads wrote
  return results.toList() as List<T?>
}
