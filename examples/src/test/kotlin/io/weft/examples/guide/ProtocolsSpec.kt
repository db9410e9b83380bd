package io.weft.examples.guide

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.actor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.callDeferred
import io.weft.kotlin.cast
import io.weft.kotlin.localNode
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Request
import io.weft.node.StartException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

// guide: 2-protocols
sealed interface Kitchen {
  data class Cook(val dish: String) : Kitchen, Request<Plate>

  data class Restock(val eggs: Int) : Kitchen

  data object Close : Kitchen
}

sealed interface Plate {
  data class Served(val dish: String) : Plate

  data class Sorry(val why: String) : Plate
}

// guide: end

private fun cooking(dish: String) = if (dish == "omelette") 2.seconds else 0.seconds

// guide: 2-protocols
val kitchen =
  server<Kitchen>("kitchen") {
    var eggs = 6
    callDeferred { q: Kitchen.Cook, reply ->
      if (eggs < 3) {
        reply.send(Plate.Sorry("no eggs"))
      } else {
        eggs -= 3
        launch { // others are served meanwhile
          delay(cooking(q.dish))
          reply.send(Plate.Served(q.dish))
        }
      }
    }
    cast { m: Kitchen.Restock -> eggs += m.eggs }
    cast { _: Kitchen.Close -> stop(ExitReason.NORMAL) }
  }

// guide: end

// guide: 2-protocols
fun waiter(kitchen: Address<Kitchen>) =
  actor<String>("waiter") {
    val dish = receive(within = 30.seconds) ?: return@actor // nobody wants anything
    when (val plate = kitchen.call(Kitchen.Cook(dish))) {
      is Plate.Served -> println("here is your ${plate.dish}")
      is Plate.Sorry -> kitchen.tell(Kitchen.Restock(12))
    }
  }

// guide: end

class ProtocolsSpec :
  FunSpec({
    test("a kitchen serves while there are eggs") {
      localNode().use { node ->
        val kitchen = node.awaitStart(kitchen)
        kitchen.call(Kitchen.Cook("fried")) shouldBe Plate.Served("fried")
        kitchen.call(Kitchen.Cook("fried")) shouldBe Plate.Served("fried")
        kitchen.call(Kitchen.Cook("fried")) shouldBe Plate.Sorry("no eggs")
        kitchen.tell(Kitchen.Restock(3))
        kitchen.call(Kitchen.Cook("fried")) shouldBe Plate.Served("fried")
        node.awaitStart(waiter(kitchen)).tell("fried")
        kitchen.tell(Kitchen.Close)
      }
    }

    test("a handler that is missing is named") {
      localNode().use { node ->
        val half = server<Kitchen>("half a kitchen") { cast { _: Kitchen.Close -> } }
        shouldThrow<StartException> { node.awaitStart(half) }.message shouldContain "Restock"
      }
    }
  })
