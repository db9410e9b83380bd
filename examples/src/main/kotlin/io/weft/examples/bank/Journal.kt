package io.weft.examples.bank

import io.weft.kotlin.call
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Request
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.WRITE
import kotlin.io.path.createDirectories
import kotlin.io.path.exists
import kotlin.io.path.readBytes
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** What is asked of the journal of a bank. */
sealed interface Journal {
  /** Answered once the line is on the disk. */
  data class Append(val line: String) : Journal, Request<Int>

  /** Answered by all lines, in the order in which they were appended. */
  data object ReadAll : Journal, Request<List<String>>
}

/**
 * A journal in the files of [directory]. Each life of the process writes a file of its own, which
 * begins with how much of the one before it counts: a write that was under way when the process
 * ended, and reaches the disk after the next one has read it, is thus left out for good, as is a
 * line that was torn.
 */
fun journal(directory: Path): Blueprint<Journal> =
  server<Journal>("journal") {
    val (lines, file) = withContext(Dispatchers.IO) { JournalFiles(directory).open() }

    call { q: Journal.Append ->
      withContext(Dispatchers.IO) {
        val bytes = ByteBuffer.wrap("${q.line}\n".encodeToByteArray())
        while (bytes.hasRemaining()) file.write(bytes)
        file.force(false)
      }
      lines += q.line
      lines.size
    }
    call { _: Journal.ReadAll -> lines.toList() }
    onTerminate { file.close() } // a kill leaves that to the cleaner of files nobody holds
  }

private class JournalFiles(private val directory: Path) {
  private fun path(number: Int) = directory.resolve("%06d.journal".format(number))

  /** Returns the lines that count, and a new file for those to come. */
  fun open(): Pair<MutableList<String>, FileChannel> {
    directory.createDirectories()
    val last = generateSequence(1) { it + 1 }.first { !path(it + 1).exists() }
    val counts = HashMap<Int, Int>() // bytes of each file
    if (path(last).exists()) counts[last] = wholeLines(last)
    for (number in last downTo 2) counts[number - 1] = firstLine(number).toInt()
    val lines = (1..last).flatMap { lines(it, counts[it] ?: 0) }.toMutableList()

    val next = if (path(last).exists()) last + 1 else last
    val made = Files.createTempFile(directory, "new", ".part")
    Files.writeString(made, "${counts[next - 1] ?: 0}\n")
    Files.createLink(path(next), made) // fails if there is one: two lives may not write it
    Files.delete(made)
    val file = FileChannel.open(path(next), WRITE)
    file.position(file.size()).force(true)
    return lines to file
  }

  private fun wholeLines(number: Int) = path(number).readBytes().lastIndexOf('\n'.code.toByte()) + 1

  private fun firstLine(number: Int) =
    path(number).readBytes().decodeToString().lineSequence().first()

  private fun lines(number: Int, counts: Int): List<String> =
    if (counts == 0) emptyList()
    else path(number).readBytes().decodeToString(0, counts).lines().drop(1).dropLast(1)
}
