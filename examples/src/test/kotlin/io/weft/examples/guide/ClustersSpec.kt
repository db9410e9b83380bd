package io.weft.examples.guide

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.weft.kotlin.AddressOf
import io.weft.kotlin.awaitStart
import io.weft.kotlin.cast
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

// guide: 5-clusters
@Serializable
sealed interface Auction {
  @Serializable data class Watch(val bidder: AddressOf<Bidder>) : Auction

  @Serializable data class Bid(val cents: Long, val by: AddressOf<Bidder>) : Auction
}

@Serializable
sealed interface Bidder {
  /** Somebody bids so much. */
  @Serializable data class Outbid(val cents: Long) : Bidder
}

val auction =
  server<Auction>("auction") {
      val watching = ArrayList<Address<Bidder>>()
      var highest = 0L
      cast { m: Auction.Watch -> watching += m.bidder }
      cast { m: Auction.Bid ->
        if (m.cents > highest) {
          highest = m.cents
          val others = watching.filter { it.item() != m.by.item() }
          others.forEach { it.tell(Bidder.Outbid(highest)) } // wherever they live
        }
      }
    }
    .named("auction")

/** Bids a little more than others, up to [limit]. */
fun bidder(auction: Address<Auction>, limit: Long): Blueprint<Bidder> =
  server<Bidder>("bidder") {
    val me = self.address()
    auction.tell(Auction.Watch(me))
    auction.tell(Auction.Bid(100, me))
    cast { m: Bidder.Outbid -> if (m.cents < limit) auction.tell(Auction.Bid(m.cents + 1, me)) }
  }

// guide: end

class ClustersSpec :
  FunSpec({
    test("addresses travel in messages to other nodes, and messages come back to them") {
      weftTest {
        val here = node("a@test")
        here.awaitStart(auction)
        val last = ArrayList<Long>()
        val witness = server<Bidder>("witness") { cast { m: Bidder.Outbid -> last += m.cents } }
        suspend fun auctionFrom(name: String) =
          node(name).address("auction", "a@test", codecOf<Auction>())
        val watching = node("d@test").awaitStart(witness)
        auctionFrom("d@test").tell(Auction.Watch(watching))
        settle()
        node("b@test").awaitStart(bidder(auctionFrom("b@test"), limit = 150))
        node("c@test").awaitStart(bidder(auctionFrom("c@test"), limit = 120))
        auctionFrom("d@test").tell(Auction.Bid(101, watching))
        eventually(10.seconds) { last.last() shouldBeIn listOf(120L, 121L) }
      }
    }
  })
