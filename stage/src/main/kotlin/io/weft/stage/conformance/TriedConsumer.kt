package io.weft.stage.conformance

import io.weft.stage.Subscriber
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term

/** A consumer of a [Trial], one for each subscription: notes what it gets, and refuses too much. */
internal class TriedConsumer<E : Any>(
  private val number: Int,
  subscription: Int,
  private val events: SentEvents<E>,
) : Subscriber<E> {
  override val pid: Pid = Pid(NODE, 100 + number, 0, 1)
  override val tag: Term = Reference.of(NODE, 1, subscription, number, 0)

  var isSubscribed = true

  /** How many events it has asked for and not got. */
  var wanted = 0L

  /** The numbers of the events that it got in this step. */
  val gotNow = ArrayList<Int>()

  private var newest = -1

  override fun send(events: List<E>) {
    flawUnless(isSubscribed) { "sent events to $this, which has left" }
    flawUnless(events.isNotEmpty()) { "sent no events to $this" }
    wanted -= events.size
    flawUnless(wanted >= 0) { "sent $this ${-wanted} events more than it asked for" }
    for (event in events) {
      val got = this.events.numberOf(event)
      flawUnless(got != newest) { "sent event $got to $this twice" }
      flawUnless(got > newest) { "sent event $got to $this after event $newest" }
      newest = got
      gotNow += got
    }
  }

  override fun askAgain(events: Long): Unit = flaw("left out $events events of $this")

  override fun toString(): String = "consumer $number"

  private companion object {
    val NODE = Atom("trial@localhost")
  }
}

/** What became of the events of a [Trial]. */
internal class SentEvents<E : Any>(private val make: (Int) -> E) {
  private val numbers = HashMap<E, Int>()

  var made = 0
    private set

  /** Makes the next events. */
  fun next(count: Int): List<E> =
    List(count) {
      val event = make(made)
      check(numbers.put(event, made) == null) { "two events are equal: $event" }
      made++
      event
    }

  fun numberOf(event: E): Int = numbers[event] ?: flaw("sent what is no event: $event")
}
