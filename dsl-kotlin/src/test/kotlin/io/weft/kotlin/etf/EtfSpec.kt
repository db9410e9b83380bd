package io.weft.kotlin.etf

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.constant
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.numericDouble
import io.kotest.property.arbitrary.of
import io.kotest.property.arbitrary.orNull
import io.kotest.property.arbitrary.string
import io.kotest.property.arbitrary.uLong
import io.kotest.property.checkAll
import io.weft.mapping.NamingStrategy
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import kotlinx.serialization.Contextual
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.decodeFromByteArray
import kotlinx.serialization.encodeToByteArray
import kotlinx.serialization.modules.SerializersModule
import kotlinx.serialization.modules.polymorphic
import kotlinx.serialization.modules.subclass
import kotlinx.serialization.serializer

@Serializable
enum class Speed {
  SLOW,
  VeryFast,
}

@Serializable data class Item(val sku: String, val unitPrice: Double = 1.5)

@Serializable
sealed interface Shape {
  @Serializable data class Circle(val radius: Int) : Shape

  @Serializable data class Box(val width: Int, val height: Int = 1) : Shape

  @Serializable data object Point : Shape

  @Serializable @SerialName("geometry.Poly") data class Polygon(val corners: List<Place>) : Shape

  @Serializable @JvmInline value class Label(val text: String) : Shape

  @Serializable
  enum class Named : Shape {
    UnitSquare
  }
}

@Serializable @EtfTuple data class Place(val x: Int, val y: Int = 0)

@Serializable
data class Order(
  val id: ULong,
  val items: List<Item>,
  val shapes: Map<String, Shape>,
  val note: String? = null,
)

@Serializable
data class Owner(
  @Serializable(with = PidSerializer::class) val pid: Pid,
  @Contextual val extra: Term,
)

@Serializable data class Nest(val inner: Nest? = null)

interface Plugin

@Serializable data class Wasm(val size: Int) : Plugin

@Serializable
data class Slots(@Contextual val first: Term, val plugin: @kotlinx.serialization.Polymorphic Plugin)

private fun term(text: String): Term = Term.parse(text)

private inline fun <reified T> bothWays(value: T, form: String) {
  Etf.encodeToTerm(value) shouldBe term(form)
  Etf.decodeFromTerm<T>(term(form)) shouldBe value
  Etf.decodeFromByteArray<T>(Etf.encodeToByteArray(value)) shouldBe value
}

private inline fun <reified T> refusal(form: String): String =
  shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<T>(term(form)) }.message.orEmpty()

