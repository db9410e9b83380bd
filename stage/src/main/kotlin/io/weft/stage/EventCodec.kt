package io.weft.stage

import io.weft.kotlin.codecOf
import io.weft.kotlin.etf.Etf
import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Terms
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.serialization.KSerializer
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

  public companion object {
    /** Events that are terms. */
    public val TERMS: EventCodec<Term> = of({ it }, { it })

    /** Integers, of any node. */
    public val LONGS: EventCodec<Long> =
      of(
        { IntTerm.of(it) },
        { (it as? IntTerm)?.value() ?: misfit(it, "an integer of 64 bits") },
      )

    /** Text, as binaries in UTF-8. */
    public val STRINGS: EventCodec<String> =
      of({ Terms.binary(it) }, { (it as? Binary)?.utf8OrNull() ?: misfit(it, "text") })

    /** Makes a codec of two functions. */
    public fun <E : Any> of(encode: (E) -> Term, decode: (Term) -> E): EventCodec<E> =
      object : EventCodec<E> {
        override fun encode(event: E): Term = encode(event)

        override fun decode(term: Term): E = decode(term)
      }

    private fun misfit(term: Term, wanted: String): Nothing =
      throw TermMappingException("${term.abbreviate(200)} is not $wanted")
  }
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
}
