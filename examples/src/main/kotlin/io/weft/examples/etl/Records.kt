package io.weft.examples.etl

import java.nio.ByteBuffer
import java.nio.channels.SeekableByteChannel

/** Where reading a file goes on: behind so many bytes, which are so many records. */
internal data class Position(val bytes: Long, val records: Long) : Comparable<Position> {
  override fun compareTo(other: Position): Int = bytes.compareTo(other.bytes)

  companion object {
    val BEGIN = Position(0, 0)
  }
}

/** One record of a file without its end of line, by its number from 1 on. */
internal class Record(
  val number: Long,
  val bytes: ByteArray,
  private val end: Long,
  /** Whether the file ends within a field in quotes: that may be as much as is left of it. */
  val isOpen: Boolean = false,
) {
  /** Where the next one begins. */
  val next: Position
    get() = Position(end, number)
}

/**
 * Cuts a file into records, which are what is to be parsed in parallel, so as little as possible is
 * done here. Reads ahead 1 MiB and what one record has.
 *
 * @param separator between fields, where a field in quotes may hold ends of lines; null if each
 *   line is a record, whatever is in it
 */
internal class Records(
  private val channel: SeekableByteChannel,
  from: Position,
  private val separator: Char?,
) : AutoCloseable {
  private var buffer = ByteArray(READ)
  private var start = 0
  private var scanned = 0
  private var limit = 0
  private var offset = from.bytes
  private var number = from.records
  private var place = Place.FIELD_START

  private enum class Place {
    FIELD_START,
    PLAIN,
    QUOTED,
    AFTER_QUOTE,
  }

  init {
    channel.position(from.bytes)
    if (from == Position.BEGIN) skipByteOrderMark()
  }

  /** Returns the next record; null at the end. */
  fun next(): Record? {
    while (!endOfLine()) {
      if (!read()) return if (start < limit) record(limit, limit) else null
    }
    return record(scanned, scanned + 1)
  }

  /** Scans to the end of the record; false if it is not there yet. */
  private fun endOfLine(): Boolean {
    while (scanned < limit) {
      val byte = buffer[scanned].toInt()
      if (byte == NEWLINE && place != Place.QUOTED) return true
      if (separator != null) place = place.behind(byte, separator.code)
      scanned++
    }
    return false
  }

  private fun Place.behind(byte: Int, separator: Int): Place =
    when {
      this == Place.QUOTED -> if (byte == QUOTE) Place.AFTER_QUOTE else this
      byte == separator -> Place.FIELD_START
      byte == QUOTE && this != Place.PLAIN -> Place.QUOTED // a doubled one goes on, too
      else -> Place.PLAIN
    }

  private fun record(end: Int, next: Int): Record {
    if (end - start > LONGEST) throw tooLong()
    val isOpen = place == Place.QUOTED
    val last = if (end > start && buffer[end - 1].toInt() == RETURN) end - 1 else end
    val bytes = buffer.copyOfRange(start, last)
    offset += next - start
    start = next
    scanned = next
    place = Place.FIELD_START
    return Record(++number, bytes, offset, isOpen)
  }

  /** Reads on behind what is there; false if there is nothing. */
  private fun read(): Boolean {
    if (limit - start > LONGEST) throw tooLong()
    buffer.copyInto(buffer, 0, start, limit)
    limit -= start
    scanned -= start
    start = 0
    if (buffer.size - limit < READ) buffer = buffer.copyOf(limit + READ)
    val count = channel.read(ByteBuffer.wrap(buffer, limit, READ))
    if (count > 0) limit += count
    return count > 0
  }

  private fun tooLong() =
    EtlException(
      "record ${number + 1}, which begins at byte $offset, has more than ${LONGEST shr 20} MiB" +
        (if (place == Place.QUOTED) ": a quote is not closed there" else "") +
        "; mend it, and load again: what is before it is kept"
    )

  private fun skipByteOrderMark() {
    while (limit < BYTE_ORDER_MARK.size && read()) {
      // a few bytes can come one by one
    }
    if (BYTE_ORDER_MARK.indices.all { it < limit && buffer[it] == BYTE_ORDER_MARK[it] }) {
      start = BYTE_ORDER_MARK.size
      scanned = start
      offset += start
    }
  }

  override fun close() = channel.close()

  private companion object {
    const val READ = 1 shl 20
    const val LONGEST = 1 shl 20
    const val NEWLINE = '\n'.code
    const val RETURN = '\r'.code
    const val QUOTE = '"'.code
    val BYTE_ORDER_MARK = byteArrayOf(0xEF.toByte(), 0xBB.toByte(), 0xBF.toByte())
  }
}