class EtfSpec :
  FunSpec({
    context("forms") {
      test("numbers") {
        bothWays(5, "5")
        bothWays(Long.MIN_VALUE, "-9223372036854775808")
        bothWays(ULong.MAX_VALUE, "18446744073709551615")
        bothWays(200.toUByte(), "200")
        bothWays('a', "97")
        bothWays(1.5, "1.5")
        bothWays(0.25f, "0.25")
        Etf.decodeFromTerm<Double>(term("3")) shouldBe 3.0
      }

      test("booleans, text and bytes") {
        bothWays(true, "true")
        bothWays("grün", "<<\"grün\"/utf8>>")
        Etf.decodeFromTerm<String>(term("\"abc\"")) shouldBe "abc"
        Etf.decodeFromTerm<String>(term("[]")) shouldBe ""
        Etf.encodeToTerm(byteArrayOf(1, -1)) shouldBe term("<<1,255>>")
        Etf.decodeFromTerm<ByteArray>(term("<<1,255>>")) shouldBe byteArrayOf(1, -1)
      }

      test("null and Unit") {
        bothWays<String?>(null, "undefined")
        Etf.decodeFromTerm<String?>(term("nil")) shouldBe null
        bothWays(Unit, "ok")
      }

      test("collections") {
        bothWays(listOf(1, 2), "[1,2]")
        bothWays(setOf("a"), "[<<\"a\">>]")
        bothWays(mapOf(1 to true, 2 to false), "#{1 => true, 2 => false}")
        bothWays(1 to "b", "{1,<<\"b\">>}")
        bothWays(listOf<Int?>(1, null), "[1,undefined]")
      }

      test("enums in snake_case") {
        bothWays(Speed.SLOW, "slow")
        bothWays(Speed.VeryFast, "very_fast")
      }

      test("cases of a sealed hierarchy") {
        bothWays<Shape>(Shape.Circle(5), "{circle,5}")
        bothWays<Shape>(Shape.Box(2, 3), "{box,2,3}")
        bothWays<Shape>(Shape.Point, "point")
        bothWays<Shape>(Shape.Polygon(listOf(Place(1, 2))), "{poly,[{1,2}]}")
        bothWays<Shape>(Shape.Label("x"), "{label,<<\"x\">>}")
        bothWays<Shape>(Shape.Named.UnitSquare, "{named,unit_square}")
        bothWays<List<Shape?>>(listOf(Shape.Point, null), "[point,undefined]")
      }

      test("classes outside of hierarchies") {
        bothWays(Item("x", 2.0), "#{sku => <<\"x\">>, unit_price => 2.0}")
        bothWays(Place(3, 4), "{3,4}")
        bothWays(
          Order(7u, listOf(Item("x")), mapOf("a" to Shape.Circle(1))),
          "#{id => 7, items => [#{sku => <<\"x\">>, unit_price => 1.5}], shapes => #{<<\"a\">> => {circle,1}}, note => undefined}",
        )
      }

      test("terms inside of classes") {
        val owner = Owner(Pid(Atom.of("a@h"), 1, 2, 3), term("{x,[1|2]}"))
        Etf.decodeFromTerm<Owner>(Etf.encodeToTerm(owner)) shouldBe owner
        Etf.encodeToTerm<Term>(term("{a,1}")) shouldBe term("{a,1}")
        Etf.decodeFromTerm<Atom>(term("a")) shouldBe Atom.of("a")
      }

      test("subclasses that a module registers") {
        val etf = Etf {
          serializersModule = SerializersModule {
            polymorphic(Plugin::class) { subclass(Wasm::class) }
          }
        }
        val value = Slots(term("1"), Wasm(3))
        etf.encodeToTerm(value) shouldBe term("#{first => 1, plugin => {wasm,3}}")
        etf.decodeFromTerm<Slots>(etf.encodeToTerm(value)) shouldBe value
      }
    }

    context("missing and unknown") {
      test("a field with a default may be missing") {
        Etf.decodeFromTerm<Item>(term("#{sku => <<\"x\">>}")) shouldBe Item("x")
        Etf.decodeFromTerm<Place>(term("{3}")) shouldBe Place(3)
        Etf.decodeFromTerm<Shape>(term("{box,3}")) shouldBe Shape.Box(3)
      }

      test("a field without a default may not") {
        refusal<Item>("#{}") shouldBe "$: key sku is missing"
        refusal<Shape>("box") shouldContain "expected 1 to 2 fields of box"
      }

      test("an unknown key is an error unless it is to be ignored") {
        val form = "#{sku => <<\"x\">>, colour => red}"
        refusal<Item>(form) shouldBe "$: unknown key colour, expected only sku, unit_price"
        Etf { ignoreUnknownKeys = true }.decodeFromTerm<Item>(term(form)) shouldBe Item("x")
      }
    }

    context("refusals say where, what was expected and what was found") {
      test("in a nested value") {
        val form = "#{id => 1, items => [#{sku => <<\"x\">>}, #{sku => {a,b}}], shapes => #{}}"
        refusal<Order>(form) shouldBe "$.items[1].sku: expected a string, found {a,b}"
        refusal<Order>("#{id => 1, items => [], shapes => #{<<\"k\">> => {circle,x}}}") shouldBe
          "$.shapes[<<\"k\">>].radius: expected an integer, found x"
      }

      test("of a number out of range") {
        refusal<Byte>("128") shouldBe "$: expected an integer of -128 to 127, found 128"
        refusal<UByte>("-1") shouldBe "$: expected an integer of 0 to 255, found -1"
        refusal<Long>("9223372036854775808") shouldContain "found 9223372036854775808"
        shouldThrow<EtfSerializationException> { Etf.encodeToTerm(Double.NaN) }
          .message shouldContain "NaN"
      }

      test("of a wrong kind") {
        refusal<Int>("1.0") shouldBe "$: expected an integer, found 1.0"
        refusal<Boolean>("yes") shouldBe "$: expected true or false, found yes"
        refusal<Speed>("medium") shouldBe "$: expected one of slow, very_fast, found medium"
        refusal<List<Int>>("[1|2]") shouldBe "$: expected a list, found [1|2]"
        refusal<String>("<<255>>") shouldContain "expected text in UTF-8"
        refusal<Pair<Int, Int>>("{1}") shouldContain "expected 2 fields of pair"
        refusal<Shape>("{star,1}") shouldBe
          "$: expected one of box, circle, label, named, point, poly, found {star,1}"
        refusal<Atom>("1") shouldBe "$: expected an atom, found 1"
      }

      test("of bytes that are no term") {
        shouldThrow<EtfSerializationException> { Etf.decodeFromByteArray<Int>(byteArrayOf(1)) }
          .path shouldBe "$"
      }

      test("of a term nested too deeply, without overflowing the stack") {
        val deep =
          (1..10_000).fold(Atom.UNDEFINED as Term) { inner, _ ->
            Terms.map(Atom.of("inner"), inner)
          }
        shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<Nest>(deep) }
          .message shouldContain "nested deeper"
      }
    }

    context("round trips") {
      val text = Arb.string(0..12)
      val shape: Arb<Shape> =
        Arb.choice(
          Arb.int().map { Shape.Circle(it) },
          Arb.bind(Arb.int(), Arb.int()) { w, h -> Shape.Box(w, h) },
          Arb.constant(Shape.Point),
          Arb.list(Arb.bind(Arb.int(), Arb.int()) { x, y -> Place(x, y) }, 0..4).map {
            Shape.Polygon(it)
          },
          text.map { Shape.Label(it) },
        )

      test("of whole values, as terms and as bytes") {
        val order =
          Arb.bind(
            Arb.uLong(),
            Arb.list(Arb.bind(text, Arb.numericDouble()) { sku, price -> Item(sku, price) }, 0..4),
            Arb.map(text, shape, maxSize = 4),
            text.orNull(),
          ) { id, items, shapes, note ->
            Order(id, items, shapes, note)
          }
        checkAll(300, order) { value ->
          Etf.decodeFromTerm<Order>(Etf.encodeToTerm(value)) shouldBe value
          Etf.decodeFromByteArray<Order>(Etf.encodeToByteArray(value)) shouldBe value
        }
      }

      test("of simple values") {
        checkAll<Long>(200) { Etf.decodeFromTerm<Long>(Etf.encodeToTerm(it)) shouldBe it }
        checkAll(200, text) { Etf.decodeFromTerm<String>(Etf.encodeToTerm(it)) shouldBe it }
        checkAll(200, Arb.byteArray(Arb.int(0..20), Arb.byte())) {
          Etf.decodeFromTerm<ByteArray>(Etf.encodeToTerm(it)) shouldBe it
        }
      }
    }

    test("no term, however odd, does anything else to a decoder than be decoded or refused") {
      checkAll(2_000, arbitraryTerm(depth = 3)) { term ->
        val fits =
          listOf(
              serializer<Order>(),
              serializer<Shape>(),
              serializer<List<Place>>(),
              serializer<Map<String, Int?>>(),
            )
            .count { type -> runCatching { Etf.decodeFromTerm(type, term) }.isDecodedOrRefused() }
        fits shouldBe 4
      }
    }

    test("names in snake_case") {
      listOf("addItem", "AddItem", "VERY_FAST", "HTTPPort", "x", "userID", "v2Get")
        .map(NamingStrategy.SNAKE_CASE::nameOf) shouldBe
        listOf("add_item", "add_item", "very_fast", "http_port", "x", "user_id", "v2_get")
    }
  })

