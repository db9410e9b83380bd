package io.weft.kotlin.etf

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.term.Atom
import io.weft.term.BitString
import io.weft.term.Export
import io.weft.term.FloatTerm
import io.weft.term.ImproperList
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import java.time.Duration
import java.util.UUID
import kotlinx.serialization.Contextual
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Polymorphic
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.Transient
import kotlinx.serialization.builtins.nullable
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.decodeFromByteArray
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.PrimitiveSerialDescriptor
import kotlinx.serialization.encodeToByteArray
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.modules.SerializersModule
import kotlinx.serialization.modules.contextual
import kotlinx.serialization.modules.polymorphic
import kotlinx.serialization.modules.subclass

@Serializable private data class Box<T>(val content: T)

@Serializable private data class Two<A, B>(val first: A, val second: Box<B>? = null)

@Serializable private data class Tree(val value: Int, val children: List<Tree> = emptyList())

@Serializable @JvmInline private value class Meters(val value: Double)

@Serializable @JvmInline private value class Name(val value: String?)

@Serializable
private data class Inlines(val height: Meters, val maybe: Meters?, val name: Name, val u: UInt)

@Serializable
private data class WithTransient(val kept: Int) {
  @Transient var dropped: String = "default"
}

@Serializable
private abstract class Base {
  abstract val id: Int
}

@Serializable @SerialName("derived.First") private data class First(override val id: Int) : Base()

@Serializable
@EtfStruct("Derived.Second")
private data class Second(override val id: Int, val more: String) : Base()

@Serializable private data class Bases(val all: List<@Polymorphic Base>)

@Serializable private data class Foreign(@Contextual val id: UUID, @Contextual val took: Duration)

private object UuidSerializer : KSerializer<UUID> {
  override val descriptor = PrimitiveSerialDescriptor("UUID", PrimitiveKind.STRING)

  override fun serialize(encoder: Encoder, value: UUID) = encoder.encodeString(value.toString())

  override fun deserialize(decoder: Decoder): UUID = UUID.fromString(decoder.decodeString())
}

private object DurationSerializer : KSerializer<Duration> {
  override val descriptor = PrimitiveSerialDescriptor("Duration", PrimitiveKind.LONG)

  override fun serialize(encoder: Encoder, value: Duration) = encoder.encodeLong(value.toMillis())

  override fun deserialize(decoder: Decoder): Duration = Duration.ofMillis(decoder.decodeLong())
}

@Serializable(with = Rgb.Surrogate::class)
private data class Rgb(val packed: Int) {
  @Serializable @SerialName("Rgb") @EtfTuple data class Parts(val r: Int, val g: Int, val b: Int)

  object Surrogate : KSerializer<Rgb> {
    override val descriptor = Parts.serializer().descriptor

    override fun serialize(encoder: Encoder, value: Rgb) {
      val parts = Parts(value.packed shr 16, value.packed shr 8 and 0xff, value.packed and 0xff)
      encoder.encodeSerializableValue(Parts.serializer(), parts)
    }

    override fun deserialize(decoder: Decoder): Rgb {
      val (r, g, b) = decoder.decodeSerializableValue(Parts.serializer())
      return Rgb((r shl 16) or (g shl 8) or b)
    }
  }
}

@Serializable private data class Deep(val map: Map<Box<Int>, List<Map<String, Int?>?>>)

@Serializable
private data class Arrays(val ints: IntArray, val texts: Array<String>, val bytes: ByteArray) {
  override fun equals(other: Any?): Boolean =
    other is Arrays &&
      ints.contentEquals(other.ints) &&
      texts.contentEquals(other.texts) &&
      bytes.contentEquals(other.bytes)

  override fun hashCode(): Int = ints.contentHashCode()
}

@Serializable
private data class Kinds(
  @Contextual val pid: Pid,
  @Contextual val reference: Reference,
  @Contextual val bits: BitString,
  @Contextual val float: FloatTerm,
  @Contextual val improper: ImproperList,
  @Contextual val export: Export,
)

@Serializable private data class Subscribe(@Contextual val listener: Address<Term>)

private fun term(text: String): Term = Term.parse(text)

private inline fun <reified T> bothWays(value: T, form: String, etf: Etf = Etf) {
  etf.encodeToTerm(value) shouldBe term(form)
  etf.decodeFromTerm<T>(term(form)) shouldBe value
  etf.decodeFromByteArray<T>(etf.encodeToByteArray(value)) shouldBe value
}

