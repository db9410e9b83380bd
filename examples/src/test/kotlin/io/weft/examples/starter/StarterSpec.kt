package io.weft.examples.starter

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.examples.repository
import kotlin.io.path.readText

/** What a newcomer copies is built as Weft is. */
class StarterSpec :
  FunSpec({
    val top = repository()
    val weft = top.resolve("pom.xml").readText()
    val starter = top.resolve("examples/starter/pom.xml").readText()

    fun property(pom: String, name: String) =
      checkNotNull(Regex("<$name>([^<]+)</$name>").find(pom)) { "no $name" }.groupValues[1]

    for (name in listOf("kotlin.version", "kotest.version", "junit.version", "slf4j.version")) {
      test("the starter's $name is that of Weft") {
        property(starter, name) shouldBe property(weft, name)
      }
    }

    test("the starter asks for the version of Weft that stands here") {
      property(starter, "weft.version") shouldBe property(weft, "version")
    }
  })
