package io.weft.stage.io

import io.weft.node.Blueprint
import io.weft.stage.ConsumerScope
import io.weft.stage.Consumes
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.graph.Inlet
import io.weft.stage.graph.Taken
import io.weft.stage.graph.completesWithProducers
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.channels.WritableByteChannel
import java.nio.file.Path
import java.nio.file.StandardOpenOption.APPEND
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.WRITE
import kotlin.reflect.typeOf
import kotlinx.coroutines.job

/** When what was written is safe. */
public enum class Flush {
  /**
   * The operating system has it before more events are asked for: a crash of this JVM loses none.
   */
  WRITTEN,

  /** The disk has it before more events are asked for: slow. */
  FORCED,
}

/**
 * Returns a stage that adds events as lines, in UTF-8 with `\n`, to the end of a file, which is
 * made if there is none. Writes beside the carriers, a batch at once, and asks for more when that
 * is done; when writing fails, so does the stage. A line that was cut off by a crash stays as it
 * is.
 */
public fun writeLines(file: Path, flush: Flush): Inlet<String> =
  writeLines("writes ${file.fileName}", flush) { FileChannel.open(file, CREATE, WRITE, APPEND) }

/**
 * Returns a stage that writes events as lines to a channel, of a file, a pipe or a socket, which
 * [open] returns in each life of the stage.
 */
public fun writeLines(
  label: String,
  flush: Flush,
  open: () -> WritableByteChannel,
): Inlet<String> = Inlet { before ->
  Taken.BY_DEFAULT.planted(this, before, label) { name, subscribe ->
    GenStage.writingLines(name, flush, open) {
      completesWithProducers {}
      subscribe()
    }
  }
}

/**
 * Returns a blueprint of a consumer that writes lines, for those who subscribe it themselves: see
 * [writeLines].
 *
 * @param options told last in the body: subscriptions, for one
 */
public fun GenStage.writingLines(
  label: String,
  flush: Flush,
  open: () -> WritableByteChannel,
  options: ConsumerScope<String, Consumes<String>>.() -> Unit,
): Blueprint<Consumes<String>> =
  consumer(label, StageTypes(typeOf<String>(), null)) {
    val node = self.node()
    val channel = openBeside(node, label, open)
    coroutineContext.job.invokeOnCompletion { closeBeside(node, label, channel) }
    onEvents { lines, _ -> beside(node, label) { write(channel, lines, flush) } }
    options()
  }

private fun write(channel: WritableByteChannel, lines: List<String>, flush: Flush) {
  val text = lines.joinToString("\n", postfix = "\n")
  val bytes = ByteBuffer.wrap(text.toByteArray(Charsets.UTF_8))
  while (bytes.hasRemaining()) channel.write(bytes)
  if (flush == Flush.FORCED && channel is FileChannel) channel.force(false)
}
