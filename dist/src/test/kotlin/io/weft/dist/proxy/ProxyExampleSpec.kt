package io.weft.dist.proxy

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.term.Atom
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText

// README: begin
val office = distOptions {
  proxy(
    proxyOptions {
      route("press@127.0.0.1", "gate@127.0.0.1") // or "*.plant.example"; or several, in their order
      cookie("press@127.0.0.1", "between us") // which the gate does not know
    }
  )
}
val gate = distOptions {
  proxy(proxyOptions { transit(from = "office@127.0.0.1", to = "press@127.0.0.1") })
}
val press = distOptions {
  proxy(
    proxyOptions {
      accept(from = "office@127.0.0.1", through = "gate@127.0.0.1")
      cookie("office@127.0.0.1", "between us")
    }
  )
}

// README: end

/** The example of the README. */
class ProxyExampleSpec :
  FunSpec({
    test("the example of the README does what it says") {
      TcpWorld().use { world ->
        val (from, _, to) =
          listOf("office" to office, "gate" to gate, "press" to press).map { (name, options) ->
            world.start(name, options)
          }
        val printed = TermActor.start(to, "printer")
        TermActor.start(from).send("printer", "press@127.0.0.1", Atom.of("page"))
        printed.next() shouldBe Atom.of("page")
        via(from) shouldBe listOf("gate@127.0.0.1")
      }
    }

    test("the README shows the example as it is compiled here") {
      val source =
        fileAbove("dist/src/test/kotlin/io/weft/dist/proxy/ProxyExampleSpec.kt").readText()
      val example = source.substringAfter("README: begin\n").substringBefore("\n// README: end")
      fileAbove("README.md").readText() shouldContain example
    }
  })

private fun via(node: Node) = node.dist.connection("press@127.0.0.1")?.via

private fun fileAbove(name: String): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .map { it.resolve(name) }
    .first { it.exists() }
