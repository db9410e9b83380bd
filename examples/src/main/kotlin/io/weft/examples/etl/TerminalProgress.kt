package io.weft.examples.etl

import java.util.concurrent.atomic.LongAdder
import me.tongfei.progressbar.ProgressBar
import me.tongfei.progressbar.ProgressBarBuilder

/** Shows on standard error how much of a file is loaded, how fast, and how long it will take. */
internal class TerminalProgress(source: Source) : LoadListener, AutoCloseable {
  private val rows = LongAdder()
  private val rejects = LongAdder()
  private val bar: ProgressBar =
    ProgressBarBuilder()
      .setTaskName(source.file.fileName.toString())
      .setInitialMax(source.size)
      .setUnit(" kB", 1_000)
      .showSpeed()
      .setUpdateIntervalMillis(500)
      .build()

  /** What is there from the runs before counts for nothing in the speed. */
  fun begin(at: Position) {
    bar.stepTo(at.bytes)
  }

  override fun loaded(rows: List<Loaded>) {
    val rejected = rows.count { it is Reject }
    this.rows.add(rows.size.toLong() - rejected)
    rejects.add(rejected.toLong())
    bar.extraMessage = " ${this.rows} rows, $rejects rejected"
  }

  override fun reached(place: Position) {
    bar.stepTo(place.bytes)
  }

  override fun close() = bar.close()

  override fun toString(): String = "$rows rows written, $rejects rejected"
}
