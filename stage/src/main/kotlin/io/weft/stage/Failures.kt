package io.weft.stage

import io.weft.node.ExitException
import io.weft.node.ExitReason

/** What an end is to who reads events: the failure itself where it happened on this node. */
internal fun failureOf(reason: ExitReason): Throwable = reason.cause() ?: ExitException(reason)

/** What a stage ends with when what it gets its events from fails; never an orderly end. */
internal fun reasonOf(failure: Throwable): ExitReason =
  (failure as? ExitException)?.reason()?.takeUnless { it.isOrderly } ?: ExitReason.crash(failure)
