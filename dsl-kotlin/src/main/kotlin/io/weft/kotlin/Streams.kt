package io.weft.kotlin

import io.weft.kotlin.etf.PidSerializer
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.term.Pid
import java.util.concurrent.Flow as JavaFlow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder

/**
 * A reply that comes bit by bit: what a server's [Turn.streaming] makes of a flow, and who asked
 * for it reads.
 *
 * ```
 * data class Rows(val of: String) : Shop, Request<Source<Row>>
 *
 * call { q: Shop.Rows -> streaming(flow { rows(q.of).forEach { emit(it) } }) } // in the server
 * shop.stream(Shop.Rows("tea")).collect { row -> println(row) }                // who asks
 * ```
 *
 * Values come in order and only as fast as they are taken: the reader grants so many, and the
 * server suspends in `emit` until there is one to spare. When the reader is cancelled or ends, or
 * its node is lost, the server's flow is cancelled. When the flow fails so does the server, and the
 * reader gets a [StreamException] with its reason, after all values that were emitted before. All
 * of that also between two nodes, where the protocol has a codec.
 *
 * A source is read once, by one reader, within half a minute.
 *
 * ### For processes of foreign nodes
 *
 * A source is a pid. It takes `{attach, Reader, N}`, monitors the reader and sends it `{item,
 * Value}` N times, and so many more for each `{more, N}`; then `completed`, or `{failed, Reason}`.
 */
@Serializable(with = SourceSerializer::class)
public class Source<E : Any>
internal constructor(internal val feeder: Pid, internal val feed: Feed<E>) {

  /**
   * Reads the source by a process of [node]. Collecting it grants [window] values at first and more
   * as they are taken.
   *
   * @throws StreamException in the collector, when the stream ends before it is complete
   */
  public fun asFlow(node: Node, window: Int): Flow<E> = readerFlow(this, node, window)

  /** Reads the source by a process of [node], for Java. Takes one subscriber, who gets it all. */
  public fun publisher(node: Node): JavaFlow.Publisher<E> = SourcePublisher(this, node)

  override fun toString(): String = "source $feeder"
}

/** A stream has ended before it was complete: its server did, or could not be reached any more. */
public class StreamException internal constructor(private val reason: ExitReason, what: Any) :
  RuntimeException("$what ended: ${reason.brief()}", reason.cause()) {
  /** Why: what the server ended with, `noconnection`, or `noproc` for one that is over. */
  public fun reason(): ExitReason = reason
}

/** How many values a reader grants at first when it is not told. */
public const val DEFAULT_STREAM_WINDOW: Int = 64

/**
 * Asks for a stream whenever the flow is collected, and reads it: what [call] is for one value.
 *
 * @throws io.weft.node.CallException in the collector, when there is no stream
 * @throws StreamException in the collector, when the stream ends before it is complete
 */
public fun <E : Any, Q : Request<Source<E>>> Address<in Q>.stream(request: Q): Flow<E> =
  stream(request, DEFAULT_STREAM_WINDOW)

/** As the other [stream], granting [window] values at first: how far the server may be ahead. */
public fun <E : Any, Q : Request<Source<E>>> Address<in Q>.stream(
  request: Q,
  window: Int,
): Flow<E> {
  require(window > 0) { "a window of $window lets nothing through" }
  return flow { emitAll(call<Source<E>, Q>(request).asFlow(node(), window)) }
}

/** Serializer of sources, as pids; what they give has the form of [element]. */
public class SourceSerializer<E : Any>(private val element: KSerializer<E>) :
  KSerializer<Source<E>> {
  override val descriptor: SerialDescriptor = PidSerializer.descriptor

  override fun serialize(encoder: Encoder, value: Source<E>) {
    value.feed.element = element
    PidSerializer.serialize(encoder, value.feeder)
  }

  override fun deserialize(decoder: Decoder): Source<E> =
    Source(PidSerializer.deserialize(decoder), Feed.distant(element))
}
