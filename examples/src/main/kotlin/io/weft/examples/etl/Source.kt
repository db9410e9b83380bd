package io.weft.examples.etl

import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.security.MessageDigest
import java.util.HexFormat

internal fun sha256(): MessageDigest = MessageDigest.getInstance("SHA-256")

/** A file to load, and how its records are read. */
internal class Source(val file: Path, val format: Format) {
  val size: Long = Files.size(file)

  /** How the file begins: what was written down of another file is of no use for this one. */
  val fingerprint: String = fingerprint(minOf(size, FINGERPRINTED))

  /** Whether a file that began so is this one, though it may have grown. */
  fun isSame(other: String): Boolean {
    val length = other.substringBefore(':').toLong()
    return length <= size && fingerprint(length) == other
  }

  private fun fingerprint(length: Long): String {
    val begin = Files.newInputStream(file).use { it.readNBytes(length.toInt()) }
    return "$length:" + HexFormat.of().formatHex(sha256().digest(begin))
  }

  /** Opens the file behind the header, or where loading it has stopped. */
  fun records(from: Position): Records {
    if (from.bytes > size) {
      throw EtlException("$file has $size bytes, but ${from.bytes} were loaded: is it the same?")
    }
    val channel = FileChannel.open(file)
    if (from.bytes in 1..<size && !endsLine(channel, from.bytes)) {
      channel.close()
      throw EtlException(
        "$file has grown within its record ${from.records}, which was loaded as it was: --again" +
          " loads it anew"
      )
    }
    val records = Records(channel, from, format.separator)
    if (from == Position.BEGIN && format.hasHeader) records.first()
    return records
  }

  /** Whether the byte before a place ends a line. */
  private fun endsLine(channel: FileChannel, place: Long): Boolean {
    val before = ByteBuffer.allocate(1)
    channel.read(before, place - 1)
    return before[0] == '\n'.code.toByte()
  }

  companion object {
    private const val FINGERPRINTED = 64L shl 10

    /**
     * @param columns what the fields are called; null for the header, or the names of the first
     *   object
     */
    fun csv(file: Path, separator: Char, columns: List<String>?): Source =
      Source(
        file,
        Csv(
          columns ?: names(file, separator, CsvParser(separator)::fields),
          separator,
          columns == null,
        ),
      )

    fun ndjson(file: Path, columns: List<String>?): Source =
      Source(file, Ndjson(columns ?: names(file, null) { Ndjson.parse(it).keys.toList() }))

    private fun first(file: Path, separator: Char?): Record {
      val records = Records(FileChannel.open(file), Position.BEGIN, separator)
      return records.use { it.first() } ?: throw EtlException("$file is empty")
    }

    /** The first record that is not empty: it tells what the fields are called. */
    private fun Records.first(): Record? = generateSequence(::next).find { it.bytes.isNotEmpty() }

    /** Reads what the fields are called from the [first] record that is not empty. */
    private fun names(file: Path, separator: Char?, parse: (String) -> List<String>): List<String> {
      val first = first(file, separator)
      try {
        return parse(textOf(first))
      } catch (misfit: Misfit) {
        throw EtlException(
          "$file: record ${first.number}, which tells what the fields are called, ${misfit.message}"
        )
      }
    }
  }
}
