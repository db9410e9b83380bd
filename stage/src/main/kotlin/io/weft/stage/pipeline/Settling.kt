package io.weft.stage.pipeline

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/**
 * Tells a source what became of its events: one thing at a time, and all that was decided meanwhile
 * at once.
 *
 * @param onFailed hears of failures before the source does
 * @param told hears of what the source was told
 */
internal class Settling(
  scope: CoroutineScope,
  private val intake: Intake,
  private val onFailed: suspend (List<Failure<Item>>) -> Unit,
  private val told: (List<Item>, List<Failure<Item>>) -> Unit,
) {
  private val bell = Bell()
  private var done = ArrayList<Item>()
  private var failed = ArrayList<Failure<Item>>()
  private val telling: Job = scope.launch { while (true) tell() }

  fun done(item: Item) {
    done += item
    bell.ring()
  }

  fun failed(failure: Failure<Item>) {
    failed += failure
    bell.ring()
  }

  private suspend fun tell() {
    bell.awaitUntil { done.isNotEmpty() || failed.isNotEmpty() }
    val done = this.done
    val failed = this.failed
    this.done = ArrayList()
    this.failed = ArrayList()
    if (failed.isNotEmpty()) {
      onFailed(failed)
      intake.failed(failed)
    }
    if (done.isNotEmpty()) intake.acknowledged(done)
    told(done, failed)
  }

  /** Tells nothing more; returns when nothing is being told. */
  suspend fun stop() {
    telling.cancel()
    telling.join()
  }
}