private fun Result<*>.isDecodedOrRefused() =
  isSuccess || exceptionOrNull() is EtfSerializationException

/** Terms that often are nearly what the classes above look like. */
private fun arbitraryTerm(depth: Int): Arb<Term> {
  val atoms =
    Arb.of(
        "circle",
        "box",
        "point",
        "poly",
        "label",
        "named",
        "id",
        "items",
        "shapes",
        "sku",
        "nil",
      )
      .map(Atom::of)
  val leaves: Arb<Term> =
    Arb.choice(
      atoms,
      Arb.int().map { Terms.integer(it.toLong()) },
      Arb.numericDouble().map { Terms.flt(it) },
      Arb.string(0..3).map { Terms.binary(it) },
      Arb.byteArray(Arb.int(0..3), Arb.byte()).map { Terms.binary(it) },
    )
  if (depth == 0) return leaves
  val inner = arbitraryTerm(depth - 1)
  return Arb.choice(
    leaves,
    Arb.list(inner, 0..3).map { ListTerm(it) },
    Arb.list(inner, 1..3).map { Terms.improper(it, Atom.of("tail")) },
    Arb.list(inner, 0..3).map { Tuple(it) },
    Arb.map(atoms, inner, maxSize = 4).map { MapTerm(it.mapKeys { (key, _) -> key as Term }) },
  )
}
