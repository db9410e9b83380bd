package io.weft.kotlin.etf

import io.weft.etf.DecodeLimits
import io.weft.etf.Etf as ExternalTermFormat
import io.weft.etf.EtfDecoder
import io.weft.etf.EtfException
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Term
import io.weft.term.TermOrder
import io.weft.term.Tuple
import java.util.TreeSet

/** What annotations make of the term of a field, besides the form of its type. */
internal sealed interface FieldForm {
  fun outgoing(term: Term): Term

  /** Undoes [outgoing]; fails with an [EtfException] for what it could not have made. */
  fun incoming(term: Term, unpacking: Unpacking): Term

  data object Plain : FieldForm {
    override fun outgoing(term: Term): Term = term

    override fun incoming(term: Term, unpacking: Unpacking): Term = term
  }

  /** A map as a property list. */
  data object Proplist : FieldForm {
    override fun outgoing(term: Term): Term = (term as? MapTerm)?.let(::pairsOf) ?: term

    override fun incoming(term: Term, unpacking: Unpacking): Term =
      when (term) {
        is ListTerm -> entriesOf(term)
        is Atom -> term // null, if anything
        else -> throw MisfitTerm("expected a property list")
      }
  }

  /** Any term inside of a binary. */
  data class Packed(val level: Int, val thresholdBytes: Int) : FieldForm {
    init {
      require(level in 0..9) { "@EtfPacked has the levels 0 to 9, not $level" }
    }

    override fun outgoing(term: Term): Term {
      val compressed = level > 0 && ExternalTermFormat.externalSize(term) >= thresholdBytes
      return Binary.wrap(
        if (compressed) ExternalTermFormat.encodeCompressed(term, level)
        else ExternalTermFormat.encode(term)
      )
    }

    override fun incoming(term: Term, unpacking: Unpacking): Term =
      when (term) {
        is Binary -> unpacking.unpack(term)
        is Atom -> term // null, if anything
        else -> throw MisfitTerm("expected a binary that holds a term")
      }
  }

  companion object {
    fun of(annotations: List<Annotation>): FieldForm {
      val packed = annotations.firstOf<EtfPacked>()
      return when {
        packed != null -> Packed(packed.level, packed.thresholdBytes)
        annotations.firstOf<EtfProplist>() != null -> Proplist
        else -> Plain
      }
    }
  }
}

/** A term that does not fit, without its place, which the caller knows. */
internal class MisfitTerm(val problem: String) : RuntimeException(problem, null, false, false)

/** What the packed fields of one message may still take. */
internal class Unpacking(private val limits: DecodeLimits) {
  private var memory = limits.maxMemory()

  fun unpack(binary: Binary): Term {
    val bytes = binary.toByteBuffer()
    try {
      val left = DecodeLimits(memory, limits.maxDepth(), limits.maxBigIntegerBytes())
      val decoder = EtfDecoder(bytes, left)
      val term = decoder.versioned()
      if (bytes.hasRemaining()) throw MisfitTerm("${bytes.remaining()} bytes after the packed term")
      memory = decoder.memoryLeft()
      return term
    } catch (malformed: EtfException) {
      throw MisfitTerm("expected a binary that holds a term: ${malformed.message}")
    }
  }
}

internal fun pairsOf(map: MapTerm): ListTerm =
  ListTerm.wrap(Array(map.size()) { Tuple.of(map.keyAt(it), map.valueAt(it)) })

/** The key of an element of a property list; null if it is none. */
internal fun keyOf(pair: Term): Term? =
  when (pair) {
    is Tuple -> if (pair.arity() == 2) pair[0] else null
    is Atom -> pair
    else -> null
  }

/** The value in an element of a property list. */
internal fun valueOf(pair: Term): Term = if (pair is Tuple) pair[1] else Atom.TRUE

/** The first of each key. Keys are compared, not hashed: a peer can choose colliding hashes. */
private fun entriesOf(list: ListTerm): MapTerm {
  val seen = TreeSet<Term>(TermOrder.EXACT)
  val cells = ArrayList<Term>(2 * list.size())
  for (pair in list.elements) {
    val key = keyOf(pair) ?: throw MisfitTerm("expected a property list")
    if (seen.add(key)) {
      cells.add(key)
      cells.add(valueOf(pair))
    }
  }
  return MapTerm.wrap(cells.toTypedArray())
}
