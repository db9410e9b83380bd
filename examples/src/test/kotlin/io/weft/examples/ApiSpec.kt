package io.weft.examples

import io.kotest.assertions.fail
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.createParentDirectories
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText
import kotlin.io.path.walk
import kotlin.io.path.writeText
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools

private const val REWRITE =
  "If that is meant so, run `./weft api` and commit what it has written with the change."

/**
 * What users can call is written down in `api/MODULE.api`, so that a change of it is seen in the
 * change that makes it. `./weft api` writes the files.
 */
class ApiSpec :
  FunSpec({
    val top = repository()
    val files = top.resolve("api")
    val isToWrite = System.getProperty("weft.api") == "write"

    for (module in publicModules(top)) {
      test("the public API of $module is that of api/$module.api") {
        val file = files.resolve("$module.api")
        val api = apiOf(top, module)
        if (isToWrite) {
          files.createDirectories()
          file.writeText(api)
        } else if (!file.exists()) {
          fail("the public API of $module is not written down. $REWRITE")
        } else if (file.readText() != api) {
          fail(
            "the public API of $module is not what api/$module.api says:\n${diff(file, api)}\n$REWRITE"
          )
        }
      }
    }

    test("there is no API of a module that is gone") {
      val written = files.listDirectoryEntries("*.api").map { it.nameWithoutExtension }
      withClue("Delete the files of") { (written - publicModules(top)).shouldBeEmpty() }
    }
  })

/** The modules for others to use. */
private fun publicModules(top: Path): List<String> =
  Regex("<module>(.*)</module>")
    .findAll(top.resolve("pom.xml").readText())
    .map { it.groupValues[1] }
    .filter { it !in setOf("hang-guard", "examples", "bench") }
    .toList()

private fun apiOf(top: Path, module: String): String {
  val classes = top.resolve("$module/target/classes")
  check(classes.isDirectory()) {
    "$module is not built: examples/pom.xml must have it among the dependencies of the tests"
  }
  val files = classes.walk().filter { it.extension == "class" }.sorted().map { it.toFile() }
  return buildString { TOOLS.printJvmDump(this, files.toList(), AbiFilters.EMPTY) }
}

private fun diff(file: Path, api: String): String {
  val present = Path.of("target/api").resolve(file.fileName).createParentDirectories()
  present.writeText(api)
  return TOOLS.filesDiff(file.toFile(), present.toFile()).orEmpty()
}

private val TOOLS = AbiTools.getInstance()
