package io.weft.stage.engine

/**
 * What stays of a stage that goes on with other code: its subscriptions, what is buffered, and what
 * is asked for. The sides keep their [callbacks]; what those are is what changes.
 */
internal class StageLife(
  val callbacks: Callbacks,
  val consuming: ConsumerSide?,
  val between: Between?,
  val producing: ProducerSide?,
) {
  private val before = Callbacks().also { it.become(callbacks) }

  /** The code was not replaced after all. */
  fun undo() {
    callbacks.become(before)
    before.supervision?.undo()
  }

  /** @param supervises whether the stage that is to go on is a consumer supervisor */
  fun requireKind(kind: StageKind, supervises: Boolean) {
    require(kind.consumes == (consuming != null) && kind.produces == (producing != null)) {
      "a stage cannot go on as a stage of another kind: $kind"
    }
    require(supervises == (callbacks.supervision != null)) {
      if (supervises) "a consumer cannot go on as a consumer supervisor: it has no children"
      else "a consumer supervisor cannot go on as a consumer: nobody would supervise its children"
    }
  }
}
