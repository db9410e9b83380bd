package io.weft.dist.testing

import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** Suspends until [condition] holds; fails when it does not come to hold. */
suspend fun awaited(condition: suspend () -> Boolean) {
  withContext(Dispatchers.Default) {
    withTimeout(30.seconds) {
      while (!condition()) yield()
    }
  }
}
