package io.weft.stage.wire

import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.term.Term

/**
 * How a stage speaks with those who speak terms: GenStage's signals, and for all else the codec of
 * its own protocol.
 */
internal open class StageCodec(private val own: TermCodec<Any>?) : TermCodec<Any> {
  override fun encode(message: Any): Term =
    when (message) {
      is InfoBehindEvents -> SignalTerms.term(InfoBehindEvents(ownTerm(message.message)), null)
      is StageSignal -> SignalTerms.term(message, null)
      else -> ownTerm(message)
    }

  private fun ownTerm(message: Any): Term =
    when {
      message is UnknownMessage -> message.term
      own != null -> own.encode(message)
      message is Term -> message
      else ->
        throw TermMappingException("the protocol of this stage has no form as terms: $message")
    }

  override fun decode(term: Term): Any = SignalTerms.signal(term, ::content) ?: ownMessage(term)

  private fun content(term: Term): Any =
    try {
      ownMessage(term)
    } catch (misfit: TermMappingException) {
      UnknownMessage(term, misfit.message ?: misfit.toString())
    }

  private fun ownMessage(term: Term): Any =
    own?.decode(term) ?: throw TermMappingException("the stage has no messages of its own")

  override fun encodeReply(request: Any, reply: Any): Term =
    if (request is StageSignal) SignalTerms.reply(request, reply)
    else own?.encodeReply(request, reply) ?: throw TermMappingException("no form for $reply")

  override fun decodeReply(request: Any, reply: Term): Any =
    if (request is StageSignal) {
      SignalTerms.readReply(request, reply)
        ?: throw TermMappingException("${reply.abbreviate(200)} answers no request of a stage")
    } else own?.decodeReply(request, reply) ?: throw TermMappingException("no form for $reply")
}