/** What any format of kotlinx.serialization has to do. */
class EtfFormatSpec :
  FunSpec({
    test("generic classes") {
      bothWays(Box(1), "#{content => 1}")
      bothWays(Box(listOf(Box("x"))), "#{content => [#{content => <<\"x\">>}]}")
      bothWays(Two(1, Box<String?>(null)), "#{first => 1, second => #{content => undefined}}")
      Etf.decodeFromTerm<Two<Int, Int>>(term("#{first => 1}")) shouldBe Two<Int, Int>(1)
    }

    test("classes that contain themselves") {
      bothWays(
        Tree(1, listOf(Tree(2), Tree(3, listOf(Tree(4))))),
        "#{value => 1, children => [#{value => 2, children => []}, #{value => 3, children => [#{value => 4, children => []}]}]}",
      )
    }

    test("value classes, nullable and of nullables") {
      bothWays(
        Inlines(Meters(1.5), null, Name(null), UInt.MAX_VALUE),
        "#{height => 1.5, maybe => undefined, name => undefined, u => 4294967295}",
      )
      bothWays(
        Inlines(Meters(1.5), Meters(2.0), Name("n"), 0u),
        "#{height => 1.5, maybe => 2.0, name => <<\"n\">>, u => 0}",
      )
    }

    test("transient properties are neither written nor read") {
      bothWays(WithTransient(1), "#{kept => 1}")
      shouldThrow<EtfSerializationException> {
          Etf.decodeFromTerm<WithTransient>(term("#{kept => 1, dropped => <<>>}"))
        }
        .message shouldContain "unknown key dropped"
    }

    test("open hierarchies of a module, structs among them") {
      val etf = Etf {
        serializersModule = SerializersModule {
          polymorphic(Base::class) {
            subclass(First::class)
            subclass(Second::class)
          }
        }
      }
      bothWays(
        Bases(listOf(First(1), Second(2, "m"))),
        "#{all => [{first,1}, #{'__struct__' => 'Elixir.Derived.Second', id => 2, more => <<\"m\">>}]}",
        etf,
      )
      shouldThrow<EtfSerializationException> {
          etf.decodeFromTerm<Bases>(term("#{all => [{third,1}]}"))
        }
        .message shouldContain
        "$.all[0]: expected one of first, %'Elixir.Derived.Second'{}, found {third,1}"
    }

    test("contextual serializers") {
      val etf = Etf {
        serializersModule = SerializersModule {
          contextual(UuidSerializer)
          contextual(DurationSerializer)
        }
      }
      val id = UUID(1, 2)
      bothWays(Foreign(id, Duration.ofSeconds(3)), "#{id => <<\"$id\">>, took => 3000}", etf)
      shouldThrow<EtfSerializationException> {
          etf.decodeFromTerm<Foreign>(term("#{id => <<\"x\">>, took => 1}"))
        }
        .path shouldBe "$.id"
    }

    test("serializers by a surrogate") { bothWays(listOf(Rgb(0x010203)), "[{1,2,3}]") }

    test("collections in collections, and classes as keys") {
      bothWays(
        Deep(mapOf(Box(1) to listOf(mapOf("a" to null), null), Box(2) to emptyList())),
        "#{map => #{#{content => 1} => [#{<<\"a\">> => undefined}, undefined], #{content => 2} => []}}",
      )
    }

    test("arrays") {
      bothWays(
        Arrays(intArrayOf(1, -1), arrayOf("x"), byteArrayOf(1, -1)),
        "#{ints => [1,-1], texts => [<<\"x\">>], bytes => <<1,255>>}",
      )
    }

    test("values on their own, null among them") {
      bothWays("grün", "<<\"grün\"/utf8>>")
      Etf.encodeToTerm(Int.serializer().nullable, null) shouldBe Atom.UNDEFINED
      Etf.decodeFromTerm(Int.serializer().nullable, Atom.UNDEFINED) shouldBe null
      bothWays<Map<String, List<Int?>>>(mapOf("a" to listOf(null)), "#{<<\"a\">> => [undefined]}")
    }

    test("addresses, at the node that takes them in") {
      withNode { node ->
        val form = term("#{listener => {someone,'far@away'}}")
        val subscribe = Etf.decodeFromTerm(Subscribe.serializer(), form, node)
        subscribe.listener.target()?.item() shouldBe term("{someone,'far@away'}")
        subscribe.listener.node() shouldBe node
        Etf.encodeToTerm(subscribe) shouldBe form
        shouldThrow<EtfSerializationException> {
            Etf.decodeFromTerm(Subscribe.serializer(), term("#{listener => 1}"), node)
          }
          .message shouldBe "$.listener: expected a pid, {Name,Node} or an alias, found 1"
        shouldThrow<EtfSerializationException> { Etf.decodeFromTerm<Subscribe>(form) }
          .message shouldContain
          "$.listener: an address is decoded where the node is known that it sends from"
      }
    }

    test("all kinds of terms") {
      val kinds =
        Kinds(
          term("pid('a@b',1,2,3)") as Pid,
          term("ref('a@b',1,[1,2,3])") as Reference,
          term("<<1:1>>") as BitString,
          term("1.5") as FloatTerm,
          term("[1|2]") as ImproperList,
          term("fun m:f/1") as Export,
        )
      val form = Etf.encodeToTerm(kinds)
      Etf.decodeFromTerm<Kinds>(form) shouldBe kinds
      shouldThrow<EtfSerializationException> { Etf.decodeFromTerm(ExportSerializer, Atom.OK) }
        .message shouldBe "$: expected an external fun, found ok"
    }
  })
