package io.weft.bench.stage

import io.weft.node.Node
import io.weft.stage.gen.GenStage

/** The producers that never end, for consumers of other nodes. */
internal object Endless {
  fun start(node: Node) {
    start<Long>(node, StageRows.Events.NUMBERS) { it }
    start<Sale>(node, StageRows.Events.RECORDS) { Sale.number(it) }
  }

  private inline fun <reified E : Any> start(
    node: Node,
    events: StageRows.Events,
    crossinline event: (Long) -> E,
  ) {
    node.start(
      GenStage.producer<E>(events.producer()) {
          var next = 0L
          onDemand { wanted -> emit(List(wanted.toInt()) { event(next++) }) }
        }
        .named(events.producer())
    )
  }
}
