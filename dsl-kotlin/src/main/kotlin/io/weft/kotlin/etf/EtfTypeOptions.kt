package io.weft.kotlin.etf

import io.weft.mapping.EtfKeys

/**
 * How one class looks as terms where that is not said by annotations, or where they say something
 * else: what is said here wins. See [Etf.Builder.type].
 */
public class EtfTypeOptions internal constructor() {
  internal var form: ClassForm? = null
  internal var tag: String? = null
  internal var module: String? = null
  internal var keys: EtfKeys? = null
  internal var ignoresUnknown: Boolean? = null
  internal val names = HashMap<String, String>()

  /** As [EtfTuple] does. */
  public fun tuple(): Unit = take(ClassForm.TUPLE)

  /** As [EtfRecord] does. */
  public fun record(): Unit = take(ClassForm.RECORD)

  /** As [EtfMap] does, with atoms as keys. */
  public fun map(): Unit = map(EtfKeys.ATOMS)

  /** As [EtfMap] does. */
  public fun map(keys: EtfKeys) {
    this.keys = keys
    take(ClassForm.MAP)
  }

  /** As [EtfProplist] does. */
  public fun proplist(): Unit = take(ClassForm.PROPLIST)

  /** As [EtfStruct] does. */
  public fun struct(module: String) {
    this.module = module
    take(ClassForm.STRUCT)
  }

  private fun take(form: ClassForm) {
    this.form = form
  }

  /** As [EtfTag] does on a class, but does not say that it is a tagged tuple. */
  public fun tag(tag: String) {
    this.tag = tag
  }

  /** Gives a field this key, as [EtfTag] does. */
  public fun key(field: String, key: String) {
    names[field] = key
  }

  /** Skips keys that are unknown. */
  public fun ignoreUnknownKeys() {
    ignoresUnknown = true
  }

  /** Refuses keys that are unknown, also where the format ignores them. */
  public fun failOnUnknownKeys() {
    ignoresUnknown = false
  }
}
