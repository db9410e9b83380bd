package io.weft.examples

import java.nio.file.Path
import kotlin.io.path.exists

/** The top directory of the repository that the tests run in. */
internal fun repository(): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .first { it.resolve("README.md").exists() && it.resolve("weft").exists() }
