package io.weft.stage

import io.weft.node.ExitReason
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

/** How the stage at the other end of a subscription speaks. */
internal enum class Dialect {
  GEN_STAGE,

  /**
   * As stages of Ergo 2.2 do, whose messages are GenStage's but for this:
   * * of a subscription `cancel` is a number, and `manual` is told;
   * * reasons of a cancel are text, in STRING_EXT; any other ends the stage that gets it;
   * * events come with the pid of the consumer they are for, not of the producer;
   * * events are no text: a list of bytes in STRING_EXT is none of events;
   * * a producer does not confirm that a consumer has cancelled;
   * * a producer ends if it is asked for more than 255 events in one message: it knows integers of
   *   one byte only;
   * * a producer keeps one subscription of a consumer, and ends it for a later one;
   * * an ask may overtake its subscription, on its way from a node that several handlers serve;
   * * a consumer ends if it gets fewer events in one message than its least demand, which also is
   *   when it asks again: when it has fewer than that to come.
   */
  ERGO;

  /** How many events can be asked for in one message. */
  val mostAtOnce: Long
    get() = if (this == ERGO) 255 else Long.MAX_VALUE

  /** Returns events as they are told. */
  fun events(events: ListTerm): ListTerm = if (this == ERGO) events.spelledOut() else events

  /** Returns a reason as it is told. */
  fun term(reason: ExitReason): Term =
    if (this == ERGO) ListTerm.wrapBytes(text(reason).toByteArray()) else reason.term()

  /** Of an orderly reason Ergo knows the name only. */
  private fun text(reason: ExitReason): String {
    val term = reason.term()
    val name = if (reason.isOrderly && term is Tuple) term.get(0) else term
    return ((name as? Atom)?.name() ?: name.abbreviate(MOST_TEXT)).ifEmpty { "''" }
  }

  /** Returns a reason as it was meant: a text for an atom. */
  fun meant(reason: ExitReason): ExitReason {
    val list = reason.term() as? ListTerm
    if (this != ERGO || list == null || !list.isByteList || list.size() > MOST_TEXT) return reason
    val bytes = ByteArray(list.size()).also { list.copyBytesTo(it, 0) }
    return ExitReason.of(Terms.atom(String(bytes).take(MOST_ATOM)))
  }

  private companion object {
    const val MOST_TEXT = 1000
    const val MOST_ATOM = 255
  }
}
