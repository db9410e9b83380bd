package io.weft.stage.bridge

import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.stage.SubscribeOptions
import io.weft.stage.Transforms
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.gen.subscribeAsync
import io.weft.stage.graph.Followers
import io.weft.stage.graph.Through
import java.util.concurrent.Flow
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Starts a line of stages, and returns it as a processor. Blocks until they run: not for turns.
 *
 * Every subscriber gets every event from its subscription on, at the pace of the slowest. The line
 * requests events before subscribers want them, as many as its first step [takes]
 * [io.weft.stage.graph.Taken] at once. It is done when the publisher has completed and the events
 * went through; a failure of the publisher, or of a stage, ends the line and is what subscribers
 * get; nothing is started again. When the last subscriber cancels, so does the line. Who subscribes
 * to a line that has ended hears how, if the publisher ended it.
 */
public inline fun <reified A : Any, reified B : Any> Through<A, B>.asProcessor(
  node: Node
): Flow.Processor<A, B> = asProcessor(node, typeOf<A>(), typeOf<B>())

/** Starts a line of stages as a processor: the same without reified types. */
public fun <A : Any, B : Any> Through<A, B>.asProcessor(
  node: Node,
  input: KType,
  output: KType,
): Flow.Processor<A, B> {
  val processor = StageProcessor<A, B>(node, output)
  processor.start(input) { feed ->
    // nothing is done, nor is the line, before somebody has subscribed
    from(feed).plant(this, Followers<B>(BroadcastDispatcher.of()).also { it.count = 1 })
  }
  return processor
}

/**
 * Starts a stage between others, and returns it as a processor: as the other [asProcessor], but the
 * stage decides with its dispatcher who gets which events.
 */
public inline fun <reified A : Any, reified B : Any> Blueprint<out Transforms<A, B>>.asProcessor(
  node: Node
): Flow.Processor<A, B> = asProcessor(node, typeOf<A>(), typeOf<B>(), SubscribeOptions.DEFAULT)

/**
 * Starts a stage between others as a processor: the same without reified types.
 *
 * @param options with which the stage subscribes to what is fed to it
 */
public fun <A : Any, B : Any> Blueprint<out Transforms<A, B>>.asProcessor(
  node: Node,
  input: KType,
  output: KType,
  options: SubscribeOptions,
): Flow.Processor<A, B> {
  val processor = StageProcessor<A, B>(node, output)
  lateinit var subscribe: () -> Unit
  processor.start(input) { feed ->
    val before = feed.plant(this, Followers(null)).single()
    val stage = stage(this@asProcessor)
    subscribe = { stage.subscribeAsync(before, options) }
    listOf(stage)
  }
  subscribe()
  return processor
}
