package io.weft.stage.bridge

import io.weft.stage.ConsumerScope
import io.weft.stage.Consumes
import io.weft.stage.EmittingScope
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.graph.Inlet
import io.weft.stage.graph.Taken
import io.weft.stage.graph.Through
import io.weft.stage.graph.completesWithProducers
import io.weft.stage.graph.throughUntil
import io.weft.stage.stream.Turnstile
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch

/**
 * Returns a stage that makes other events of those that come, by the operators of flows:
 * ```
 * lines(path) into flowing("orders") { it.drop(1).map(::parse).filterNotNull() } into ..
 * ```
 *
 * They run in the turns of the stage. A batch counts as handled, and more is asked for, when the
 * flow comes for the first event after it. When all that comes before is done, the flow is
 * complete; when the result is, and its events are sent, so is the stage. A failure of the flow
 * fails the stage. What a flow does not collect, since it has enough, is dropped.
 */
public inline fun <reified A : Any, reified B : Any> flowing(
  label: String,
  noinline operators: (Flow<A>) -> Flow<B>,
): Through<A, B> = flowing(label, typeOf<A>(), typeOf<B>(), Taken.BY_DEFAULT, operators)

/**
 * Returns stages that make other events of those that come, by the operators of flows: the same
 * without reified types, with other demand or by several stages, each of which has a flow.
 */
public fun <A : Any, B : Any> flowing(
  label: String,
  input: KType,
  output: KType,
  taken: Taken<A>,
  operators: (Flow<A>) -> Flow<B>,
): Through<A, B> =
  throughUntil(label, input, output, taken) {
    val batch = EmittedBatch(this, self::post)
    collectedBy { events ->
      operators(events).collect(batch::add)
      batch.flush()
    }
  }

/**
 * Returns a stage whose events [code] collects; the rules are those of [flowing]. When the code is
 * done before the events are, those that come are dropped.
 */
public inline fun <reified E : Any> collecting(
  label: String,
  noinline code: suspend (Flow<E>) -> Unit,
): Inlet<E> = collecting(label, typeOf<E>(), Taken.BY_DEFAULT, code)

/**
 * Returns stages whose events [code] collects: the same without reified types, with other demand or
 * by several stages, each of which has a flow.
 */
public fun <E : Any> collecting(
  label: String,
  events: KType,
  taken: Taken<E>,
  code: suspend (Flow<E>) -> Unit,
): Inlet<E> = Inlet { before ->
  taken.planted(this, before, label) { name, subscribe ->
    GenStage.consumer<E, Consumes<E>>(name, StageTypes(events, null)) {
      collectedBy(code)
      subscribe()
    }
  }
}

/** Lets [code] have the events of a stage, which is done when its producers and the code are. */
private fun <E : Any> ConsumerScope<E, *>.collectedBy(code: suspend (Flow<E>) -> Unit) {
  val turnstile = Turnstile<E>()
  val work = launch {
    code(flow { while (true) for (event in turnstile.next() ?: break) emit(event) })
    turnstile.leave()
  }
  onEvents { events, _ -> turnstile.pass(events) }
  completesWithProducers {
    turnstile.end(null)
    work.join()
  }
}

/** Sends what is emitted in one go in one message. */
private class EmittedBatch<E : Any>(
  private val stage: EmittingScope<E>,
  private val later: (Runnable) -> Unit,
) {
  private var batch = ArrayList<E>()

  @Suppress("RedundantSuspendModifier") // as collectors are
  suspend fun add(event: E) {
    if (batch.isEmpty()) later(::flush)
    batch.add(event)
  }

  fun flush() {
    if (batch.isEmpty()) return
    val events = batch
    batch = ArrayList()
    stage.emit(events)
  }
}
