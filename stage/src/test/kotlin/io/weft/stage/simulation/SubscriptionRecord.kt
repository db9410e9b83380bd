package io.weft.stage.simulation

import io.weft.term.Term

/**
 * What both ends of one subscription see of it, and whether that fits: what the consumer handles is
 * what the dispatcher gave it, from the first event on; what it asks for follows the rule.
 */
internal class SubscriptionRecord(
  private val tag: Term,
  private val input: Plan.Input,
  private val isBetween: Boolean,
  private val fault: (String) -> Unit,
) {
  private val rule =
    if (input.asking == Plan.Asks.MANUAL) AskRule.MANUAL else AutomaticRule(input.max, input.min)

  /** Portions that were given and not taken yet, message by message. */
  private val expected = ArrayDeque<Message>()

  private class Message(val events: List<Long>, val portions: ArrayDeque<Portion>) {
    var done = 0
  }

  /** What the consumer is to ask for by what it has taken, in order. */
  private val due = ArrayList<Int>()

  /** What the dispatcher asks for in its name, in place of events that it left out, in order. */
  private val again = ArrayList<Int>()

  /** How many of [due] may have been met by the asks so far; the others were of [again]. */
  private var met = setOf(0)

  private var asks = 0
  private var asked = 0L
  private var given = 0L
  private var leftOut = 0L

  /** How many events the consumer has handled. */
  var taken = 0L
    private set

  private fun broken(what: String) = fault("$what, in the subscription $tag: $input")

  // --- at the producer ---------------------------------------------------------------------------

  fun asks(events: Long) {
    asked += events
    if (asked - given - leftOut > input.max) {
      broken("${asked - given - leftOut} events are wanted, more than there may be")
    }
    val before = asks++
    val next = HashSet<Int>()
    for (count in met) {
      if (due.getOrNull(count)?.toLong() == events) next += count + 1
      if (again.getOrNull(before - count)?.toLong() == events) next += count
    }
    if (next.isEmpty()) broken("asked for $events against the rule, which is $due (and $again)")
    met = next
  }

  fun asksAgain(events: Long) {
    again += events.toInt()
    leftOut += events
  }

  fun gives(events: List<Long>) {
    given += events.size
    if (given + leftOut > asked) broken("${given + leftOut} events were sent, and $asked wanted")
    if (events.isEmpty() && input.asking == Plan.Asks.AUTOMATIC) return
    expected += Message(events, ArrayDeque(rule.message(events.size)))
  }

  // --- at the consumer ---------------------------------------------------------------------------

  /** It has asked for the first events. */
  fun begins() {
    due += input.max
  }

  /** It handles a batch; [handled] tells that it has done so. */
  fun takes(batch: List<Long>) {
    // Of a subscription that is over also empty messages are handled, as GenStage does.
    if (isBetween && batch.isEmpty()) return
    taken += batch.size
    val message = expected.firstOrNull() ?: return broken("got $batch, which was never sent")
    val rest = message.events.subList(message.done, message.events.size)
    val portion = message.portions.first()
    // Of a subscription that is over, a stage between others handles messages whole.
    val whole = isBetween && message.done == 0 && batch.size == rest.size
    if (batch.size != portion.events && !whole) {
      broken("got ${batch.size} events at once, not ${portion.events}")
    }
    if (batch != rest.take(batch.size)) broken("got $batch, where ${rest.take(60)} come next")
  }

  fun handled(batch: List<Long>) {
    if (isBetween && batch.isEmpty()) return
    val message = expected.firstOrNull() ?: return
    val portion = message.portions.removeFirst()
    message.done += batch.size
    if (portion.ask > 0 && batch.size == portion.events) due += portion.ask
    if (message.done >= message.events.size) expected.removeFirst()
  }
}
