package io.weft.stage.bridge

import io.weft.node.ExitException
import io.weft.node.ExitReason

/** What `onError` tells of an end: the failure itself where it happened on this node. */
internal fun failureOf(reason: ExitReason): Throwable = reason.cause() ?: ExitException(reason)

/** What a stage ends with after `onError`; never an orderly end. */
internal fun reasonOf(failure: Throwable): ExitReason =
  (failure as? ExitException)?.reason()?.takeUnless { it.isOrderly } ?: ExitReason.crash(failure)
