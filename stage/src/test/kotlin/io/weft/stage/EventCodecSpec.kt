package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import io.weft.etf.Etf
import io.weft.node.TermMappingException
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Terms

class EventCodecSpec :
  FunSpec({
    test("a list of numbers is the list of its terms, and the reverse") {
      checkAll(Arb.list(Arb.long(), 0..50)) { events ->
        val terms = Terms.list(events.map { IntTerm.of(it) })
        EventCodec.LONGS.encodeAll(events) shouldBe terms
        EventCodec.LONGS.decodeAll(terms) shouldContainExactly events
        val received = Etf.decode(Etf.encode(EventCodec.LONGS.encodeAll(events))) as ListTerm
        EventCodec.LONGS.decodeAll(received) shouldContainExactly events
      }
    }

    test("numbers that came as a string are numbers") {
      EventCodec.LONGS.decodeAll(Terms.charlist("ab")) shouldContainExactly listOf(97L, 98L)
    }

    test("of a list with something else the misfit is told") {
      val mixed = Terms.list(IntTerm.of(1), Terms.atom("two"))
      shouldThrow<TermMappingException> { EventCodec.LONGS.decodeAll(mixed) }.message shouldContain
        "two is not an integer of 64 bits"
    }

    test("of a batch with something else it is told which of how many") {
      val mixed = Terms.list(List(9) { if (it == 6) Terms.atom("six") else Terms.binary("$it") })
      for (batch in listOf(mixed, Etf.decode(Etf.encode(mixed)) as ListTerm)) {
        shouldThrow<TermMappingException> { EventCodec.STRINGS.decodeAll(batch) }.message shouldBe
          "[6] of 9: $: expected a string, found six"
      }
      val odd =
        EventCodec.of<Int>({ IntTerm.of(it.toLong()) }, { throw TermMappingException("no") })
      shouldThrow<TermMappingException> { odd.decodeAll(mixed) }.message shouldBe "[0] of 9: no"
    }

    test("a batch of texts is the list of its terms, and the reverse") {
      checkAll(Arb.list(Arb.string(), 0..50)) { events ->
        val terms = Terms.list(events.map { Terms.binary(it) })
        EventCodec.STRINGS.encodeAll(events) shouldBe terms
        EventCodec.STRINGS.decodeAll(terms) shouldContainExactly events
        val received = Etf.decode(Etf.encode(EventCodec.STRINGS.encodeAll(events))) as ListTerm
        EventCodec.STRINGS.decodeAll(received) shouldContainExactly events
      }
    }

    test("events of other types are taken one by one, in order") {
      val numbers = eventCodec<Int>().shouldNotBeNull()
      for (codec in
        listOf(numbers, EventCodec.of<Int>({ IntTerm.of(it.toLong()) }, numbers::decode))) {
        val terms = codec.encodeAll(listOf(3, 1, 2))
        terms shouldBe Terms.list(IntTerm.of(3), IntTerm.of(1), IntTerm.of(2))
        codec.decodeAll(terms) shouldContainExactly listOf(3, 1, 2)
      }
    }
  })
