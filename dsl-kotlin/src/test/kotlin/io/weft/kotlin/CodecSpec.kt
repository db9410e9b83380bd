package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.etf.Etf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.CallException
import io.weft.node.Request
import io.weft.node.TermMappingException
import io.weft.term.Term
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException

@Serializable
private sealed interface Stock {
  @Serializable
  data class Add(val sku: String, val n: Int) : Stock {
    init {
      require(n > 0) { "n must be positive" }
    }
  }

  @Serializable data class Count(val sku: String) : Stock, Request<Long>

  @Serializable data object Skus : Stock, Request<List<String>>

  @Serializable data object Clear : Stock, Request<Unit>

  @Serializable data class Find(val sku: String) : Stock, Request<Place>
}

@Serializable private data class Place(val shelf: Int, val box: String?)

private interface Unserializable {
  data object Ping : Unserializable
}

private data object Alone

private fun term(text: String) = Term.parse(text)

private val stock =
  server<Stock>("stock") {
    val counts = sortedMapOf<String, Long>()
    cast { m: Stock.Add -> counts.merge(m.sku, m.n.toLong(), Long::plus) }
    call { q: Stock.Count -> counts[q.sku] ?: 0L }
    call { _: Stock.Skus -> counts.keys.toList() }
    call { _: Stock.Clear -> counts.clear() }
    call { q: Stock.Find -> Place(q.sku.length, null) }
  }

class CodecSpec :
  FunSpec({
    val codec = codecOf<Stock>()

    test("an object that is private to its file is a protocol too") {
      withNode { node ->
        val told = CompletableDeferred<Alone>()
        node.spawn(server<Alone>("hermit") { cast { m: Alone -> told.complete(m) } }).tell(Alone)
        told.await() shouldBe Alone
      }
    }

    test("a message is a tagged tuple, one without fields an atom") {
      codec.encode(Stock.Add("x", 2)) shouldBe term("{add,<<\"x\">>,2}")
      codec.decode(term("{add,<<\"x\">>,2}")) shouldBe Stock.Add("x", 2)
      codec.encode(Stock.Skus) shouldBe term("skus")
      codec.decode(term("skus")) shouldBe Stock.Skus
    }

    test("a reply has the form of its request's reply type") {
      codec.encodeReply(Stock.Count("x"), 5L) shouldBe term("5")
      codec.decodeReply(Stock.Count("x"), term("5")) shouldBe 5L
      codec.encodeReply(Stock.Skus, listOf("x")) shouldBe term("[<<\"x\">>]")
      codec.decodeReply(Stock.Skus, term("[\"x\"]")) shouldBe listOf("x")
      codec.encodeReply(Stock.Clear, Unit) shouldBe term("ok")
      codec.decodeReply(Stock.Find("x"), term("#{shelf => 1, box => nil}")) shouldBe Place(1, null)
    }

    test("what does not fit is told with its place") {
      shouldThrow<TermMappingException> { codec.decode(term("{add,<<\"x\">>,many}")) }
        .message shouldBe "$.n: expected an integer, found many"
      shouldThrow<TermMappingException> {
          codec.decodeReply(Stock.Find("x"), term("#{shelf => up}"))
        }
        .message shouldContain "key box is missing"
      shouldThrow<TermMappingException> { codec.encodeReply(Stock.Add("x", 1), 5) }
        .message shouldContain "is no Request"
    }

    test("a message that its class refuses does not fit either") {
      shouldThrow<TermMappingException> { codec.decode(term("{add,<<\"x\">>,0}")) }.message shouldBe
        "$: n must be positive, found {add,<<\"x\">>,0}"
    }

    test("a protocol without a serializer has no codec") {
      shouldThrow<SerializationException> { codecOf<java.net.URI>() }
      codecOrNull(Unserializable::class) shouldBe null
    }

    test("options of the format apply") {
      val lenient = codecOf(Etf { ignoreUnknownKeys = true }, Stock.serializer())
      lenient.decodeReply(
        Stock.Find("x"),
        term("#{shelf => 1, box => nil, colour => red}"),
      ) shouldBe Place(1, null)
    }

    test("a server of a serializable protocol is spoken to in terms") {
      withNode { node ->
        val server = node.awaitStart(stock)
        val asTerms = node.address(server.pid)
        asTerms.tell(term("{'\$gen_cast',{add,<<\"x\">>,2}}"))
        asTerms.tell(term("{add,<<\"x\">>,3}"))
        asTerms.callTerm(term("{count,<<\"x\">>}"), 20.seconds) shouldBe term("5")
        asTerms.callTerm(term("skus"), 20.seconds) shouldBe term("[<<\"x\">>]")
        asTerms.callTerm(term("clear"), 20.seconds) shouldBe term("ok")
        server.call(Stock.Skus) shouldBe emptyList()
      }
    }

    test("a request in terms that does not fit is refused, and the server lives on") {
      withNode { node ->
        val server = node.awaitStart(stock)
        shouldThrow<CallException> {
            node.address(server.pid).callTerm(term("{count,1}"), 20.seconds)
          }
          .message shouldContain "$.sku: expected a string, found 1"
        server.call(Stock.Count("x")) shouldBe 0
      }
    }
  })
