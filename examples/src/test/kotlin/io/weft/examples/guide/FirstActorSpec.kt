package io.weft.examples.guide

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.localNode
import io.weft.kotlin.server
import io.weft.node.Request

// guide: 1-first-actor
sealed interface Basket {
  data class Add(val what: String, val pieces: Int) : Basket

  data class PiecesOf(val what: String) : Basket, Request<Int>
}

val basket =
  server<Basket>("basket") {
    val pieces = HashMap<String, Int>()
    cast { m: Basket.Add -> pieces.merge(m.what, m.pieces, Int::plus) }
    call { q: Basket.PiecesOf -> pieces[q.what] ?: 0 }
  }

// guide: end

class FirstActorSpec :
  FunSpec({
    test("a basket adds up what is put into it") {
      // guide: 1-first-actor
      localNode().use { node ->
        val mine = node.awaitStart(basket)
        val yours = node.awaitStart(basket)
        mine.tell(Basket.Add("apple", 2))
        mine.tell(Basket.Add("apple", 3))
        yours.tell(Basket.Add("pear", 1))
        mine.call(Basket.PiecesOf("apple")) shouldBe 5
        yours.call(Basket.PiecesOf("apple")) shouldBe 0
      }
      // guide: end
    }
  })
