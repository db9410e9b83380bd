package io.weft.examples.together

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.ElixirInstalled
import io.weft.dist.testing.TcpWorld
import picocli.CommandLine

@EnabledIf(ElixirInstalled::class)
class TogetherSpec :
  FunSpec({
    test("a shop half in Elixir and half in Kotlin works, and closes") {
      TcpWorld().use { world ->
        CommandLine(Together()).execute("--epmd-port=${world.epmdPort}") shouldBe 0
      }
    }
  })
