package io.weft.stage.wire

import io.weft.gen.SupervisorProtocol
import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.stage.ConsumerSupervisor
import io.weft.term.Term

/** The signals of a consumer, and the requests to a consumer supervisor. */
internal class SupervisionCodec : StageCodec(SupervisionRequests), SupervisorProtocol

/** The requests to a consumer supervisor as terms: those of Elixir's. */
private object SupervisionRequests : TermCodec<Any> {
  override fun encode(message: Any): Term =
    when (message) {
      is ConsumerSupervisor.WhichChildren<*, *> -> SupervisionTerms.whichChildren
      is ConsumerSupervisor.CountChildren<*, *> -> SupervisionTerms.countChildren
      is ConsumerSupervisor.TerminateChild<*, *> -> SupervisionTerms.terminate(message.pid)
      is ConsumerSupervisor.Foreign<*, *> -> message.request
      else -> throw TermMappingException("the argument of a child has no form as a term: $message")
    }

  override fun decode(term: Term): Any {
    if (!SupervisionTerms.isRequest(term)) {
      throw TermMappingException("a consumer supervisor has no request ${term.abbreviate(200)}")
    }
    return ConsumerSupervisor.Foreign<Any, Any>(term)
  }

  override fun encodeReply(request: Any, reply: Any): Term =
    reply as? Term ?: throw TermMappingException("no reply to a foreign node: $reply")

  override fun decodeReply(request: Any, reply: Term): Any =
    when (request) {
      is ConsumerSupervisor.WhichChildren<*, *> -> SupervisionTerms.readRows(reply)
      is ConsumerSupervisor.CountChildren<*, *> -> SupervisionTerms.readCounts(reply)
      is ConsumerSupervisor.TerminateChild<*, *> -> SupervisionTerms.readResult(reply)
      else -> null
    } ?: throw TermMappingException("${reply.abbreviate(200)} answers no request of a supervisor")
}
