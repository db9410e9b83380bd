package io.weft.dist.compression

import io.weft.wire.frame.CompressionAlgorithm
import java.util.EnumMap

/**
 * How a node compresses what it sends to other Weft nodes; given to it with
 * [io.weft.dist.DistOptions.Builder.compression]. Immutable.
 *
 * Two nodes compress for each other if both have such options and an algorithm in common, which
 * their handshake finds out: each uses the first of its own [algorithms] that the other has too.
 * Erlang nodes, and Weft nodes without, are spoken to as ever.
 *
 * Without them, the default, nothing is compressed: in one data centre a network carries more bytes
 * in a second than a core compresses. It pays where bytes are scarce or cost money. Who can put
 * text of his own beside a secret into one message, and see the size of what goes out, may guess
 * the secret from it, TLS or not (CRIME); no two messages are compressed together.
 *
 * What is sent is compressed frame by frame, a large message in parts of 64 KiB, and goes as it is
 * where that would not save a sixteenth. Order, and who overtakes whom, are the same as without. It
 * happens on the carrier that writes to the connection.
 *
 * A process may have what it sends compressed otherwise, or not at all:
 * [io.weft.node.Blueprint.compression]. Where only such processes are to compress, let
 * [thresholdBytes] be [Int.MAX_VALUE].
 */
public class CompressionOptions private constructor(from: Builder) {
  /** What is offered to peers, the preferred ones first. */
  public val algorithms: List<CompressionAlgorithm> = from.algorithms.toList()

  private val levels = EnumMap(from.levels)

  /** How large a frame is at least that is compressed, in bytes. */
  public val thresholdBytes: Int = from.thresholdBytes

  /** How much is done for size, in the algorithm's own numbers. */
  public fun level(algorithm: CompressionAlgorithm): Int =
    levels[algorithm] ?: Algorithms.defaultLevel(algorithm)

  override fun toString(): String =
    "CompressionOptions[${algorithms.joinToString { "$it at ${level(it)}" }}, from $thresholdBytes bytes]"

  /** Collects options; each setter returns this. */
  public class Builder internal constructor() {
    private var chosen: List<CompressionAlgorithm>? = null
    internal val levels = EnumMap<CompressionAlgorithm, Int>(CompressionAlgorithm::class.java)
    internal var thresholdBytes = DEFAULT_THRESHOLD_BYTES

    internal val algorithms: List<CompressionAlgorithm>
      get() = chosen ?: CompressionAlgorithm.entries.filter(Algorithms::isPresent)

    /**
     * Default: those that are there, Zstandard before deflate.
     *
     * @throws IllegalArgumentException if the library of one is not on the class path, or none is
     *   named
     */
    public fun algorithms(vararg algorithms: CompressionAlgorithm): Builder = apply {
      require(algorithms.isNotEmpty()) { "at least one algorithm is needed" }
      algorithms.forEach {
        require(Algorithms.isPresent(it)) {
          "$it takes ${Algorithms.library(it)} on the class path"
        }
      }
      chosen = algorithms.distinct()
    }

    /**
     * Default 1 for each: the fastest of deflate (up to 9), and the fastest but the negative ones
     * of Zstandard (-7 to 22).
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public fun level(algorithm: CompressionAlgorithm, level: Int): Builder = apply {
      val range = Algorithms.levels(algorithm)
      require(level in range) { "$algorithm has the levels $range, not $level" }
      levels[algorithm] = level
    }

    /**
     * Default 1024.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public fun thresholdBytes(bytes: Int): Builder = apply {
      require(bytes >= 0) { "thresholdBytes must not be negative, but is $bytes" }
      thresholdBytes = bytes
    }

    public fun build(): CompressionOptions = CompressionOptions(this)
  }

  public companion object {
    internal const val DEFAULT_THRESHOLD_BYTES = 1024

    @JvmStatic public fun builder(): Builder = Builder()
  }
}

/** Makes [CompressionOptions]. */
public fun compressionOptions(
  configure: CompressionOptions.Builder.() -> Unit = {}
): CompressionOptions = CompressionOptions.builder().apply(configure).build()
