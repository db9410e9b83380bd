package io.weft.kotlin.etf

import kotlinx.serialization.SerializationException

/**
 * A term does not fit the class it should become, or a value has no form as a term.
 *
 * The message is the [path], what was expected and what was found: `$.items[2].price: expected an
 * integer, found {a,b}`.
 *
 * @property path where: `$` is the whole value, `.name` a field, `[2]` an element, `[key]` an entry
 *   of a map
 */
public class EtfSerializationException
internal constructor(public val path: String, problem: String, cause: Throwable?) :
  SerializationException("$path: $problem", cause) {
  internal constructor(path: String, problem: String) : this(path, problem, null)
}
