package io.weft.examples.etl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.deleteIfExists
import kotlin.io.path.writeBytes

private fun <T> withFile(content: ByteArray, test: (Path) -> T): T {
  val file = Files.createTempFile("records", ".csv")
  try {
    file.writeBytes(content)
    return test(file)
  } finally {
    file.deleteIfExists()
  }
}

private fun records(content: ByteArray, separator: Char? = ',', from: Position = Position.BEGIN) =
  withFile(content) { file ->
    Records(FileChannel.open(file), from, separator).use { generateSequence(it::next).toList() }
  }

private fun texts(content: String, separator: Char? = ',') =
  records(content.toByteArray(), separator).map { String(it.bytes) }

class RecordsSpec :
  FunSpec({
    test("a record is a line, the last one also without its end") {
      texts("a,b\nc,d\r\n\ne").shouldContainExactly("a,b", "c,d", "", "e")
      texts("a\n").shouldContainExactly("a")
      texts("").shouldContainExactly()
    }

    test("a field in quotes may hold ends of lines, separators and quotes") {
      texts("1,\"a\nb\",x\n2,\"say \"\"hi\"\"\n\",y\n3")
        .shouldContainExactly("1,\"a\nb\",x", "2,\"say \"\"hi\"\"\n\",y", "3")
    }

    test("a quote within a field is one like any other character") {
      texts("5\" pipe,x\n6,y").shouldContainExactly("5\" pipe,x", "6,y")
    }

    test("where lines are records quotes mean nothing") {
      texts("{\"a\": \"\n\"}", null).shouldContainExactly("{\"a\": \"", "\"}")
    }

    test("a mark of byte order is none of the first record") {
      val marked = byteArrayOf(0xEF.toByte(), 0xBB.toByte(), 0xBF.toByte()) + "a\nb".toByteArray()
      val read = records(marked)
      read.map { String(it.bytes) }.shouldContainExactly("a", "b")
      read.map { it.next } shouldBe listOf(Position(5, 1), Position(6, 2))
    }

    test("reading goes on behind any record as if it had not stopped") {
      val content =
        List(300) { "$it,\"${"line\n".repeat(it % 4)}\"" }.joinToString("\n").toByteArray()
      val all = records(content)
      for (i in listOf(0, 1, 150, 299)) {
        val rest = records(content, from = all[i].next)
        rest.map { it.number } shouldBe all.drop(i + 1).map { it.number }
        rest.map { String(it.bytes) } shouldBe all.drop(i + 1).map { String(it.bytes) }
      }
    }

    test("records that are longer than what is read at once come whole") {
      val long = "x".repeat(900_000)
      texts("$long\n$long\na\n$long").shouldContainExactly(long, long, "a", long)
    }

    test("a record that is too long is refused, wherever it begins") {
      val long = "x".repeat((1 shl 20) + 1)
      for (before in listOf("", "a\n", "a\n".repeat(300_000))) {
        shouldThrow<EtlException> { texts("$before$long\nb") }.message shouldContain
          "begins at byte ${before.length}, has more than 1 MiB"
      }
    }

    test("a record that ends with the file within quotes is known to be open") {
      fun last(content: String, separator: Char? = ',') =
        records(content.toByteArray(), separator).last()
      last("1,\"a\n2,b\n").isOpen shouldBe true
      last("1,\"a\n2,b\"").isOpen shouldBe false
      last("1,a").isOpen shouldBe false
      last("{\"a", null).isOpen shouldBe false
    }

    test("a quote that is never closed is told with its place") {
      val content = "a,b\n1,\"" + "x\n".repeat(3 shl 20)
      shouldThrow<EtlException> { texts(content) }
        .message
        .orEmpty()
        .let {
          it shouldContain "record 2, which begins at byte 4"
          it shouldContain "a quote is not closed"
        }
    }
  })
