package io.weft.stage.pipeline

import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine

/** Lets one coroutine wait for what others of the same process do. */
internal class Bell {
  private var waiting: CancellableContinuation<Unit>? = null

  /** Suspends until [condition] holds, which is looked at after each [ring]. */
  suspend fun awaitUntil(condition: () -> Boolean) {
    while (!condition()) suspendCancellableCoroutine { waiting = it }
  }

  fun ring() {
    val coroutine = waiting ?: return
    waiting = null
    coroutine.resume(Unit)
  }
}
