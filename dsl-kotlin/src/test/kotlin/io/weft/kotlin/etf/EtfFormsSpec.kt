package io.weft.kotlin.etf

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.term.Term
import io.weft.term.Terms
import kotlinx.serialization.Polymorphic
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.descriptors.SerialDescriptor

@Serializable
private sealed interface Event {
  @Serializable @EtfTag("EXIT") data class Exit(val reason: String) : Event

  @Serializable @EtfMap data class Moved(val toX: Int, @EtfTag("to-y") val toY: Int = 0) : Event

  @Serializable @EtfMap data object Reset : Event

  @Serializable @EtfTag("Elixir.Halt") data object Halt : Event
}

@Serializable
private sealed interface Twins {
  @Serializable @SerialName("a.Stop") data object One : Twins

  @Serializable @SerialName("b.Stop") data object Other : Twins
}

@Serializable
private enum class Level {
  Low,
  @EtfTag("HIGH") High,
}

@Serializable @EtfTag("point") private data class Point(val x: Int, val y: Int = 0)

@Serializable @EtfTag("origin") private data object Origin

@Serializable @EtfTag("point") @EtfMap private data class Named(val name: String)

/** Equal descriptors: the same serial name, the same types; only the names of the fields differ. */
@Serializable @SerialName("pair") private data class Size(val width: Int, val height: Int)

@Serializable @SerialName("pair") private data class Range(val from: Int, val until: Int)

@Serializable
private data class Price(val cents: Int) {
  init {
    require(cents >= 0) { "a price must not be negative" }
  }
}

@Serializable private data class Offer(val prices: List<Price>)

private interface Unknown

@Serializable private data class Hidden(val n: Int) : Unknown

@Serializable private data class Holder(val it: @Polymorphic Unknown)

private fun term(text: String): Term = Term.parse(text)

private inline fun <reified T> bothWays(value: T, form: String) {
  Etf.encodeToTerm(value) shouldBe term(form)
  Etf.decodeFromTerm<T>(term(form)) shouldBe value
}

private inline fun <reified T> refusal(form: String): String =
  shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<T>(term(form)) }.message.orEmpty()

class EtfFormsSpec :
  FunSpec({
    test("a tag is taken as it is written") {
      bothWays<Event>(Event.Exit("x"), "{'EXIT',<<\"x\">>}")
      bothWays<Event>(Event.Halt, "'Elixir.Halt'")
      bothWays(Level.High, "'HIGH'")
      bothWays(Level.Low, "low")
    }

    test("a case may keep its fields in a map") {
      bothWays<Event>(Event.Moved(1, 2), "{moved,#{to_x => 1, 'to-y' => 2}}")
      Etf.decodeFromTerm<Event>(term("{moved,#{to_x => 1}}")) shouldBe Event.Moved(1)
      bothWays<Event>(Event.Reset, "reset")
      refusal<Event>("{moved,1,2}") shouldBe "$: expected a tag with one value, found {moved,1,2}"
      refusal<Event>("{moved,#{to_x => a}}") shouldBe "$.toX: expected an integer, found a"
    }

    test("a class with a tag is a record") {
      bothWays(Point(1, 2), "{point,1,2}")
      Etf.decodeFromTerm<Point>(term("{point,1}")) shouldBe Point(1)
      bothWays(Origin, "origin")
      bothWays(listOf(Point(1, 2)), "[{point,1,2}]")
      refusal<Point>("{place,1,2}") shouldBe "$: expected a tuple tagged point, found {place,1,2}"
      refusal<Point>("{point}") shouldBe "$: expected 1 to 2 fields of point, found {point}"
    }

    test("a class marked as a map is one, whatever its tag") {
      bothWays(Named("n"), "#{name => <<\"n\">>}")
    }

    test("classes with the same serial name keep their own keys") {
      bothWays(Size(1, 2), "#{width => 1, height => 2}")
      bothWays(Range(1, 2), "#{from => 1, until => 2}")
    }

    test("two cases with one tag are refused, and the way out is told") {
      shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<Twins>(term("stop")) }
        .message shouldContain "has two names for [stop]: give one another @SerialName or @EtfTag"
    }

    test("what a constructor refuses is told with its place") {
      refusal<Offer>("#{prices => [#{cents => 1}, #{cents => -1}]}") shouldBe
        "$.prices[1]: a price must not be negative, found #{cents=>-1}"
    }

    test("a class that nobody registered is refused with its place") {
      shouldThrow<EtfSerializationException> { Etf.encodeToTerm(Holder(Hidden(1))) }.path shouldBe
        "$.it"
      refusal<Holder>("#{it => {hidden,1}}") shouldContain "$.it: expected one of "
    }

    test("half of a surrogate pair is no text") {
      shouldThrow<EtfSerializationException> { Etf.encodeToTerm("\uD83D") }.path shouldBe "$"
      refusal<String>("[55357]") shouldContain "expected a string"
    }

    test("a huge term does not make a huge message") {
      val huge = Terms.list(List(1_000_000) { Terms.integer(it.toLong()) })
      val message =
        shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<Int>(huge) }.message.orEmpty()
      message.length shouldBeLessThan 300
      message shouldNotContain "999999"
    }

    test("what is worked out from a descriptor is worked out once, and not shared by its equals") {
      val asked = mutableListOf<SerialDescriptor>()
      val cache = DescriptorCache { descriptor -> asked.add(descriptor) }
      repeat(3) { listOf(Size.serializer(), Range.serializer()).forEach { cache[it.descriptor] } }
      Size.serializer().descriptor shouldBe Range.serializer().descriptor
      asked.size shouldBe 2
    }
  })
