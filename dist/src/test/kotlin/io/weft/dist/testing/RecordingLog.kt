package io.weft.dist.testing

import java.util.concurrent.CopyOnWriteArrayList
import org.slf4j.Marker
import org.slf4j.event.Level
import org.slf4j.helpers.LegacyAbstractLogger
import org.slf4j.helpers.MessageFormatter

/** A logger that keeps its lines, each with its level in front. */
class RecordingLog : LegacyAbstractLogger() {
  private val kept = CopyOnWriteArrayList<String>()

  /** The lines so far. */
  val lines: List<String>
    get() = kept.toList()

  init {
    name = "recorded"
  }

  override fun handleNormalizedLoggingCall(
    level: Level,
    marker: Marker?,
    messagePattern: String,
    arguments: Array<out Any?>?,
    throwable: Throwable?,
  ) {
    val text = MessageFormatter.basicArrayFormat(messagePattern, arguments)
    kept.add("$level $text" + (throwable?.let { " $it" } ?: ""))
  }

  override fun getFullyQualifiedCallerName(): String? = null

  override fun isTraceEnabled() = true

  override fun isDebugEnabled() = true

  override fun isInfoEnabled() = true

  override fun isWarnEnabled() = true

  override fun isErrorEnabled() = true
}
