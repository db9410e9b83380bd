package io.weft.testkit

import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.term.Pid

/**
 * A request that somebody waits for an answer to. It is answered once; what comes later is dropped.
 */
public class Asked<Q : Any, R : Any>
internal constructor(
  /** The request. */
  public val request: Q,
  private val from: From,
) {
  /** The process that waits. */
  public val client: Pid
    get() = from.client()

  /** Answers. */
  public fun reply(value: R): Unit = from.reply(value)

  /** Answers that the request cannot be handled. */
  public fun refuse(why: String): Unit = from.refuse(why)

  /** Answers that there will be no reply, for [reason]. */
  public fun fail(reason: ExitReason): Unit = from.fail(reason)

  override fun toString(): String = "Asked($request)"
}
