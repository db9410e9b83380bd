package io.weft.config

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Intensity
import java.nio.file.Path
import java.time.Duration as JavaDuration
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

// README: begin
data class TillSettings(
  val currency: String,
  val timeout: Duration = 5.seconds, // may be left out
  val discounts: Map<String, Int> = emptyMap(),
)

fun settingsOf(configuration: Configuration): TillSettings =
  configuration.read<TillSettings>("till")

// README: end

class ConfigExampleSpec :
  FunSpec({
    test("the example of the README does what it says") {
      val configuration =
        Configuration.of(
          Sources.none()
            .environment(mapOf("SHOP_COOKIE" to "secret"))
            .text("weft.conf", exampleFile())
        )
      settingsOf(configuration) shouldBe TillSettings("EUR", 5.seconds, mapOf("tea" to 10))
      val options = configuration.nodeOptions().build()
      options.name() shouldBe "shop@10.0.0.7"
      options.cookie() shouldBe "secret"
      options.observers().size shouldBe 1
      options.env() shouldBe mapOf("bakery" to mapOf("shelf" to 20))
    }

    test("a Java record is read as a data class is") {
      Configuration.of(Sources.none().text("weft.conf", "limits { restarts = 3, period = 5s }"))
        .read("limits", Intensity::class.java) shouldBe Intensity(3, JavaDuration.ofSeconds(5))
    }

    test("the README shows the example as it is compiled here") {
      val source =
        fileAbove("config/src/test/kotlin/io/weft/config/ConfigExampleSpec.kt").readText()
      val example = source.substringAfter("README: begin\n").substringBefore("\n// README: end")
      readme() shouldContain example
    }
  })

/** The file in the README. */
private fun exampleFile() = readme().substringAfter("```hocon\n").substringBefore("```")

private fun readme() = fileAbove("README.md").readText()

private fun fileAbove(name: String): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .map { it.resolve(name) }
    .first { it.exists() }
