package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Reply
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.TermMappingException
import io.weft.term.Term
import io.weft.term.Tuple
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.Contextual
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Auction {
  @Serializable data class Watch(val watcher: AddressOf<Watcher>) : Auction

  @Serializable data class WatchAll(val watchers: List<AddressOf<Watcher>>) : Auction

  @Serializable data class Bid(val cents: Long) : Auction

  /** The protocol holds an address of itself. */
  @Serializable data class HandOver(val to: AddressOf<Auction>?) : Auction

  @Serializable data class Pass(@Contextual val watcher: Address<Watcher>) : Auction

  @Serializable data class Count(@Contextual val reply: Reply<Int>) : Auction

  @Serializable data object Watchers : Auction, Request<List<@Contextual Address<Watcher>>>

  @Serializable data object First : Auction, Request<Address<Watcher>>

  @Serializable data object Each : Auction, Request<Source<@Contextual Address<Watcher>>>
}

@Serializable
private sealed interface Watcher {
  @Serializable data class Sold(val cents: Long) : Watcher

  @Serializable data object Name : Watcher, Request<String>
}

private val auction =
  server<Auction>("auction") {
    val watchers = ArrayList<Address<Watcher>>()
    var successor: Address<Auction>? = null
    cast { m: Auction.Watch -> watchers += m.watcher }
    cast { m: Auction.WatchAll -> watchers += m.watchers }
    cast { m: Auction.Pass -> watchers += m.watcher }
    cast { m: Auction.HandOver -> successor = m.to }
    cast { m: Auction.Bid ->
      successor?.tell(m) ?: watchers.forEach { it.tell(Watcher.Sold(m.cents)) }
    }
    cast { m: Auction.Count -> m.reply.send(watchers.size) }
    call { _: Auction.Watchers -> watchers.toList() }
    call { _: Auction.First -> watchers.first() }
    call { _: Auction.Each -> streaming(flowOf(*watchers.toTypedArray())) }
  }

private class Ear {
  val heard = CompletableDeferred<Long>()
  val blueprint =
    server<Watcher>("ear") {
      cast { m: Watcher.Sold -> heard.complete(m.cents) }
      call { _: Watcher.Name -> "ear" }
    }
}

/** The same process, as one of another node is spoken to: in terms. */
private inline fun <reified P : Any> Node.abroad(process: Address<P>): Address<P> =
  address(process.pid, codecOf<P>())

class AddressOfSpec :
  FunSpec({
    val codec = codecOf<Auction>()

    suspend fun each(test: suspend (Node, Address<Auction>, Ear, Address<Watcher>) -> Unit) =
      withNode { node ->
        val ear = Ear()
        test(node, node.awaitStart(auction), ear, node.awaitStart(ear.blueprint))
      }

    test("an address in a message is a pid, and an address again for who gets it") {
      each { node, auction, ear, watcher ->
        val message = codec.encode(Auction.Watch(watcher))
        message shouldBe Tuple.of(io.weft.term.Atom.of("watch"), watcher.pid)
        node.address(auction.pid).tell(message)
        auction.call(Auction.Watchers).single().call(Watcher.Name) shouldBe "ear"
        auction.tell(Auction.Bid(5))
        ear.heard.await() shouldBe 5
      }
    }

    test("addresses in lists, and contextual ones, and those that may be absent") {
      each { node, auction, _, watcher ->
        val terms = node.address(auction.pid)
        terms.tell(codec.encode(Auction.WatchAll(listOf(watcher, watcher))))
        terms.tell(codec.encode(Auction.Pass(watcher)))
        terms.tell(codec.encode(Auction.HandOver(null)))
        auction.call(Auction.Watchers).map { it.pid } shouldBe List(3) { watcher.pid }
      }
    }

    test("a protocol may hold an address of itself") {
      each { node, first, ear, watcher ->
        val second = node.awaitStart(auction)
        second.tell(Auction.Watch(watcher))
        node.address(first.pid).tell(codec.encode(Auction.HandOver(second)))
        node.address(first.pid).tell(codec.encode(Auction.Bid(7)))
        ear.heard.await() shouldBe 7
      }
    }

    test("an address in a reply sends from the node that asked") {
      each { node, auction, _, watcher ->
        auction.tell(Auction.Watch(watcher))
        val reply = codec.encodeReply(Auction.First, watcher)
        reply shouldBe watcher.pid
        val decoded = codec.decodeReply(Auction.First, reply, node)
        (decoded as Address<*>).pid shouldBe watcher.pid
        decoded.node() shouldBe node
        shouldThrow<TermMappingException> { codec.decodeReply(Auction.First, reply) }
          .message shouldContain "where the node is known"
      }
    }

    test("a contextual reply is sent to who asked") {
      each { node, auction, _, watcher ->
        auction.tell(Auction.Watch(watcher))
        node.abroad(auction).ask<Auction, Int>(20.seconds) { Auction.Count(it) } shouldBe 1
      }
    }

    test("addresses come in streams") {
      each { _, auction, _, watcher ->
        auction.tell(Auction.Watch(watcher))
        auction.stream(Auction.Each).toList().map { it.pid } shouldBe listOf(watcher.pid)
      }
    }

    test("what is no address is refused, with its place") {
      withNode { node ->
        shouldThrow<TermMappingException> { codec.decode(Term.parse("{watch,5}"), node) }
          .message shouldBe "$.watcher: expected a pid, {Name,Node} or an alias, found 5"
      }
    }
  })
