package io.weft.stage.io

import io.weft.stage.graph.EmitScope
import java.nio.channels.ReadableByteChannel

/**
 * Something that is read piece by piece. Belongs to one thread at a time; only [close] is called
 * meanwhile.
 */
internal interface Reading<E : Any> : AutoCloseable {
  /** Waits for the next piece; null at the end. */
  fun next(): E?

  /** Whether the next piece is there without reading. */
  val hasNext: Boolean
}

/** Emits what is read, and reads only while somebody wants a piece more. */
internal suspend fun <E : Any> EmitScope<E>.emitRead(
  open: () -> ReadableByteChannel,
  reading: (ReadableByteChannel) -> Reading<E>,
) {
  val node = self.node()
  val label = self.label()
  val opened = openBeside(node, label) { reading(open()) }
  try {
    while (true) {
      val wanted = demand()
      val pieces = beside(node, label) { opened.read(wanted) }
      if (pieces.isEmpty()) return
      emitAll(pieces)
    }
  } finally {
    closeBeside(node, label, opened)
  }
}

/** Returns a piece, and those that are there with it; none at the end. */
private fun <E : Any> Reading<E>.read(wanted: Long): List<E> {
  val pieces = ArrayList<E>()
  pieces.add(next() ?: return pieces)
  while (pieces.size < minOf(wanted, MOST_PIECES) && hasNext) pieces.add(next() ?: break)
  return pieces
}

private const val MOST_PIECES = 1000L
