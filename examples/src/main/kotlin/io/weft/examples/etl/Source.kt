package io.weft.examples.etl

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
    val records = Records(FileChannel.open(file), from, format.separator)
    if (from == Position.BEGIN && format.hasHeader) records.next()
    return records
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
          columns ?: CsvParser(separator).fields(first(file, separator)),
          separator,
          columns == null,
        ),
      )

    fun ndjson(file: Path, columns: List<String>?): Source =
      Source(file, Ndjson(columns ?: Ndjson.parse(first(file, null)).keys.toList()))

    private fun first(file: Path, separator: Char?): String {
      val records = Records(FileChannel.open(file), Position.BEGIN, separator)
      val first = records.use { it.next() } ?: throw EtlException("$file is empty")
      return textOf(first)
    }
  }
}
