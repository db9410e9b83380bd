package io.weft.stage.dispatch

/** The elements from [start] to before [end]: the list itself if these are all, else a view. */
internal fun <E> List<E>.part(start: Int, end: Int): List<E> =
  when {
    start == end -> emptyList()
    start == 0 && end == size -> this
    else -> subList(start, end)
  }

/** The sum, or the largest number if it is larger. */
internal infix fun Long.saturatingPlus(other: Long): Long {
  val sum = this + other
  return if (this > 0 && other > 0 && sum < 0) Long.MAX_VALUE else sum
}
