package io.weft.examples.guide

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContainAll
import io.weft.examples.repository
import kotlin.io.path.readText

/** What the guide shows is what is compiled and run here. */
class GuideSpec :
  FunSpec({
    val top = repository()
    val guide = Guide(top)

    test("each listing of the guide stands in a source, and each of the sources in the guide") {
      val shown = guide.shown()
      val compiled = guide.compiled()
      withClue("listings that are compiled nowhere, or otherwise than they are shown") {
        (shown - compiled.toSet()).shouldBeEmpty()
      }
      withClue("listings that no page shows") { (compiled - shown.toSet()).shouldBeEmpty() }
    }

    test("each command of the guide is one that the launcher knows, each example is there") {
      val launcher = top.resolve("weft").readText()
      val known = Regex("""^ {2}(\w+)\)""", RegexOption.MULTILINE).findAll(launcher)
      val commands = known.map { it.groupValues[1] }.toSet()
      commands.shouldContainAll("demo", "run", "test")
      for (words in guide.commands().map { it.split(' ') }) {
        words[1] shouldBeIn commands
        if (words[1] == "run") withClue(words) { isExample(words[2]) }
      }
    }

    test("each link within the repository leads somewhere") {
      guide.brokenLinks().shouldBeEmpty()
    }
  })

/** Finds the class that the launcher would run. */
private fun isExample(name: String) {
  val words = name.split('-').map { word -> word.replaceFirstChar(Char::uppercase) }
  Class.forName("io.weft.examples.${name.substringBefore('-')}.${words.joinToString("")}Kt")
}
