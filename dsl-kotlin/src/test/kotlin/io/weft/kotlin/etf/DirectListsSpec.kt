package io.weft.kotlin.etf

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.filter
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import io.weft.etf.DecodeLimits
import io.weft.etf.Etf as ExternalTermFormat
import io.weft.etf.EtfDecoder
import io.weft.etf.EtfEncoder
import io.weft.etf.EtfOutput
import io.weft.kotlin.codecOf
import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import java.nio.ByteBuffer
import kotlinx.serialization.Serializable

private enum class Hue {
  Red,
  DarkBlue,
}

/** Of every form that has a direct way, and of some that have none. */
@Serializable
private data class Row(
  val sku: String,
  val amount: Long,
  val price: Double,
  val hue: Hue,
  val note: String? = null,
  val sold: Boolean = false,
  val berth: Berth = Berth(1, 'x'),
  val parts: List<Part> = emptyList(),
  val counts: List<Int> = emptyList(),
  val by: Map<String, Int> = emptyMap(),
  val of: Module = Module(null, 1.5f),
)

@Serializable @EtfRecord private data class Berth(val shelf: Int, val box: Char)

@Serializable
@EtfStruct("Shop.Module")
private data class Module(val name: String?, val size: Float)

@Serializable
private sealed interface Part {
  @Serializable data class Whole(val name: String, val weight: Short) : Part

  @Serializable data object Nothing : Part

  @Serializable @EtfMap data class Many(val zebra: Byte, val ant: Byte) : Part

  @Serializable @EtfStruct("Shop.Piece") data class Piece(val name: String) : Part
}

@Serializable private data class Odd(val small: UInt, @EtfRest val rest: Map<String, Int>)

@Serializable
private data class Checked(val amount: Int) {
  init {
    require(amount >= 0) { "an amount must not be negative" }
  }
}

private val parts =
  arbitrary<Part> {
    when (Arb.int(0..3).bind()) {
      0 -> Part.Whole(Arb.string().bind(), 7)
      1 -> Part.Nothing
      2 -> Part.Many(1, 2)
      else -> Part.Piece(Arb.string(0..3).bind())
    }
  }

private val rows = arbitrary {
  Row(
    Arb.string().bind(),
    Arb.long().bind(),
    Arb.double().filter { it.isFinite() }.bind(),
    Arb.enum<Hue>().bind(),
    if (Arb.boolean().bind()) Arb.string().bind() else null,
    Arb.boolean().bind(),
    Berth(Arb.int().bind(), 'y'),
    Arb.list(parts, 0..3).bind(),
    Arb.list(Arb.int(-1..300), 0..3).bind(),
    Arb.list(Arb.string(0..2), 0..3).bind().associateWith { it.length },
    Module(if (Arb.boolean().bind()) "m" else null, 2.5f),
  )
}

/** The bytes of a frame with an atom cache, and what comes of them at the other end. */
private class Wire {
  val atoms = ArrayList<Atom>()

  fun write(term: Term): List<Byte> {
    val out = EtfOutput()
    val index = { atom: Atom ->
      atoms.indexOf(atom).takeIf { it >= 0 } ?: atoms.size.also { atoms.add(atom) }
    }
    EtfEncoder(out, index).term(term)
    return out.toByteArray().toList()
  }

  fun read(bytes: List<Byte>): ListTerm =
    EtfDecoder(ByteBuffer.wrap(bytes.toByteArray()), DecodeLimits.DEFAULT, atoms).term() as ListTerm
}

private fun batchOf(vararg terms: String): ListTerm =
  ListTerm.of(*(terms.map { Term.parse(it) } + List(9) { Term.parse(terms[0]) }).toTypedArray())

/** As it came from a peer. */
private fun received(vararg terms: String): ListTerm =
  (ExternalTermFormat.decode(ExternalTermFormat.encode(batchOf(*terms))) as ListTerm).also {
    it.late().shouldNotBeNull()
  }

