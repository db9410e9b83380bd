package io.weft.stage

import io.weft.node.ExitReason
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple

/**
 * One subscription, as the stage at either end of it knows the other: GenStage's `from`.
 *
 * @param peer the other stage: its pid, or `{Name, Node}` as long as no more is known of it
 * @param tag tells the subscription from all others; both ends have the same
 */
public data class StageFrom(val peer: Term, val tag: Term) {
  /** The pid of the other stage, if it is known. */
  public val pid: Pid?
    get() = peer as? Pid

  /** The pair `{Pid, Tag}`. */
  public fun term(): Term = Tuple.of(peer, tag)
}

/** How a subscription ended. */
public data class SubscriptionEnd(
  val cause: Cause,
  /** Why: what it was cancelled with, or what the other stage ended with. */
  val reason: ExitReason,
  /** What the other stage was to this one. */
  val peer: Role,
) {
  /** What ended it. */
  public enum class Cause {
    /** One of the two cancelled it. */
    CANCELLED,

    /** The other stage ended, or cannot be reached any more. */
    DOWN,
  }

  /** One of the two ends of a subscription. */
  public enum class Role {
    PRODUCER,
    CONSUMER,
  }
}

/** Who asks for events: see [ConsumerScope.onSubscribed]. */
public enum class Asking {
  /** The stage, by `maxDemand` and `minDemand`. */
  AUTOMATIC,

  /** The code of the stage, with [ConsumerScope.ask]. */
  MANUAL,
}
