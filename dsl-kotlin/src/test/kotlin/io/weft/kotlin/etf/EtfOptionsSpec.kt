package io.weft.kotlin.etf

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.property.Arb
import io.kotest.property.arbitrary.Codepoint
import io.kotest.property.arbitrary.alphanumeric
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.orNull
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import io.weft.etf.DecodeLimits
import io.weft.mapping.EtfKeys
import io.weft.mapping.NamingStrategy
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.MapTerm
import io.weft.term.Term
import io.weft.term.Terms
import kotlinx.serialization.Contextual
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.decodeFromByteArray
import kotlinx.serialization.encodeToByteArray

@Serializable
private sealed interface Msg {
  @Serializable @EtfProplist data class Listen(val host: String, val port: Int = 80) : Msg

  @Serializable @EtfStruct("Shop.Refund") data class Refund(val id: Long, val why: String?) : Msg

  @Serializable data class Plain(val id: Int) : Msg
}

@Serializable
private sealed interface Answer<out V> {
  @Serializable @EtfTag("ok") data object Done : Answer<Nothing>

  @Serializable @EtfTag("ok") data class Value<V>(val value: V) : Answer<V>

  @Serializable data class Error(val reason: AtomString) : Answer<Nothing>
}

@Serializable
private sealed interface Clash {
  @Serializable @EtfTag("go") data class One(val x: Int, val y: Int = 0) : Clash

  @Serializable @EtfTag("go") data class Two(val a: Int, val b: Int) : Clash
}

@Serializable @EtfRecord private data class SetPrice(val id: Long, val unitPrice: Long)

@Serializable
@EtfStruct("Shop.Cart")
private data class Cart(
  val owner: String?,
  val skus: List<String?>,
  val sums: Map<AtomString, Long>,
  val place: Spot? = null,
)

@Serializable private data class Spot(val label: String?)

@Serializable
@EtfMap(EtfKeys.BINARIES)
private data class Json(
  val name: String,
  val size: Int,
  @EtfRest val rest: Map<String, @Contextual Term> = emptyMap(),
)

@Serializable
@EtfProplist
private data class Options(
  val host: Charlist,
  val timeout: Int? = null,
  val verbose: Boolean = false,
  @EtfRest val rest: Map<AtomString, @Contextual Term> = emptyMap(),
)

@Serializable
private data class Kept(@EtfProplist val keywords: Map<AtomString, Int>, val text: Charlist)

@Serializable
private data class Upload(
  val name: String,
  @EtfPacked(level = 9, thresholdBytes = 100) val rows: List<String>,
)

@Serializable
private data class Maybe(
  @EtfPacked val packed: List<Int>?,
  @EtfProplist val keywords: Map<AtomString, Int>?,
)

@Serializable private data class Files(val all: List<One>)

@Serializable private data class One(@EtfPacked val content: String)

@Serializable
private data class Thing(val sku: String, val unitPrice: Double = 1.5, val note: String?)

@Serializable private data class Twice(val a: Int, @EtfTag("a") val b: Int)

@Serializable @EtfTuple @EtfProplist private data class Both(val a: Int)

private fun term(text: String): Term = Term.parse(text)

private inline fun <reified T> bothWays(value: T, form: String, etf: Etf = Etf) {
  etf.encodeToTerm(value) shouldBe term(form)
  etf.decodeFromTerm<T>(term(form)) shouldBe value
  etf.decodeFromByteArray<T>(etf.encodeToByteArray(value)) shouldBe value
}

private inline fun <reified T> refusal(form: String, etf: Etf = Etf): String =
  shouldThrow<EtfSerializationException> { etf.decodeFromTerm<T>(term(form)) }.message.orEmpty()