class DirectListsSpec :
  FunSpec({
    test("a list of values is, byte for byte, the list of their terms, and the reverse") {
      val codec = codecOf<Row>()
      checkAll(200, Arb.list(rows, 0..20)) { values ->
        val terms = ListTerm.of(*values.map(codec::encode).toTypedArray())
        val direct = codec.encodeAll(values)
        val wire = Wire()
        val bytes = wire.write(direct)
        bytes shouldBe wire.write(terms)
        codec.decodeAll(wire.read(bytes)) shouldBe values
        direct shouldBe terms
        codec.decodeAll(direct) shouldBe values
        codec.decodeAll(terms) shouldBe values
      }
    }

    test("so are cases, texts, arrays of bytes, numbers and entries of an enum") {
      checkAll(50, Arb.list(parts, 8..20)) { roundTrip(codecOf<Part>(), it) shouldBe it }
      checkAll(50, Arb.list(Arb.string(), 8..20)) { roundTrip(codecOf<String>(), it) shouldBe it }
      checkAll(50, Arb.list(Arb.int(), 8..20)) { roundTrip(codecOf<Int>(), it) shouldBe it }
      checkAll(50, Arb.list(Arb.enum<Hue>(), 8..20)) { roundTrip(codecOf<Hue>(), it) shouldBe it }
      val arrays = List(9) { ByteArray(it) { i -> i.toByte() } }
      roundTrip(codecOf<ByteArray>(), arrays).map { it.toList() } shouldBe
        arrays.map { it.toList() }
    }

    test("what has no direct way takes that of terms") {
      val odd = List(12) { Odd(UInt.MAX_VALUE - it.toUInt(), mapOf("a$it" to it)) }
      roundTrip(codecOf<Odd>(), odd) shouldBe odd
      val values = List(12) { if (it % 2 == 0) Terms.atom("a") else Terms.integer(it.toLong()) }
      roundTrip(codecOf(Etf, TermSerializer), values) shouldBe values
    }

    test("a text that looks like one with half a pair is a text") {
      val texts = listOf("?", "really?", "\uD83D\uDE00?", "ä?", "\uFFFD").let { it + it }
      roundTrip(codecOf<String>(), texts) shouldBe texts
    }

    test(
      "a friend may write fields in another order, leave out defaults, and integers for floats"
    ) {
      val codec = codecOf<Row>()
      val short = "#{hue => dark_blue, price => 2, sku => \"list\", amount => 3}"
      val values = codec.decodeAll(received(short))
      values.size shouldBe 10
      values.forEach { it shouldBe Row("list", 3, 2.0, Hue.DarkBlue) }
    }

    test("of an event that does not fit it is told which, where, and what was expected") {
      val codec = codecOf<Berth>()
      fun refused(vararg terms: String): String? =
        shouldThrow<TermMappingException> { codec.decodeAll(received(*terms)) }.message
      val good = "{berth, 1, 120}"
      refused(good, good, "{berth, <<\"x\">>, 120}") shouldContain
        "[2] of 12: $.shelf: expected an integer"
      refused(good, "{berth, 5000000000, 120}") shouldContain
        "[1] of 11: $.shelf: expected an integer of"
      refused(good, "{plaice, 1, 120}") shouldContain "[1] of 11: $: expected a tuple tagged berth"
      refused(good, "{berth, 1}") shouldContain "[1] of 11: $: expected 2 fields of berth"
      refused(good, "[a]") shouldContain "[1] of 11"
    }

    test("it is the same as of the terms alone") {
      val codec = codecOf<Row>()
      val row = Row("x", 1, 1.0, Hue.Red)
      val good = codec.encode(row).toString()
      val bad =
        listOf(
          "#{}",
          "#{extra => 1}",
          "[]",
          "undefined",
          good.replace("red", "green"),
          good.replace("false", "maybe"),
          good.replace("amount=>1", "amount=>18446744073709551616"),
          good.replace("price=>1.0", "price=>nothing"),
          good.replace("<<\"x\">>", "<<255>>"),
          good.replace("{berth,1,120}", "{berth,1,70000}"),
        )
      for (each in bad) {
        val list = received(good, each)
        val message = shouldThrow<TermMappingException> { codec.decodeAll(list) }.message
        val alone = shouldThrow<TermMappingException> { codec.decode(Term.parse(each)) }.message
        message shouldBe "[1] of 11: $alone"
      }
    }

    test("a value without a form is told with its number") {
      val codec = codecOf<Row>()
      val values = List(9) { Row("x", 1, if (it == 4) Double.NaN else 1.0, Hue.Red) }
      shouldThrow<TermMappingException> { codec.encodeAll(values) }.message shouldBe
        "[4] of 9: $.price: NaN is no float of Erlang"
      shouldThrow<TermMappingException> { codecOf<String>().encodeAll(List(9) { "\uD83D" }) }
        .message shouldContain "[0] of 9: $: text with half of a surrogate pair"
    }

    test("what a constructor refuses is a misfit") {
      val list = received("#{amount => 1}", "#{amount => -1}")
      shouldThrow<TermMappingException> { codecOf<Checked>().decodeAll(list) }.message shouldContain
        "an amount must not be negative"
    }
  })

private fun <P : Any> roundTrip(codec: TermCodec<P>, values: List<P>): List<P> {
  val terms = ListTerm.of(*values.map(codec::encode).toTypedArray())
  val wire = Wire()
  val bytes = wire.write(codec.encodeAll(values))
  bytes shouldBe wire.write(terms)
  return codec.decodeAll(wire.read(bytes))
}
