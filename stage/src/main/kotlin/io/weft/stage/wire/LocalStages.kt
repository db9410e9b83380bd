package io.weft.stage.wire

import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Target
import io.weft.stage.Dialect
import io.weft.stage.EventCodec
import io.weft.term.Pid
import io.weft.term.Term
import java.util.concurrent.ConcurrentHashMap
import kotlin.reflect.KType

/** Who of a node is a stage of this library: they alone are spoken to without terms. */
internal class LocalStages {
  private val stages = ConcurrentHashMap<Pid, LocalStage>()

  fun add(stage: LocalStage, pid: Pid) {
    stages[pid] = stage
  }

  fun remove(pid: Pid) {
    stages.remove(pid)
  }

  fun find(pid: Pid): LocalStage? = stages[pid]

  companion object {
    fun of(node: Node): LocalStages = node.service(LocalStages::class.java) { LocalStages() }
  }
}

/** A stage of this node, and of which type the events are that it consumes; null if of none. */
internal class LocalStage(val address: Address<Any>, val consumes: KType?)

/** A stage, or who passes for one, as another speaks with it. */
internal sealed interface Correspondent {
  /** Does not connect: to a node that is not connected nothing is said. */
  fun tell(signal: StageSignal)

  fun tellConnecting(signal: StageSignal)

  /** A stage of this node. */
  class Here(private val address: Address<Any>) : Correspondent {
    override fun tell(signal: StageSignal) = address.tell(signal)

    override fun tellConnecting(signal: StageSignal) = tell(signal)
  }

  /** Who speaks terms. */
  class InTerms(
    private val address: Address<Term>,
    private val events: EventCodec<*>?,
    private val dialect: Dialect,
  ) : Correspondent {
    override fun tell(signal: StageSignal) =
      address.tellIfConnected(SignalTerms.term(signal, events, dialect))

    override fun tellConnecting(signal: StageSignal) =
      address.tell(SignalTerms.term(signal, events, dialect))
  }

  companion object {
    /** Returns how to speak with a producer. */
    fun producer(
      node: Node,
      target: Target,
      dialect: Dialect = Dialect.GEN_STAGE,
    ): Correspondent =
      localStage(node, target)?.let { Here(it.address) } ?: inTerms(node, target, null, dialect)

    /**
     * Returns how to speak with a consumer. One of this node gets events as they are if it consumes
     * such, for who subscribed it from elsewhere may have been wrong; else as terms.
     *
     * @param produces the type of the events
     * @param codec how they look as terms; null if they have no such form
     */
    fun consumer(
      node: Node,
      pid: Pid,
      produces: KType?,
      codec: EventCodec<*>?,
      dialect: Dialect,
    ): Correspondent {
      val target = Target.ByPid(pid)
      val here = localStage(node, target)?.takeIf { it.consumes == null || it.consumes == produces }
      return here?.let { Here(it.address) } ?: inTerms(node, target, codec, dialect)
    }

    private fun localStage(node: Node, target: Target): LocalStage? =
      (target as? Target.ByPid)?.let { LocalStages.of(node).find(it.pid()) }

    private fun inTerms(
      node: Node,
      target: Target,
      events: EventCodec<*>?,
      dialect: Dialect,
    ) =
      InTerms(
        when (target) {
          is Target.ByPid -> node.address(target.pid())
          is Target.ByName -> node.address(target.name().name(), target.node().name())
        },
        events,
        dialect,
      )
  }
}
