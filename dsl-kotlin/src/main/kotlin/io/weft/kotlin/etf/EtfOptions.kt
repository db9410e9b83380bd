package io.weft.kotlin.etf

import io.weft.etf.DecodeLimits
import io.weft.mapping.NamingStrategy
import io.weft.term.Atom

/** What a format was told; see [Etf.Builder]. */
internal class EtfOptions(
  val ignoreUnknownKeys: Boolean = false,
  val names: NamingStrategy = NamingStrategy.SNAKE_CASE,
  val nothing: Atom = Atom.UNDEFINED,
  val encodeDefaults: Boolean = true,
  val omitAbsent: Boolean = false,
  val compressionLevel: Int = 0,
  val limits: DecodeLimits = DecodeLimits.DEFAULT,
  private val types: Map<String, EtfTypeOptions> = emptyMap(),
) {
  /** What is said of a class besides its annotations. */
  fun type(serialName: String): EtfTypeOptions? = types[serialName.removeSuffix("?")]

  /** Of a serial name with dots the last segment. */
  fun nameOf(serialName: String): String =
    names.nameOf(serialName.removeSuffix("?").substringAfterLast('.'))
}
