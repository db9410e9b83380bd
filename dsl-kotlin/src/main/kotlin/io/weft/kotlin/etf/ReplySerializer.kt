package io.weft.kotlin.etf

import io.weft.gen.Ask
import io.weft.gen.Reply
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder

/** Serializer of replies that are owed, for [Etf] only: see [io.weft.kotlin.ReplyTo]. */
public class ReplySerializer<R : Any>(private val value: KSerializer<R>) : KSerializer<Reply<R>> {
  override val descriptor: SerialDescriptor = termDescriptor("io.weft.gen.Reply")

  override fun serialize(encoder: Encoder, value: Reply<R>) {
    val terms = encoder as? TermEncoder ?: throw notATerm()
    val etf = terms.etf
    terms.encodeTerm(
      Ask.termOf(value) { term, node ->
        mapping { etf.decodeFromTerm(this.value, term, node) }
      }
    )
  }

  override fun deserialize(decoder: Decoder): Reply<R> {
    val terms = decoder as? TermDecoder ?: throw notATerm()
    val etf = terms.etf
    return Ask.replyOf(terms.decodeTerm()) { etf.encodeToTerm(value, it) }
  }

  private fun notATerm() = SerializationException("a reply goes between nodes as a term only")
}
