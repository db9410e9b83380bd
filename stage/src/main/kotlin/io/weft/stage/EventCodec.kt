package io.weft.stage

import io.weft.kotlin.codecOf
import io.weft.kotlin.etf.Etf
import io.weft.node.TermCodec
import io.weft.node.TermElements
import io.weft.node.TermMappingException
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Term
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.serialization.KSerializer
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.serializerOrNull

/**
 * How events look as terms: what stages of other nodes get and send. Inside a node events are
 * passed as the objects they are.
 *
 * Stateless; callable from any thread.
 */
public interface EventCodec<E : Any> {
  /**
   * Returns the term that a foreign consumer gets.
   *
   * @throws TermMappingException if the event has no such form
   */
  public fun encode(event: E): Term

  /**
   * Returns the event that a foreign producer means.
   *
   * @throws TermMappingException if the term is no such event
   */
  public fun decode(term: Term): E

  /**
   * Returns the list of terms that a foreign consumer gets in one message: those of [encode], in
   * order.
   *
   * @throws TermMappingException if an event has no such form; it says which
   */
  public fun encodeAll(events: List<E>): ListTerm = TermElements.encode(events, ::encode)

  /**
   * Returns the events that a foreign producer means with one message: those of [decode], in order.
   *
   * @throws TermMappingException if a term is no such event; it says which
   */
  public fun decodeAll(terms: ListTerm): List<E> = TermElements.decode(terms, ::decode)

  public companion object {
    /** Events that are terms. */
    public val TERMS: EventCodec<Term> = of({ it }, { it })

    /** Integers, of any node. */
    public val LONGS: EventCodec<Long> = LongEvents

    /** Text, as binaries in UTF-8; lists of code points are understood too. */
    public val STRINGS: EventCodec<String> = SerialEvents(String.serializer())

    /** Makes a codec of two functions. */
    public fun <E : Any> of(encode: (E) -> Term, decode: (Term) -> E): EventCodec<E> =
      object : EventCodec<E> {
        override fun encode(event: E): Term = encode(event)

        override fun decode(term: Term): E = decode(term)
      }
  }
}

private fun misfit(term: Term, wanted: String): Nothing =
  throw TermMappingException("${term.abbreviate(200)} is not $wanted")

/** A list of integers is kept as numbers: there is no term for each. */
private object LongEvents : EventCodec<Long> {
  override fun encode(event: Long): Term = IntTerm.of(event)

  override fun decode(term: Term): Long =
    (term as? IntTerm)?.value() ?: misfit(term, "an integer of 64 bits")

  override fun encodeAll(events: List<Long>): ListTerm {
    val next = events.iterator()
    return ListTerm.wrapLongs(LongArray(events.size) { next.next() })
  }

  override fun decodeAll(terms: ListTerm): List<Long> =
    if (terms.isCompact) LongArray(terms.size()).also { terms.copyLongsTo(it, 0, it.size) }.asList()
    else super.decodeAll(terms)
}

/**
 * Returns how events of type [E] look as terms: the forms of [Etf]; null if [E] is not
 * serializable, and so its events stay in their node.
 */
public inline fun <reified E : Any> eventCodec(): EventCodec<E>? = eventCodec(typeOf<E>())

/** Returns how events of [type] look as terms: the same without reified types. */
@Suppress("UNCHECKED_CAST") // the type is that of the events
public fun <E : Any> eventCodec(type: KType): EventCodec<E>? =
  when (type.classifier) {
    Long::class -> EventCodec.LONGS
    String::class -> EventCodec.STRINGS
    Term::class -> EventCodec.TERMS
    else -> serializerOrNull(type)?.let { SerialEvents(it as KSerializer<E>) }
  }
    as EventCodec<E>?

private class SerialEvents<E : Any>(serializer: KSerializer<E>) : EventCodec<E> {
  private val codec: TermCodec<E> = codecOf(Etf, serializer)

  override fun encode(event: E): Term = codec.encode(event)

  override fun decode(term: Term): E = codec.decode(term)

  override fun encodeAll(events: List<E>): ListTerm = codec.encodeAll(events)

  override fun decodeAll(terms: ListTerm): List<E> = codec.decodeAll(terms)
}
