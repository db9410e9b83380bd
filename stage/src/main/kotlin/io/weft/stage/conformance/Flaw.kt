package io.weft.stage.conformance

/** What is wrong with a dispatcher. */
internal class Flaw(val what: String, override val cause: Throwable? = null) :
  RuntimeException(what, cause, false, false) {
  /** Whether it showed only when everything was to come to an end. */
  var atTheEnd: Boolean = false
}

internal fun flaw(what: String): Nothing = throw Flaw(what)

internal inline fun flawUnless(holds: Boolean, what: () -> String) {
  if (!holds) flaw(what())
}
