package io.weft.kotlin.etf

import io.weft.node.Address
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Tuple
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder

/**
 * Serializer of addresses, as a pid, `{Name, Node}` or an alias, for [Etf] only: see
 * [io.weft.kotlin.AddressOf]. What is decoded sends from the node that took the term in, in the
 * forms of [protocol].
 */
public class AddressSerializer<P : Any>(private val protocol: KSerializer<P>) :
  KSerializer<Address<P>> {
  override val descriptor: SerialDescriptor = termDescriptor("io.weft.node.Address")

  override fun serialize(encoder: Encoder, value: Address<P>): Unit =
    TermSerializer.serialize(
      encoder,
      value.item() ?: throw SerializationException("a slot whose process is being restarted"),
    )

  override fun deserialize(decoder: Decoder): Address<P> {
    val terms =
      decoder as? TermDecoder
        ?: throw SerializationException("only Etf can decode an address, not $decoder")
    val node =
      terms.node
        ?: throw SerializationException(
          "an address is decoded where the node is known that it sends from, as in a message " +
            "that arrives; elsewhere by etf.decodeFromTerm(serializer, term, node)"
        )
    val term = terms.decodeTerm()
    val pair = (term as? Tuple)?.takeIf { it.arity() == 2 }
    val name = pair?.get(0) as? Atom
    val at = pair?.get(1) as? Atom
    val codec = SerialCodec(terms.etf, protocol)
    return when {
      term is Pid -> node.address(term, codec)
      term is Reference -> node.address(term, codec)
      name != null && at != null -> node.address(name.name, at.name, codec)
      else -> terms.unexpected("a pid, {Name,Node} or an alias")
    }
  }
}
