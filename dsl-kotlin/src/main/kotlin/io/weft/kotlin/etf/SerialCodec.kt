package io.weft.kotlin.etf

import io.weft.etf.EncodedElements
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.term.ListTerm
import io.weft.term.Term
import java.util.concurrent.ConcurrentHashMap
import kotlin.reflect.KClass
import kotlin.reflect.KType
import kotlin.reflect.full.allSupertypes
import kotlinx.serialization.KSerializer
import kotlinx.serialization.serializer

/** How a serializable protocol looks as terms in one format. */
internal class SerialCodec<P : Any>(private val etf: Etf, private val protocol: KSerializer<P>) :
  TermCodec<P> {
  private val direct = DirectLists(etf, protocol, this)
  private val replies = ConcurrentHashMap<Class<*>, KSerializer<Any?>>()

  override fun encode(message: P): Term = mapping { etf.encodeToTerm(protocol, message) }

  override fun decode(term: Term): P = mapping { etf.decodeFromTerm(protocol, term) }

  override fun decode(term: Term, node: Node): P = mapping {
    etf.decodeFromTerm(protocol, term, node)
  }

  override fun encodeAll(messages: List<P>): ListTerm =
    if (messages.size < DIRECT_FROM) super.encodeAll(messages) else direct.encode(messages)

  override fun decodeAll(terms: ListTerm): List<P> =
    (terms.late() as? EncodedElements)?.let(direct::decode) ?: super.decodeAll(terms)

  override fun encodeReply(request: P, reply: Any): Term = mapping {
    etf.encodeToTerm(replyOf(request), reply)
  }

  override fun decodeReply(request: P, reply: Term): Any = mapping {
    present(request, etf.decodeFromTerm(replyOf(request), reply))
  }

  override fun decodeReply(request: P, reply: Term, node: Node): Any = mapping {
    present(request, etf.decodeFromTerm(replyOf(request), reply, node))
  }

  private fun present(request: P, reply: Any?): Any =
    requireNotNull(reply) { "the reply of ${request::class} must not be null" }

  private fun replyOf(request: P): KSerializer<Any?> =
    replies.computeIfAbsent(request.javaClass) { type ->
      etf.serializersModule.serializer(REPLY_TYPES.get(type))
    }
}

/** Shorter lists gain nothing. */
private const val DIRECT_FROM = 8

/**
 * What does not fit, or what a class refuses in its constructor, is the sender's mistake: a
 * [TermMappingException].
 */
internal inline fun <T> mapping(map: () -> T): T =
  try {
    map()
  } catch (misfit: RuntimeException) {
    throw TermMappingException(misfit.message ?: misfit.toString(), misfit)
  }

/** The `R` of the `Request<R>` above a class: looked for once, as codecs come and go. */
private val REPLY_TYPES =
  object : ClassValue<KType>() {
    override fun computeValue(type: Class<*>): KType = replyTypeOf(type.kotlin)
  }

private fun replyTypeOf(request: KClass<*>): KType {
  val supertype = request.allSupertypes.firstOrNull { it.classifier == Request::class }
  return requireNotNull(supertype?.arguments?.single()?.type) {
    "$request is no Request, so it has no reply"
  }
}
