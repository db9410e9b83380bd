package io.weft.examples

import java.lang.ProcessBuilder.Redirect
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/**
 * Starts a program of these modules in a JVM of its own, with a heap of 256 MB.
 *
 * @param main its class
 * @param errors where it says what went wrong
 * @param environment variables that it has besides those of the tests
 */
internal fun startProgram(
  main: String,
  arguments: List<String>,
  errors: Redirect,
  environment: Map<String, String>,
): Process {
  val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
  val classes = listOf("-cp", System.getProperty("java.class.path"), main)
  val builder =
    ProcessBuilder(
      listOf(java, "-Xmx256m", "--enable-native-access=ALL-UNNAMED") + classes + arguments
    )
  builder.environment().putAll(environment)
  return builder.redirectError(errors).start()
}

/** Waits for a program that is about to end; kills it if it does not. */
internal fun Process.awaitEnd() {
  if (!waitFor(30, TimeUnit.SECONDS)) destroyForcibly().waitFor()
}
