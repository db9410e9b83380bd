package io.weft.stage.graph

import io.weft.node.ExitReason
import io.weft.stage.ConsumerScope
import io.weft.stage.StageScope
import io.weft.stage.SubscriptionEnd
import io.weft.stage.gen.asStage
import io.weft.stage.gen.asyncInfo

/** Comes behind the last event of a stage that is done. */
internal data object Done

/** Lets a stage end when it handles [Done]. */
internal fun StageScope<*>.endsWhenDone() {
  handleCast(Done::class) { this@endsWhenDone.stop(ExitReason.NORMAL) }
}

/** Ends a stage as soon as the events that it has emitted are sent. */
internal fun StageScope<*>.done() {
  self.address().asStage().asyncInfo(Done)
}

/**
 * Lets a stage be done when all that it is subscribed to has ended as it should, after [last]; any
 * other end of one of them ends the stage with the same reason, at once.
 */
internal fun ConsumerScope<*, *>.completesWithProducers(last: suspend () -> Unit) {
  endsWhenDone()
  onSubscriptionEnd { end, _ ->
    if (end.peer == SubscriptionEnd.Role.PRODUCER) {
      if (!end.reason.isOrderly) stop(end.reason)
      else if (producers.isEmpty()) {
        last()
        done()
      }
    }
  }
}
