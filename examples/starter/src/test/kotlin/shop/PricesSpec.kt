package shop

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.testkit.weftTest

class PricesSpec :
  FunSpec({
    test("a price that was changed is the new one") {
      weftTest {
        val server = start(prices)
        server.tell(Prices.Change("tea", 260))
        server.call(Prices.PriceOf("tea")) shouldBe 260
      }
    }
  })
