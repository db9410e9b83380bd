package io.weft.kotlin.etf

import io.weft.etf.ElementsWriter
import io.weft.etf.EncodedElements
import io.weft.node.TermCodec
import io.weft.node.TermElements
import io.weft.node.TermMappingException
import io.weft.term.ListTerm
import kotlinx.serialization.KSerializer

/**
 * Lists of values as the bytes that they are on the wire, and the reverse. What has no direct way,
 * and what does not fit, takes the way of terms, so that there is one home for what is said of it.
 *
 * @param terms the way of terms
 */
internal class DirectLists<P : Any>(
  private val etf: Etf,
  private val serializer: KSerializer<P>,
  private val terms: TermCodec<P>,
) {
  /** What the last list took, and a little more; a guess, so threads may race for it. */
  private var capacity = MIN_CAPACITY

  fun encode(values: List<P>): ListTerm {
    val writer = ElementsWriter(capacity)
    val encoder = DirectEncoder(etf, writer)
    var misfits = 0
    for ((index, value) in values.withIndex()) {
      val start = writer.position()
      val isWritten = misfits < PATIENCE && isDirect { encoder.encode(serializer, value) }
      if (!isWritten) {
        misfits++
        writer.back(start)
        writer.encoder().term(placed(index, values.size) { terms.encode(value) })
      }
    }
    val size = writer.position()
    capacity = (size + size / 8).coerceIn(MIN_CAPACITY, MAX_CAPACITY)
    return writer.list(values.size)
  }

  fun decode(elements: EncodedElements): List<P> {
    val reader = elements.reader()
    val decoder = DirectDecoder(etf, reader)
    val values = ArrayList<P>(elements.count())
    var misfits = 0
    for (index in 0 until elements.count()) {
      val start = reader.position()
      val isRead = misfits < PATIENCE && isDirect { values.add(decoder.decode(serializer)) }
      if (!isRead) {
        misfits++
        reader.back(start)
        val term = reader.term()
        values.add(placed(index, elements.count()) { terms.decode(term) })
      }
    }
    return values
  }

  /** Whatever goes wrong is looked at again on the way of terms. */
  private inline fun isDirect(take: () -> Unit): Boolean =
    try {
      take()
      true
    } catch (_: RuntimeException) {
      false
    }

  private inline fun <T> placed(index: Int, count: Int, map: () -> T): T =
    try {
      map()
    } catch (misfit: TermMappingException) {
      throw TermElements.at(index, count, misfit)
    }

  private companion object {
    const val MIN_CAPACITY = 1 shl 10
    const val MAX_CAPACITY = 256 shl 10

    /** After so many of a list that had no direct way, the rest is not tried. */
    const val PATIENCE = 4
  }
}
