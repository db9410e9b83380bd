package io.weft.testkit.simulation

import java.nio.file.Files
import java.nio.file.Path

/** A run that somebody asks for again. */
internal class Replay(val name: String?, val cut: Cut) {
  companion object {
    private const val BEGIN = "seed="

    /** The run that `weft.replay` or `WEFT_REPLAY` asks for, or null. */
    fun asked(): Replay? =
      (System.getProperty("weft.replay") ?: System.getenv("WEFT_REPLAY"))
        ?.takeIf { it.isNotBlank() }
        ?.let(::parse)

    fun parse(text: String): Replay {
      val run = text.lastIndexOf(BEGIN)
      require(run >= 0) { "no seed to replay: $text" }
      val name = text.substring(0, run).trim().removeSuffix(":")
      return Replay(name.takeIf { it.isNotEmpty() }, Cut.parse(text.substring(run)))
    }

    /** One line for a shell that repeats a run of [test], by the tool that runs this. */
    fun command(test: String, replay: String): String {
      val shortTest = test.substringAfterLast('.')
      val quoted = "'${replay.replace("'", "'\\''")}'"
      if (System.getProperty("org.gradle.test.worker") != null)
        return "WEFT_REPLAY=$quoted ./gradlew test --tests $test"
      val here = Path.of(System.getProperty("basedir") ?: "").toAbsolutePath()
      val isModule = here.parent?.let { Files.exists(it.resolve("pom.xml")) } == true
      val module =
        if (isModule) " -pl ${here.fileName} -am -Dsurefire.failIfNoSpecifiedTests=false" else ""
      val more = System.getProperty("weft.maven")?.let { " $it" } ?: ""
      return "mvn test$module$more -Dtest=$shortTest -Dweft.replay=$quoted"
    }
  }
}

/** The class that asks for a simulation, as its test: one that is called so, if there is one. */
internal fun callingTest(): String {
  val callers =
    StackWalker.getInstance().walk { frames ->
      frames
        .map { it.className.substringBefore('$') }
        .filter { caller -> caller !in OWN && NOT_CALLERS.none { caller.startsWith(it) } }
        .distinct()
        .toList()
    }
  return callers.firstOrNull { caller -> TEST_NAMES.any(caller::endsWith) }
    ?: callers.firstOrNull()
    ?: "?"
}

private val OWN =
  listOf("Simulations", "Simulator", "ReplayKt").map { "io.weft.testkit.simulation.$it" }

private val NOT_CALLERS = listOf("kotlin.", "kotlinx.", "java.", "jdk.", "io.kotest.", "org.junit.")

private val TEST_NAMES = listOf("Test", "Tests", "Spec", "IT")
