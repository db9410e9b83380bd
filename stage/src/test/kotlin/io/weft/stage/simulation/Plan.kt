package io.weft.stage.simulation

import io.weft.stage.Cancel
import io.weft.stage.Keep
import kotlin.random.Random

/** A line of stages on several nodes, drawn at random: sources, stages between, and sinks. */
internal class Plan(val nodes: Int, val stages: List<Stage>) {
  enum class Kind {
    SOURCE,
    BETWEEN,
    SINK,
  }

  enum class Dispatch {
    DEMAND,
    BROADCAST,
    PARTITION,
  }

  /** How a source meets demand. */
  enum class Manner {
    /** At once. */
    PROMPT,

    /** Some of it every now and then. */
    LAZY,
  }

  class Stage(
    val number: Int,
    val kind: Kind,
    /** From one. */
    val node: Int,
    val inputs: List<Input>,
    val dispatch: Dispatch,
    val manner: Manner,
    /** Null for the default of a stage between others. */
    val buffer: Int?,
    val keep: Keep,
    /** How long at least and at most it takes for a batch, in ms. */
    val pause: IntRange,
    /** How many events a stage between makes of how many. */
    val gain: Gain,
  ) {
    val name = "${kind.name.lowercase()}$number"

    override fun toString() =
      "$name on n$node: ${inputs.joinToString()}" +
        if (kind == Kind.SINK) " $pause ms" else " $dispatch buffer=$buffer $keep $manner $gain"
  }

  enum class Gain {
    SAME,
    TWICE,
    HALF,
  }

  /** A subscription that a stage always wants to have. */
  class Input(
    val number: Int,
    val producer: Int,
    val max: Int,
    val min: Int,
    val cancel: Cancel,
    val asking: Asks,
    val selects: Boolean,
    val partition: Int?,
  ) {
    override fun toString() =
      "<- $producer $min..$max $cancel $asking" +
        (if (selects) " selects" else "") +
        (partition?.let { " partition $it" } ?: "")
  }

  enum class Asks {
    AUTOMATIC,
    MANUAL,
  }

  fun consumersOf(producer: Stage): List<Stage> = stages.filter { stage ->
    stage.inputs.any { it.producer == producer.number }
  }

  override fun toString() = stages.joinToString("\n")

  companion object {
    fun draw(random: Random): Plan = Draw(random).plan()
  }

  /** Draws from the sinks up, as what a producer is depends on who its consumers are. */
  private class Draw(private val random: Random) {
    private val nodes = random.nextInt(1, 4)
    private val layers = List(random.nextInt(2, 4)) { random.nextInt(1, 4) }
    private val numbers =
      layers.fold(listOf<IntRange>()) { all, size ->
        val first = (all.lastOrNull()?.last ?: -1) + 1
        all + listOf(first until first + size)
      }

    fun plan(): Plan {
      val producers = numbers.zipWithNext().map { (above, below) -> wiring(above, below) }
      val wires = producers.fold(mapOf<Int, List<Int>>()) { all, some -> all + some }
      val dispatches = numbers.flatten().associateWith { dispatch() }
      val stages = numbers.flatMapIndexed { layer, range ->
        range.map { stage(it, layer, wires, dispatches) }
      }
      return Plan(nodes, stages)
    }

    private fun dispatch() =
      when (random.nextInt(10)) {
        in 0..4 -> Dispatch.DEMAND
        in 5..7 -> Dispatch.BROADCAST
        else -> Dispatch.PARTITION
      }

    /** Who of [below] is to get events of whom of [above]: everybody has somebody. */
    private fun wiring(above: IntRange, below: IntRange): Map<Int, List<Int>> {
      val all = random.nextInt(3) == 0
      val wires = below.associateWith {
        if (all) above.toMutableSet() else mutableSetOf(above.random(random))
      }
      for (producer in above) {
        if (wires.values.none { producer in it }) wires.getValue(below.random(random)) += producer
      }
      return wires.mapValues { it.value.sorted() }
    }

    private fun stage(
      number: Int,
      layer: Int,
      wires: Map<Int, List<Int>>,
      dispatches: Map<Int, Dispatch>,
    ): Stage {
      val kind =
        when (layer) {
          0 -> Kind.SOURCE
          layers.lastIndex -> Kind.SINK
          else -> Kind.BETWEEN
        }
      val inputs =
        wires[number].orEmpty().mapIndexed { i, producer ->
          val siblings = wires.filterValues { producer in it }.keys.sorted()
          input(i, producer, dispatches.getValue(producer), siblings.indexOf(number), kind)
        }
      return Stage(
        number,
        kind,
        1 + random.nextInt(nodes),
        inputs,
        dispatches.getValue(number),
        Manner.entries.random(random),
        if (kind == Kind.BETWEEN && random.nextBoolean()) null else random.nextInt(1, 60),
        Keep.entries.random(random),
        pause(kind),
        Gain.entries.random(random),
      )
    }

    private fun pause(kind: Kind): IntRange {
      if (kind != Kind.SINK) return if (random.nextInt(3) == 0) 1..20 else 0..0
      val least = listOf(3, 6, 15).random(random)
      return least..least * listOf(1, 2, 3).random(random)
    }

    private fun input(
      number: Int,
      producer: Int,
      dispatch: Dispatch,
      place: Int,
      kind: Kind,
    ): Input {
      val max = if (random.nextBoolean()) random.nextInt(1, 6) else random.nextInt(1, 60)
      return Input(
        number,
        producer,
        max,
        random.nextInt(max),
        Cancel.entries.random(random),
        if (kind == Kind.SINK && random.nextInt(4) == 0) Asks.MANUAL else Asks.AUTOMATIC,
        dispatch == Dispatch.BROADCAST && random.nextInt(3) == 0,
        if (dispatch == Dispatch.PARTITION) place else null,
      )
    }
  }
}
