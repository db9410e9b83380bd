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
  fun undo() = callbacks.become(before)

  fun requireKind(kind: StageKind) {
    require(kind.consumes == (consuming != null) && kind.produces == (producing != null)) {
      "a stage cannot go on as a stage of another kind: $kind"
    }
  }
}
