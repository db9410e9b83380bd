package io.weft.stage.bridge

import io.weft.node.Node
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/**
 * Calls foreign code, which may block, one call after the other and in order: on a strand that
 * lives as long as there is something to call. Callable from any thread.
 *
 * @param label what the strand is called
 */
internal class SerialCalls(private val node: Node, private val label: String) {
  private val calls = ConcurrentLinkedQueue<() -> Unit>()
  private val waiting = AtomicInteger()

  /** Runs [call] after those before it. What it throws is the thread's to report. */
  fun add(call: () -> Unit) {
    calls.add(call)
    if (waiting.getAndIncrement() == 0) node.seams().strands().start(label, ::run)
  }

  private fun run() {
    do {
      guarded(calls.remove())
    } while (waiting.decrementAndGet() > 0)
  }

  /** Whoever adds a call sees to its failures; what fails nevertheless must not stop the others. */
  private fun guarded(call: () -> Unit) {
    try {
      call()
    } catch (failure: Throwable) {
      val thread = Thread.currentThread()
      thread.uncaughtExceptionHandler.uncaughtException(thread, failure)
    }
  }
}
