package io.weft.stage.source

import java.util.stream.Stream

/** Elements that are being taken, and how they are given back. Belongs to one thread at a time. */
internal class Elements<E : Any>
private constructor(private val iterator: Iterator<E>, private val closing: AutoCloseable?) :
  Iterator<E> by iterator, AutoCloseable {
  override fun close() {
    closing?.close()
  }

  companion object {
    fun <E : Any> of(iterator: Iterator<E>): Elements<E> =
      Elements(iterator, iterator as? AutoCloseable)

    fun <E : Any> of(stream: Stream<E>): Elements<E> = Elements(stream.iterator(), stream)
  }
}
