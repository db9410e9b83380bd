package io.weft.examples.stage

import io.weft.kotlin.call
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.Request
import io.weft.stage.Consumes
import io.weft.stage.Dispatcher
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.Transforms
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.dispatch.PartitionDispatcher
import io.weft.stage.gen.GenStage
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Terms
import kotlinx.serialization.Serializable

/** Counts from 0, as far as anybody wants. */
internal val numbers: Blueprint<Produces<Long>> = GenStage.producer("numbers") { count() }

private fun ProducerScope<Long, Produces<Long>>.count() {
  var next = 0L
  onDemand { wanted -> emit(List(wanted.toInt()) { next++ }) }
}

/** Doubles integers. */
internal val doubler: Blueprint<Transforms<Long, Long>> =
  GenStage.producerConsumer("doubler") { onEvents { events, _ -> emit(events.map { it * 2 }) } }

/** Counts for all at once: those who bring no selector of their own get the even numbers. */
internal val evens: Blueprint<Produces<Long>> =
  GenStage.producer("evens") {
    dispatcher { host -> SelectingEvens(BroadcastDispatcher.of<Long>().dispatcher(host)) }
    count()
  }

private class SelectingEvens(private val all: Dispatcher<Long>) : Dispatcher<Long> by all {
  override fun subscribe(subscriber: Subscriber<Long>, options: SubscribeOptions): Long =
    all.subscribe(
      subscriber,
      if (options.selector != null) options else options.selecting<Long> { it % 2 == 0L },
    )
}

/** Lets foreign consumers name `fun evens:even/1` and `fun evens:odd/1` as their selectors. */
internal fun provideSelectors(node: Node) {
  fun provide(name: String, remainder: Long) =
    node.functions().provideDirect("evens", name, 1) { arguments ->
      Atom.of((arguments.first() as? IntTerm)?.value()?.mod(2L) == remainder)
    }
  provide("even", 0)
  provide("odd", 1)
}

/** Counts, each number for who takes its remainder. */
internal val parts: Blueprint<Produces<Long>> =
  GenStage.producer("parts") {
    dispatcher(PartitionDispatcher.of(PARTS) { hash { (it % PARTS).toInt() } })
    count()
  }

private const val PARTS = 3

/** What [sink] is asked: the atom `taken`. */
@Serializable
internal sealed interface Sink : Consumes<Term> {
  /** What was taken so far, in order. */
  @Serializable data object Taken : Sink, Request<ListTerm>
}

/** Takes whatever comes and keeps it, for as long as it lives. */
internal val sink: Blueprint<Sink> =
  GenStage.consumerOf<Term, Sink>("sink") {
    val taken = ArrayList<Term>()
    onEvents { events, _ -> taken.addAll(events) }
    call { _: Sink.Taken -> Terms.list(taken) }
  }
