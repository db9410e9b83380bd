package io.weft.bench.soak

import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.stage.Cancel
import io.weft.stage.Consumes
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** A place where a consumer is, or soon will be again. */
internal class TakerPlace(
  val number: Int,
  val home: Int,
  val of: WellKind,
  val pace: Pace,
  val partition: Int?,
) {
  enum class Pace {
    FAST,

    /** A few milliseconds for each batch. */
    SLOW,

    /** Fast, and then nothing for a while. */
    FITFUL,
  }

  val label = "taker$number"

  /** How many consumers it has had. */
  @Volatile var lives = 0

  /** Whether it is subscribed, and how much it has taken, in all its lives. */
  @Volatile var isOn = false
  @Volatile var taken = 0L

  /** Those of the producer's own node choose half of the news. */
  val selects: Boolean
    get() = of == WellKind.NEWS && home == of.home && pace != Pace.FAST
}

/** Makes the consumers, in places on both nodes. */
internal class Takers(private val books: StageBooks, private val seed: Long) {
  val places: List<TakerPlace>

  init {
    var number = 0
    fun place(home: Int, of: WellKind, pace: TakerPlace.Pace, partition: Int? = null) =
      TakerPlace(number++, home, of, pace, partition)
    places =
      WellKind.entries.flatMap { kind ->
        when (kind) {
          WellKind.PARTS ->
            List(WellKind.PARTITIONS) { place(it % 2, kind, TakerPlace.Pace.entries[it % 3], it) }
          WellKind.GUSTS -> listOf(place(1, kind, TakerPlace.Pace.SLOW))
          else ->
            TakerPlace.Pace.entries.flatMap { pace ->
              listOf(place(0, kind, pace), place(1, kind, pace))
            }
        }
      }
  }

  fun blueprint(place: TakerPlace, node: Node, nodes: List<String>): Blueprint<Consumes<Item>> =
    GenStage.consumer<Item>(place.label) {
        val random = Random(seed * 1000 + place.number * 31L + place.lives++)
        val taking = Taking(books, place.label)
        onSubscribed { _, from -> taking.begins(from.tag).also { place.isOn = true } }
        onSubscriptionEnd { _, from ->
          taking.ends(from.tag)
          place.isOn = taking.isOn
        }
        onEvents { items, from ->
          taking.takes(items, from.tag)
          place.taken += items.size
          when (place.pace) {
            TakerPlace.Pace.FAST -> {}
            TakerPlace.Pace.SLOW -> delay(random.nextInt(1, 4).milliseconds)
            TakerPlace.Pace.FITFUL ->
              if (random.nextInt(50) == 0) delay(random.nextInt(20, 200).milliseconds)
          }
        }
        place.isOn = false
        val producer = node.address(place.of.label, nodes[place.of.home], stageCodec<Well>())
        val max = random.nextInt(1, 1000)
        launch {
          while (true) {
            delay(random.nextInt(5, 60).milliseconds)
            if (taking.isIdle) {
              subscribeTo(producer) {
                maxDemand = max
                minDemand = random.nextInt(max)
                cancel = if (random.nextBoolean()) Cancel.TEMPORARY else Cancel.PERMANENT
                place.partition?.let { partition(it) }
                if (place.selects) select { it.number % 2 == 0L }
              }
            }
          }
        }
      }
      .named(place.label)
}
