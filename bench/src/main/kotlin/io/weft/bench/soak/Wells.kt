package io.weft.bench.soak

import io.weft.kotlin.ServerScope
import io.weft.kotlin.call
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.stage.Cancel
import io.weft.stage.Dispatching
import io.weft.stage.EmittingScope
import io.weft.stage.Keep
import io.weft.stage.StageScope
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.dispatch.PartitionDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import io.weft.term.Term
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** The producers under stress. */
internal enum class WellKind(val home: Int) {
  /** For whoever wants most. */
  NUMBERS(0),

  /** For all, of which some choose. */
  NEWS(1),

  /** By partitions. */
  PARTS(0),

  /** More than anybody wants, in gusts, with a small buffer. */
  GUSTS(0),

  /** What comes of [NUMBERS], on the other node. */
  RELAY(1);

  val label = name.lowercase()

  fun dispatching(): Dispatching<Item> =
    when (this) {
      NEWS -> BroadcastDispatcher.of()
      PARTS -> PartitionDispatcher.of(PARTITIONS) { hash { (it.number % PARTITIONS).toInt() } }
      else -> DemandDispatcher.of()
    }

  companion object {
    const val PARTITIONS = 4
  }
}

/** Makes the producers; each counts what it makes, and what becomes of it. */
internal class Wells(
  private val books: StageBooks,
  private val seed: Long,
  private val post: ItemPost,
) {
  fun blueprint(kind: WellKind, node: Node, nodes: List<String>): Blueprint<Well> =
    when (kind) {
      WellKind.RELAY -> relay(node, nodes[WellKind.NUMBERS.home])
      else -> source(kind)
    }.named(kind.label)

  private fun source(kind: WellKind): Blueprint<Well> =
    GenStage.producerOf<Item, Well>(kind.label) {
      val counted = counting(kind)
      onDemand { wanted ->
        if (kind != WellKind.GUSTS) emit(counted.make(wanted.toInt()))
      }
      if (kind == WellKind.GUSTS) {
        buffer(BUFFER, Keep.LAST)
        val random = Random(seed)
        launch {
          while (true) {
            delay(random.nextInt(1, 40).milliseconds)
            emit(counted.make(random.nextInt(1, 2000)))
            if (buffered > BUFFER) books.violation("$buffered events are buffered, of $BUFFER")
          }
        }
      }
    }

  private fun relay(node: Node, numbers: String): Blueprint<Well> =
    GenStage.producerConsumerOf<Item, Item, Well>(WellKind.RELAY.label) {
      val counted = counting(WellKind.RELAY)
      val taking = Taking(books, WellKind.RELAY.label)
      onEvents { items, from ->
        taking.takes(items, from.tag)
        emit(counted.make(items.size))
      }
      onSubscribed { _, from -> taking.begins(from.tag) }
      ending(WellKind.RELAY) { taking.ends(it) }
      launch {
        while (true) {
          delay(30.milliseconds)
          if (taking.isIdle) {
            val producer = node.address(WellKind.NUMBERS.label, numbers, stageCodec<Well>())
            subscribeTo(producer) {
              maxDemand = 500
              cancel = Cancel.TEMPORARY
            }
          }
        }
      }
    }

  /** What all of them do: count what they make and what becomes of it. */
  private fun <S> S.counting(kind: WellKind): Counted
    where S : EmittingScope<Item>, S : StageScope<Well> {
    val counted = Counted()
    dispatcher(Numbering.of(kind.dispatching(), books, post) { counted.numbering = it })
    onDiscarded { events ->
      counted.dropped += events
      books.dropped.add(events)
      books.drops.increment()
      false
    }
    onSubscriber { _, _ -> books.consumers[kind.label] = consumers.size }
    if (kind != WellKind.RELAY) ending(kind) {}
    answering { Stock(counted.made, counted.numbering.sent, buffered, counted.dropped) }
    return counted
  }

  /** @param mine told of each subscription that is over, whichever side of it the stage was */
  private fun <S> S.ending(kind: WellKind, mine: (Term) -> Unit)
    where S : EmittingScope<Item>, S : StageScope<Well> {
    onSubscriptionEnd { _, from ->
      mine(from.tag)
      books.consumers[kind.label] = consumers.size
    }
  }

  private fun ServerScope<Well>.answering(stock: () -> Stock) {
    call { _: Well.Count -> stock() }
  }

  private class Counted {
    lateinit var numbering: Numbering
    var made = 0L
    var dropped = 0L

    fun make(events: Int): List<Item> = List(events) { Item(0, made++) }
  }

  private companion object {
    const val BUFFER = 5_000
  }
}
