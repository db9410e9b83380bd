package io.weft.stage.engine

import io.weft.node.ShownState
import io.weft.node.ShownTerms
import io.weft.node.SystemStatus
import io.weft.stage.DemandMode
import io.weft.term.MapTerm
import io.weft.term.Term
import io.weft.term.Terms

/** A stage as `sys:get_state` and `sys:get_status` show it. */
internal class StageView(
  private val kind: StageKind,
  private val dispatcher: String?,
  private val producers: List<Term>,
  private val consumers: List<Term>,
  private val buffered: Int,
  private val mode: DemandMode,
  private val demand: Long,
) : ShownState {
  /** Of a producer how it treats demand; of a stage between others how many events are wanted. */
  private val events: Any
    get() = if (kind == StageKind.PRODUCER_CONSUMER) demand else mode

  private val entries: Map<String, Any?>
    get() =
      linkedMapOf<String, Any?>("type" to kind).also {
        if (kind.produces) it["dispatcher"] = dispatcher
        if (kind.consumes) it["producers"] = producers
        if (kind.produces) it["consumers"] = consumers
        if (kind.produces) it["buffered"] = buffered
        if (kind.produces) it["demand"] = events
      }

  override fun shown(): Term =
    MapTerm(entries.entries.associate { (name, value) -> Terms.atom(name) to ShownTerms.of(value) })

  override fun toString(): String = shown().toString()

  /** The items of GenStage's own, in its order. */
  fun status(facts: SystemStatus.Facts): SystemStatus {
    val items = ArrayList<Term>()
    items += SystemStatus.item("State", shown())
    items += SystemStatus.item("Stage", ShownTerms.of(kind))
    if (kind.produces) items += SystemStatus.item("Dispatcher", ShownTerms.of(dispatcher))
    if (kind.consumes) items += SystemStatus.item("Producers", Terms.list(producers))
    if (kind.produces) items += SystemStatus.item("Consumers", Terms.list(consumers))
    if (kind.produces) items += SystemStatus.item("Buffer size", ShownTerms.of(buffered))
    return SystemStatus.of(
      "gen_server",
      SystemStatus.header("Status for generic server ${facts.name()}"),
      SystemStatus.data(
        SystemStatus.item("Status", facts.state()),
        SystemStatus.item("Parent", facts.parent()),
        SystemStatus.item("Logged events", facts.loggedEvents()),
      ),
      SystemStatus.data(*items.toTypedArray()),
    )
  }

  companion object {
    fun of(producing: ProducerSide?, consuming: ConsumerSide?, between: Between?): StageView =
      StageView(
        when {
          between != null -> StageKind.PRODUCER_CONSUMER
          consuming != null -> StageKind.CONSUMER
          else -> StageKind.PRODUCER
        },
        producing?.dispatcherName,
        consuming?.froms.orEmpty().map { it.peer },
        producing?.froms.orEmpty().map { it.peer },
        producing?.buffered ?: 0,
        producing?.mode ?: DemandMode.FORWARD,
        between?.open ?: 0,
      )
  }
}
