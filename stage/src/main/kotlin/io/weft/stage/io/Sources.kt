package io.weft.stage.io

import io.weft.node.Blueprint
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.graph.EmitScope
import io.weft.stage.graph.Emitting
import io.weft.stage.graph.Outlet
import java.nio.channels.FileChannel
import java.nio.channels.ReadableByteChannel
import java.nio.file.Path
import kotlin.reflect.typeOf

/** How long a line may be if not told: a mebibyte. */
public const val LONGEST_LINE: Int = 1 shl 20

/**
 * Returns a stage that emits the lines of a file: see the other [lines].
 *
 * ```
 * lines(Path.of("orders.csv")) into transform("parse", ::parse) into ..
 * ```
 */
public fun lines(file: Path): Outlet<String> =
  lines("lines of ${file.fileName}", LONGEST_LINE) { FileChannel.open(file) }

/**
 * Returns a stage that emits the lines that come from a channel, of a file, a pipe or a socket, in
 * UTF-8, and without their ends, `\n` or `\r\n`. Bytes that are no UTF-8 become U+FFFD.
 *
 * It reads beside the carriers, and only while a line is wanted and none is there; at most 8 KiB at
 * once, and a line is emitted as soon as its end has come. At the end of the channel the stage is
 * done; when reading fails, so does the stage. A channel that blocks is closed when the stage ends.
 *
 * @param label what logs and reports call it
 * @param longest how many bytes a line may have: a longer one fails the stage
 * @param open run beside the carriers in each life of the stage: a file is read from its beginning
 *   again
 */
public fun lines(label: String, longest: Int, open: () -> ReadableByteChannel): Outlet<String> =
  Outlet { followers ->
    listOf(stage(GenStage.lines(label, longest, { dispatcher(followers.dispatching()) }, open)))
  }

/** Returns a stage that emits the bytes of a file: see the other [bytes]. */
public fun bytes(file: Path, most: Int): Outlet<ByteArray> =
  bytes("bytes of ${file.fileName}", most) { FileChannel.open(file) }

/**
 * Returns a stage that emits the bytes that come from a channel, in events of one byte at least and
 * [most] bytes at most. It reads once for each event that is wanted, beside the carriers; all else
 * is as with [lines].
 */
public fun bytes(label: String, most: Int, open: () -> ReadableByteChannel): Outlet<ByteArray> =
  Outlet { followers ->
    listOf(stage(GenStage.bytes(label, most, { dispatcher(followers.dispatching()) }, open)))
  }

/**
 * Returns a blueprint of a producer of lines, for those who subscribe themselves: see [lines].
 *
 * @param options told first in the body
 */
public fun GenStage.lines(
  label: String,
  longest: Int,
  options: ProducerScope<String, Produces<String>>.() -> Unit,
  open: () -> ReadableByteChannel,
): Blueprint<Produces<String>> {
  require(longest > 0) { "a line has some bytes, not $longest" }
  return producer(label, StageTypes(typeOf<String>(), null)) {
    options()
    emitting { emitRead(open) { Lines(it, longest) } }
  }
}

/** Returns a blueprint of a producer of bytes, for those who subscribe themselves: see [bytes]. */
public fun GenStage.bytes(
  label: String,
  most: Int,
  options: ProducerScope<ByteArray, Produces<ByteArray>>.() -> Unit,
  open: () -> ReadableByteChannel,
): Blueprint<Produces<ByteArray>> {
  require(most > 0) { "an event has some bytes, not $most" }
  return producer(label, StageTypes(typeOf<ByteArray>(), null)) {
    options()
    emitting { emitRead(open) { Chunks(it, most) } }
  }
}

private fun <E : Any> ProducerScope<E, Produces<E>>.emitting(
  code: suspend EmitScope<E>.() -> Unit
) = Emitting(this).begin(code)
