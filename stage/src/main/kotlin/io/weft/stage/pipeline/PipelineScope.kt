package io.weft.stage.pipeline

import io.weft.kotlin.Turn
import io.weft.kotlin.WeftDsl
import io.weft.stage.Retry
import io.weft.stage.graph.Outlet
import io.weft.stage.graph.Taken
import kotlin.time.Duration

/**
 * What a [Pipeline] consists of. It needs a source and processors; all else may be left out.
 *
 * @param In the events of its source
 */
@WeftDsl
public interface PipelineScope<In : Any> {
  /**
   * Takes events from a source that is told what became of them. [open] runs in the desk's process
   * at the beginning of each of its lives; what it throws ends that life.
   */
  public fun source(open: suspend Turn<*>.() -> PipelineSource<In, *>)

  /**
   * Takes events from stages: `producer("rows") { emit(..) }`, the lines of a file, or with
   * [from][io.weft.stage.graph.from] stages that run already, here or on another node. Those that
   * are described here are part of the pipeline's tree. Nobody is told what became of an event: as
   * long as the pipeline's desk lives none is lost, and when that fails or is killed, the stages
   * described here are started again with it and begin anew, while of stages that run already those
   * events that were in flight are gone. When one of those fails the line does as well: [Producers]
   * come and go.
   */
  public fun source(stages: Outlet<In>)

  /**
   * Takes events from stages that run on their own, Weft's or Elixir's, here or on other nodes, and
   * subscribes to them again when they were lost: what is promised of their events is said there.
   */
  public fun source(producers: Producers<In>)

  /**
   * Processes events by [count] stages, each of which has ten in its hands at most, and is given
   * more when five are left.
   */
  public fun processors(count: Int, code: suspend Processing.(In) -> Routed)

  /** The same by [key]: see the next one. Null is a key like any other. */
  public fun processors(
    count: Int,
    key: (In) -> Any?,
    code: suspend Processing.(In) -> Routed,
  )

  /**
   * Processes events, one after the other in each of the stages. [code] may suspend; what it throws
   * fails that one event, and it is tried again as [retry] says.
   *
   * By key ([Taken.byKey]) all events of one key go through the same stage, in order: a stage that
   * is to try one again waits with all that come after it. Otherwise an event that is to be tried
   * again is put aside, and others go on.
   *
   * @param taken by how many stages, and how many events each has in its hands at most: a thousand
   *   if it does not say
   */
  public fun processors(taken: Taken<In>, code: suspend Processing.(In) -> Routed)

  /**
   * Adds a batcher, to which processors send results with `into`. [code] handles a batch, and may
   * suspend; what it throws fails all in it, and the same batch is tried again as [retry] says, by
   * the same stage, which takes no other meanwhile.
   *
   * @param name what metrics, logs and reports call it; no two have the same
   */
  public fun <T : Any> batcher(
    name: String,
    batches: Batches<T>,
    code: suspend Batching<T>.(List<T>) -> Unit,
  ): Batcher<T>

  /**
   * When what failed is tried again, in processors and batchers that have no policy of their own
   * ([Taken.retry], [Batches.retry]): never if not told.
   */
  public fun retry(policy: Retry)

  /**
   * Hears of events that failed for good, before their source is told: the place for dead letters.
   * Runs in turns of the desk and may suspend; what it throws ends this life of the pipeline, and
   * the source is not told. If not told, a warning in the log names each.
   */
  public fun onFailed(code: suspend (List<Failure<In>>) -> Unit)

  /**
   * How many events may be in flight: received, and their source not told yet. If not told as many
   * as the processors take, and for each batcher one batch more than it has stages.
   */
  public fun inFlight(most: Int)

  /**
   * How often an event is given to a stage again after one ended by a crash or a kill with it in
   * its hands: it fails for good then, with a [StageLostException]. Five times if not told. A
   * processor that is given such an event has nothing else in its hands, so that no others are lost
   * with it; a batch is given again as a whole.
   */
  public fun redeliveries(most: Int)

  /**
   * How long what is in flight may take when the pipeline is to stop: thirty seconds if not told.
   */
  public fun drainWithin(limit: Duration)

  /**
   * How many restarts within what time are taken for bad luck, of processors and batchers, and of
   * the line: ten and one in five seconds if not told. When stages are started again too often the
   * whole line is, and when that is, the tree ends.
   */
  public fun intensity(max: Int, within: Duration)

  /** Lets somebody look on. */
  public fun observer(observer: PipelineObserver)
}
