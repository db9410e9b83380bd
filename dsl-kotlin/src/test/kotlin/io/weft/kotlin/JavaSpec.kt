package io.weft.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.testing.withNode
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

class JavaSpec :
  FunSpec({
    test("Kotlin calls a server written in Java") {
      withNode { node ->
        val till = node.awaitStart(JavaTill.blueprint())
        till.tell(JavaTill.Add(2))
        till.cast(JavaTill.Add(3))
        val total: Long = till.call(JavaTill.Total())
        total shouldBe 5
      }
    }

    test("Java calls a server written in Kotlin") {
      withNode { node ->
        val till =
          server<JavaTill>("till") {
            var total = 0L
            cast { m: JavaTill.Add -> total += m.n() }
            call { _: JavaTill.Total -> total }
          }
        val address = node.awaitStart(till)
        address.tell(JavaTill.Add(7))
        withContext(Dispatchers.IO) { JavaTill.totalOf(address) } shouldBe 7
      }
    }
  })
