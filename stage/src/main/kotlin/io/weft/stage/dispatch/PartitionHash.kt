package io.weft.stage.dispatch

import io.weft.stage.DispatcherHost
import io.weft.term.Atom
import io.weft.term.PortableHash
import io.weft.term.Term

/** Tells the partitions of events. */
internal sealed interface PartitionHash<E : Any> {
  class Plain<E : Any>(val partition: (E) -> Any?) : PartitionHash<E>

  class Routing<E : Any>(val route: (E) -> Routed<E>?) : PartitionHash<E>
}

/** The number of an event's partition, if nobody says otherwise: Erlang's, if it has a term. */
internal class DefaultHash(private val partitions: Int, private val host: DispatcherHost) {
  private val range = partitions.toLong()

  fun of(event: Any): Int {
    if (partitions == 1) return 0
    return when (event) {
      is Int -> PortableHash.phash2(event.toLong(), range)
      is Long -> PortableHash.phash2(event, range)
      is Term -> PortableHash.phash2(event, range)
      else -> ofOther(event)
    }.toInt()
  }

  private fun ofOther(event: Any): Long {
    val term = host.term(event)
    return when {
      term != null -> PortableHash.phash2(term, range)
      event is String -> PortableHash.phash2(event.encodeToByteArray(), range)
      event is ByteArray -> PortableHash.phash2(event, range)
      event is Short -> PortableHash.phash2(event.toLong(), range)
      event is Byte -> PortableHash.phash2(event.toLong(), range)
      event is Boolean -> PortableHash.phash2(Atom.of(event), range)
      else -> PortableHash.phash2(event.hashCode().toLong(), range)
    }
  }
}
