package io.weft.stage.bridge

import io.weft.gen.AutoShutdown
import io.weft.gen.ChildSpec
import io.weft.gen.Restart
import io.weft.kotlin.SupervisorScope
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.graph.Bed
import io.weft.stage.graph.Outlet
import java.util.concurrent.Flow
import java.util.concurrent.atomic.AtomicInteger
import kotlin.reflect.KType

/** Stages between a [Feed] and publishers, under a supervisor that starts nothing again. */
internal class StageProcessor<A : Any, B : Any>(
  private val node: Node,
  output: KType,
) : Flow.Processor<A, B> {
  private val feed = Feed<A>(staysAlone = false)
  private val subscribers = AtomicInteger()
  private lateinit var last: List<Address<out Produces<B>>>

  private val publisher =
    StagePublisher<B>(node, output, SubscribeOptions.DEFAULT) {
      subscribers.incrementAndGet()
      Lines(last, ::meaning, ::left)
    }

  /** Starts the stages that [plant] adds behind the feed. */
  fun start(input: KType, plant: Bed.(Outlet<A>) -> List<Address<out Produces<B>>>) {
    val first = Outlet<A> { listOf(stage(feedOf(input))) }
    val tree =
      supervisor("processor") {
        autoShutdown = AutoShutdown.ALL_SIGNIFICANT
        last = Bed(Unrestarted(this)).plant(first)
      }
    node.start(tree)
  }

  private fun feedOf(input: KType): Blueprint<Produces<A>> =
    GenStage.producer("feed", StageTypes(input, null)) { feed.begin(this) }

  /** Nobody of the line is left: how the publisher ended tells more. */
  private fun meaning(reason: ExitReason): ExitReason =
    if (reason == ExitReason.NOPROC) feed.outcome ?: reason else reason

  private fun left() {
    if (subscribers.decrementAndGet() == 0) feed.cancel()
  }

  override fun subscribe(subscriber: Flow.Subscriber<in B>) = publisher.subscribe(subscriber)

  override fun onSubscribe(subscription: Flow.Subscription) = feed.onSubscribe(subscription)

  override fun onNext(event: A) = feed.onNext(event)

  override fun onError(failure: Throwable) = feed.onError(failure)

  override fun onComplete() = feed.onComplete()
}

/** A supervisor whose children have one life each. */
private class Unrestarted(private val tree: SupervisorScope) : SupervisorScope by tree {
  override fun <P : Any> child(spec: ChildSpec<P>) = tree.child(spec.restart(Restart.TEMPORARY))
}
