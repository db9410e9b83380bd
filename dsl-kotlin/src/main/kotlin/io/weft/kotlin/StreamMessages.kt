package io.weft.kotlin

import io.weft.kotlin.etf.Etf
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException

/** What the feeder of a stream is told: by its reader the first two, by the server the others. */
internal sealed interface FeederMessage<out E : Any> {
  class Attach<E : Any>(val pid: Pid, val reader: Address<ReaderMessage<E>>, val count: Long) :
    FeederMessage<E>

  class More(val count: Long) : FeederMessage<Nothing>

  class Value<E : Any>(val value: E) : FeederMessage<E>

  data object End : FeederMessage<Nothing>
}

/** What the reader of a stream is told. */
internal sealed interface ReaderMessage<out E : Any> {
  class Item<E : Any>(val value: E) : ReaderMessage<E>

  data object Completed : ReaderMessage<Nothing>

  class Failed(val reason: ExitReason) : ReaderMessage<Nothing>
}

/**
 * What the server's coroutine and the feeder of a stream have between them: how many values may be
 * sent.
 */
internal class Feed<E : Any>(private val producer: Job?) {
  /** How values look to other nodes; known once the source is on its way to one. */
  @Volatile var element: KSerializer<E>? = null

  private val credit = AtomicLong()
  private val news = Channel<Unit>(Channel.CONFLATED)

  @Volatile private var attached = false

  /** The reader is there. */
  fun attach() {
    attached = true
    news.trySend(Unit)
  }

  /** The reader grants so many values. */
  fun grant(count: Long) {
    credit.updateAndGet { minOf(it, MAX_CREDIT) + minOf(count, MAX_CREDIT) }
    news.trySend(Unit)
  }

  /** Suspends until somebody reads. */
  suspend fun awaitReader() {
    while (!attached) news.receive()
  }

  /** Suspends until a value may be sent. */
  suspend fun takeCredit() {
    while (true) {
      val left = credit.get()
      if (left > 0) {
        if (credit.compareAndSet(left, left - 1)) return
      } else {
        news.receive()
      }
    }
  }

  /** Nobody reads any more. Any thread. */
  fun close() {
    producer?.cancel()
  }

  companion object {
    private const val MAX_CREDIT = Long.MAX_VALUE / 4

    /** Of a source on another node. */
    fun <E : Any> distant(element: KSerializer<E>): Feed<E> =
      Feed<E>(null).also { it.element = element }
  }
}

private val ATTACH = Atom.of("attach")
private val MORE = Atom.of("more")
private val ITEM = Atom.of("item")
private val COMPLETED = Atom.of("completed")
private val FAILED = Atom.of("failed")

/** How a feeder is told by a reader on another node. */
internal class FeederCodec<E : Any>(private val node: Node, private val feed: Feed<E>) :
  OneWayCodec<FeederMessage<E>>() {
  override fun encode(message: FeederMessage<E>): Term =
    when (message) {
      is FeederMessage.Attach -> Tuple.of(ATTACH, message.pid, Terms.integer(message.count))
      is FeederMessage.More -> Tuple.of(MORE, Terms.integer(message.count))
      else -> throw TermMappingException("a server and the feeder of its stream share a node")
    }

  override fun decode(term: Term): FeederMessage<E> {
    val tuple = term as? Tuple ?: misfit(term)
    val count = (tuple.takeIf { it.arity() > 0 }?.get(tuple.arity() - 1) as? IntTerm)?.value()
    val pid = tuple.takeIf { it.isTagged(ATTACH, 3) }?.get(1) as? Pid
    return when {
      count == null || count < 0 -> misfit(term)
      pid != null -> FeederMessage.Attach(pid, node.address(pid, ReaderCodec(feed)), count)
      tuple.isTagged(MORE, 2) -> FeederMessage.More(count)
      else -> misfit(term)
    }
  }

  private fun misfit(term: Term): Nothing =
    throw TermMappingException(
      "the feeder of a stream takes {attach, Pid, N} and {more, N}, not ${term.abbreviate(200)}"
    )
}

/** How a reader is told by a feeder on another node. */
internal class ReaderCodec<E : Any>(private val feed: Feed<E>) : OneWayCodec<ReaderMessage<E>>() {
  override fun encode(message: ReaderMessage<E>): Term =
    when (message) {
      is ReaderMessage.Item -> Tuple.of(ITEM, encodeValue(message.value))
      ReaderMessage.Completed -> COMPLETED
      is ReaderMessage.Failed -> Tuple.of(FAILED, message.reason.term())
    }

  private fun encodeValue(value: E): Term = mapping { Etf.encodeToTerm(element(), value) }

  override fun decode(term: Term): ReaderMessage<E> =
    decode(term) { Etf.decodeFromTerm(element(), it) }

  override fun decode(term: Term, node: Node): ReaderMessage<E> =
    decode(term) { Etf.decodeFromTerm(element(), it, node) }

  private inline fun decode(term: Term, value: (Term) -> E): ReaderMessage<E> {
    val pair = (term as? Tuple)?.takeIf { it.arity() == 2 }
    return when {
      term == COMPLETED -> ReaderMessage.Completed
      pair != null && pair.isTagged(ITEM, 2) -> ReaderMessage.Item(mapping { value(pair.get(1)) })
      pair != null && pair.isTagged(FAILED, 2) -> ReaderMessage.Failed(ExitReason.of(pair.get(1)))
      else -> throw TermMappingException("not of a stream: ${term.abbreviate(200)}")
    }
  }

  private fun element() =
    feed.element ?: throw TermMappingException("a stream whose values have no form as terms")

  private inline fun <T> mapping(map: () -> T): T =
    try {
      map()
    } catch (misfit: SerializationException) {
      throw TermMappingException(misfit.message ?: "$misfit", misfit)
    }
}

/** The codec of a protocol without requests. */
internal abstract class OneWayCodec<M : Any> : TermCodec<M> {
  override fun encodeReply(request: M, reply: Any): Term =
    throw TermMappingException("$request is no request")

  override fun decodeReply(request: M, reply: Term): Any =
    throw TermMappingException("$request is no request")
}
