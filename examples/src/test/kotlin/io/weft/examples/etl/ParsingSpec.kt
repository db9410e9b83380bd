package io.weft.examples.etl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.math.BigDecimal

private val CSV = Csv(listOf("id", "price", "gift", "note"), ',', true)
private val TYPES =
  mapOf("id" to ColumnType.INTEGER, "price" to ColumnType.DECIMAL, "gift" to ColumnType.BOOLEAN)

private fun parse(bytes: ByteArray, format: Format = CSV): Loaded {
  val types = TYPES.filterKeys { it in format.names }
  val columns = Parsing.table("t", format, null, types).columns
  return Parsing(format, null, columns).load(Record(7, bytes, 100))
}

private fun values(text: String, format: Format = CSV) =
  parse(text.toByteArray(), format).shouldBeInstanceOf<Row>().values

private fun why(text: String, format: Format = CSV) = why(text.toByteArray(), format)

private fun why(bytes: ByteArray, format: Format = CSV): String {
  val reject = parse(bytes, format).shouldBeInstanceOf<Reject>()
  reject.number shouldBe 7
  return reject.why
}

class ParsingSpec :
  FunSpec({
    test("fields become what their columns are") {
      values("1,2.50,yes,\"a \"\"b\"\", c\"") shouldBe
        listOf(1L, BigDecimal("2.50"), true, "a \"b\", c")
      values("-1,1e3,F,") shouldBe listOf(-1L, BigDecimal("1000"), false, "")
      values(",,,x") shouldBe listOf(null, null, null, "x")
    }

    test("what does not fit is kept with the reason") {
      why("1,2,yes") shouldBe "has 3 fields, and should have 4"
      why("x,2,yes,") shouldBe "id is no integer: x"
      why("99999999999999999999,2,yes,") shouldContain "id is no integer"
      why("1,1e999999,yes,") shouldContain "price is no decimal"
      why("1,2,maybe,") shouldBe "gift is no boolean: maybe"
      why("1,2,yes,a\u0000b") shouldContain "note has a NUL in it"
      why("1,2,yes,a\rb") shouldContain "an end of line outside of quotes"
      why("1,2,yes,\"a\"b") shouldBe
        "is no CSV: Unexpected character after closing quote: 'b' (0x62)"
      why(byteArrayOf(0x31, 0xFF.toByte())) shouldBe "is not UTF-8"
    }

    test("what is in quotes to the end of the file is no row, also if its fields are as many") {
      val rest = Record(7, "1,2,yes,\"a\n3,4,yes,b".toByteArray(), 100, isOpen = true)
      val columns = Parsing.table("t", CSV, null, mapOf()).columns
      Parsing(CSV, null, columns).load(rest).shouldBeInstanceOf<Reject>().why shouldBe
        "has a quote that is not closed"
    }

    test("a JSON object is a record, whatever the order of its fields") {
      val ndjson = Ndjson(listOf("id", "tags", "note"))
      values("""{"note": "n", "id": 5, "tags": ["a", 1]}""", ndjson) shouldBe
        listOf(5L, """["a",1]""", "n")
      values("""{"id": null}""", ndjson) shouldBe listOf(null, null, null)
      why("""{"id": 1, "other": 2}""", ndjson) shouldContain "'other', which is no column"
      why("""[1]""", ndjson) shouldBe "is no JSON object"
      why("""{"id": """, ndjson) shouldContain "is no JSON"
      why("""{"note": "\ud800"}""", ndjson) shouldBe "note has half a character in it"
    }

    test("a value that JSON has not is none, however deep it is") {
      val ndjson = Ndjson(listOf("id", "tags"))
      why("""{"id": nul}""", ndjson) shouldBe "is no JSON: nul is no value"
      why("""{"tags": [1, {"a": 01}]}""", ndjson) shouldBe "is no JSON: 01 is no value"
      values("""{"id": 7, "tags": [true, null, -1.5e-7]}""", ndjson) shouldBe
        listOf(7L, "[true,null,-1.5e-7]")
    }

    test("what is nested so deep that it would take a stack apart is no row") {
      val ndjson = Ndjson(listOf("id", "tags"))
      fun nested(levels: Int) = """{"tags": ${"[".repeat(levels)}${"]".repeat(levels)}}"""
      why(nested(100_000), ndjson) shouldBe "is nested deeper than 200 levels"
      values(nested(199), ndjson) shouldBe listOf(null, "[".repeat(199) + "]".repeat(199))
      values("""{"tags": "\"${"[".repeat(500)}"}""", ndjson) shouldBe
        listOf(null, "\"" + "[".repeat(500))
    }

    test("a table that no database could hold is refused with what to do") {
      fun table(vararg names: String) = Table("t", names.map { Column(it, ColumnType.TEXT) })
      shouldThrow<EtlException> { table("a", "A") }.message shouldContain "more than one column"
      shouldThrow<EtlException> { table("a", "") }.message shouldContain "column 2 has no name"
      shouldThrow<EtlException> { table("_line") }.message shouldContain "rename it"
      shouldThrow<EtlException> { table("x".repeat(64)) }.message shouldContain "63 bytes at most"
      shouldThrow<EtlException> { Table("a b", listOf()) }.message shouldContain
        "no name for a table"
    }
  })