class EtfOptionsSpec :
  FunSpec({
    context("forms") {
      test("a record has the tag of its class") {
        bothWays(SetPrice(7, 100), "{set_price,7,100}")
      }

      test("property lists") {
        bothWays<Msg>(Msg.Listen("a", 8080), "{listen,[{host,<<\"a\">>},{port,8080}]}")
        Etf.decodeFromTerm<Msg>(term("{listen,[{host,\"a\"}]}")) shouldBe Msg.Listen("a")
        bothWays(
          Options("h", 5, true, mapOf("x" to term("1"))),
          "[{host,\"h\"},{timeout,5},{verbose,true},{x,1}]",
        )
        Etf.decodeFromTerm<Options>(term("[verbose,x,{host,\"h\"},{x,2},{host,\"i\"}]")) shouldBe
          Options("h", null, true, mapOf("x" to Atom.TRUE))
        bothWays(
          Kept(mapOf("a" to 1, "b" to 2), "grün"),
          "#{keywords => [{a,1},{b,2}], text => \"grün\"}",
        )
        refusal<Kept>("#{keywords => [1], text => []}") shouldBe
          "$.keywords: expected a property list, found [1]"
        refusal<Options>("#{}") shouldBe "$: expected a property list, found #{}"
      }

      test("structs, whose null is nil") {
        bothWays(
          Cart(null, listOf("x", null), mapOf("eur" to 5), Spot(null)),
          "#{'__struct__' => 'Elixir.Shop.Cart', owner => nil, skus => [<<\"x\">>,nil], sums => #{eur => 5}, place => #{label => undefined}}",
        )
        refusal<Cart>("#{owner => nil}") shouldContain "expected a struct of 'Elixir.Shop.Cart'"
        bothWays<Msg>(
          Msg.Refund(1, null),
          "#{'__struct__' => 'Elixir.Shop.Refund', id => 1, why => nil}",
        )
        refusal<Msg>("#{'__struct__' => 'Elixir.Other'}") shouldContain
          "expected one of listen, plain, %'Elixir.Shop.Refund'{}, found"
      }

      test("cases with one tag are told by the number of their fields") {
        bothWays<Answer<Long>>(Answer.Done, "ok")
        bothWays<Answer<Long>>(Answer.Value(5L), "{ok,5}")
        bothWays<Answer<Long>>(Answer.Error("enoent"), "{error,enoent}")
        shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<Clash>(term("go")) }
          .message shouldContain "has two names for [go]"
      }

      test("binaries as keys, and the rest of a map") {
        bothWays(
          Json("a", 1, mapOf("more" to term("[x]"))),
          "#{<<\"name\">> => <<\"a\">>, <<\"size\">> => 1, <<\"more\">> => [x]}",
        )
        refusal<Json>("#{name => <<\"a\">>, size => 1}") shouldBe "$: key <<\"name\">> is missing"
      }

      test("a packed field is a term in a binary, compressed where that pays") {
        val upload = Upload("u", List(2) { "same text ".repeat(20) })
        val form = Etf.encodeToTerm(upload) as MapTerm
        val packed = form[Atom.of("rows")] as Binary
        packed.byteAt(1) shouldBe 80
        packed.size() shouldBeLessThan 100
        Etf.decodeFromTerm<Upload>(form) shouldBe upload
        refusal<Upload>("#{name => <<>>, rows => []}") shouldBe
          "$.rows: expected a binary that holds a term, found []"
      }

      test("a packed field, or a property list, may be null") {
        bothWays(Maybe(null, null), "#{packed => undefined, keywords => undefined}")
        Etf.decodeFromTerm<Maybe>(Etf.encodeToTerm(Maybe(listOf(1), mapOf("a" to 1)))) shouldBe
          Maybe(listOf(1), mapOf("a" to 1))
        refusal<Files>("#{all => [#{content => undefined}]}") shouldBe
          "$.all[0].content: expected a string, found undefined"
      }

      test("what has two forms or two equal keys is refused") {
        shouldThrow<IllegalArgumentException> { Etf.encodeToTerm(Both(1)) }.message shouldContain
          "more than one form"
        shouldThrow<IllegalArgumentException> { Etf.encodeToTerm(Twice(1, 2)) }
          .message shouldContain "has two names for [a]"
      }
    }

    context("options") {
      test("names") {
        val etf = Etf { names = NamingStrategy.AS_WRITTEN }
        bothWays(SetPrice(1, 2), "{'SetPrice',1,2}", etf)
        bothWays(
          Thing("x", 2.0, null),
          "#{sku => <<\"x\">>, 'unitPrice' => 2.0, note => undefined}",
          etf,
        )
      }

      test("what null is") {
        val etf = Etf { nothing = Atom.of("nil") }
        bothWays(Thing("x", 2.0, null), "#{sku => <<\"x\">>, unit_price => 2.0, note => nil}", etf)
      }

      test("what is left out") {
        val brief = Etf { omitAbsent = true }
        bothWays(Thing("x", 1.5, null), "#{sku => <<\"x\">>, unit_price => 1.5}", brief)
        val briefer = Etf {
          omitAbsent = true
          encodeDefaults = false
        }
        bothWays(Thing("x", 1.5, null), "#{sku => <<\"x\">>}", briefer)
        bothWays(
          Thing("x", 2.5, "n"),
          "#{sku => <<\"x\">>, unit_price => 2.5, note => <<\"n\">>}",
          briefer,
        )
        refusal<Thing>("#{sku => <<\"x\">>}") shouldBe "$: key note is missing"
        Etf { encodeDefaults = false }.encodeToTerm(Place(1)) shouldBe term("{1,0}")
      }

      test("a class may look otherwise than its annotations say") {
        val etf = Etf {
          type<Thing> {
            struct("Item")
            key("unitPrice", "price")
          }
          type<SetPrice> { tuple() }
          type<Msg.Plain> {
            map(EtfKeys.BINARIES)
            tag("as-is")
          }
        }
        bothWays(
          Thing("x", 2.0, null),
          "#{'__struct__' => 'Elixir.Item', sku => <<\"x\">>, price => 2.0, note => nil}",
          etf,
        )
        bothWays(SetPrice(1, 2), "{1,2}", etf)
        bothWays<Msg>(Msg.Plain(1), "{'as-is',#{<<\"id\">> => 1}}", etf)
        shouldThrow<IllegalArgumentException> {
            Etf { type<Thing> { key("prise", "price") } }.encodeToTerm(Thing("x", 2.0, null))
          }
          .message shouldContain "has no field [prise]"
      }

      test("unknown keys for one class") {
        val form = "#{sku => <<\"x\">>, note => nil, colour => red}"
        val etf = Etf { type<Thing> { ignoreUnknownKeys() } }
        etf.decodeFromTerm<Thing>(term(form)) shouldBe Thing("x", 1.5, null)
        val strict = Etf {
          ignoreUnknownKeys = true
          type<Thing> { failOnUnknownKeys() }
        }
        refusal<Thing>(form, strict) shouldContain "unknown key colour"
      }

      test("bytes are compressed, and what they may take is limited") {
        val text = "compressible ".repeat(1_000)
        val small = Etf { compressionLevel = 9 }.encodeToByteArray(text)
        small.size shouldBeLessThan 200
        Etf.decodeFromByteArray<String>(small) shouldBe text
        val bounded = Etf { limits = DecodeLimits(1_000, 10, 10) }
        shouldThrow<EtfSerializationException> { bounded.decodeFromByteArray<String>(small) }
          .message shouldContain "memory limit"
      }

      test("the packed fields of one message share one limit") {
        val bounded = Etf { limits = DecodeLimits(200_000, 100, 100) }
        val one = One("x".repeat(60_000))
        bounded.decodeFromTerm<Files>(Etf.encodeToTerm(Files(listOf(one)))).all.size shouldBe 1
        shouldThrow<EtfSerializationException> {
            bounded.decodeFromTerm<Files>(Etf.encodeToTerm(Files(List(4) { one })))
          }
          .path shouldEndWith ".content"
      }
    }

    context("round trips") {
      val text = Arb.string(0..8)
      val atom = Arb.string(0..8, Codepoint.alphanumeric())
      val formats =
        listOf(
          Etf,
          Etf {
            omitAbsent = true
            encodeDefaults = false
            nothing = Atom.of("nil")
            compressionLevel = 1
          },
          Etf { names = NamingStrategy.AS_WRITTEN },
        )

      suspend fun <T> through(serializer: KSerializer<T>, values: Arb<T>) =
        checkAll(200, values) { value ->
          for (etf in formats) {
            etf.decodeFromTerm(serializer, etf.encodeToTerm(serializer, value)) shouldBe value
            etf.decodeFromByteArray(serializer, etf.encodeToByteArray(serializer, value)) shouldBe
              value
          }
        }

      test("of structs") {
        val carts =
          Arb.bind(
            text.orNull(),
            Arb.list(text.orNull(), 0..4),
            Arb.map(atom, Arb.long(), maxSize = 4),
            text.orNull(),
          ) { owner, skus, sums, label ->
            Cart(owner, skus, sums, label?.let { Spot(it.ifEmpty { null }) })
          }
        through(Cart.serializer(), carts)
      }

      test("of property lists and maps with a rest") {
        val rests =
          Arb.map(
            atom.map { "rest $it" },
            Arb.int().map { IntTerm.of(it.toLong()) as Term },
            maxSize = 3,
          )
        through(
          Options.serializer(),
          Arb.bind(text, Arb.int().orNull(), Arb.boolean(), rests) { host, timeout, verbose, rest ->
            Options(host, timeout, verbose, rest)
          },
        )
        through(
          Json.serializer(),
          Arb.bind(text, Arb.int(), rests) { name, size, rest -> Json(name, size, rest) },
        )
      }

      test("of hierarchies with structs, property lists and tuples") {
        val messages: Arb<Msg> =
          Arb.choice(
            Arb.bind(text, Arb.int()) { host, port -> Msg.Listen(host, port) },
            Arb.bind(Arb.long(), text.orNull()) { id, why -> Msg.Refund(id, why) },
            Arb.int().map { Msg.Plain(it) },
          )
        through(ListSerializer(Msg.serializer()), Arb.list(messages, 0..5))
      }

      test("of packed fields") {
        through(
          Upload.serializer(),
          Arb.bind(text, Arb.list(text, 0..40)) { name, rows -> Upload(name, rows) },
        )
      }
    }

    test("terms that would be two of a key are refused") {
      shouldThrow<EtfSerializationException> {
          Etf.encodeToTerm(Json("a", 1, mapOf("name" to Terms.integer(1))))
        }
        .message shouldBe "$: two keys have the same term"
    }
  })
