package io.weft.stage.stream

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.stage.ConsumerScope
import io.weft.stage.Consumes
import io.weft.stage.engine.quitsBy
import io.weft.stage.failureOf
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.gen.asStage
import io.weft.stage.gen.demand
import io.weft.stage.wire.SubscribeTo
import io.weft.stage.wire.Whom
import kotlinx.coroutines.job

/**
 * One reading of a stream: a consumer, and who takes its events, one call after the other, on any
 * thread.
 *
 * The consumer asks for more when a batch is done with. It ends with its reader, whose
 * subscriptions it cancels with `normal`, or when there is nothing more to read.
 */
internal class Reader<E : Any>(private val stream: StageStream<E>) {
  private val turnstile = Turnstile<E>()
  private val process: Address<Consumes<E>> = stream.node.spawn(consumer())

  /** Returns the next events, null at the end; throws what a stream ends with that fails. */
  suspend fun next(): List<E>? = turnstile.next()

  /** Ends the reading, and does not wait for that. Idempotent. */
  fun leave() {
    turnstile.leave()
    process.asStage().tell(Left)
  }

  // --- the consumer ------------------------------------------------------------------------------

  private fun consumer(): Blueprint<Consumes<E>> =
    GenStage.consumer("stream", StageTypes(stream.events, null)) {
      var isComplete = false
      fun complete() {
        isComplete = true
        stop(ExitReason.NORMAL)
      }
      fun endIfAlone() {
        if (producers.isEmpty()) complete()
      }
      fun left() {
        for (producer in producers) cancelSubscription(producer, ExitReason.NORMAL)
        complete()
      }
      onEvents { events, _ -> if (!turnstile.pass(events)) left() }
      onSubscriptionEnd { _, _ -> self.next(::endIfAlone) } // unless that ends the consumer anyway
      handleCast(Left::class) { left() }
      handleCast(Opened::class) {
        tellDemand()
        endIfAlone()
      }
      quitsBy { reason -> // the failure is the reader's, and no crash of this process
        turnstile.end(failureOf(reason))
        complete()
      }
      onTerminate { reason -> turnstile.end(if (isComplete) null else failureOf(reason)) }
      coroutineContext.job.invokeOnCompletion { turnstile.end(failureOf(ExitReason.KILLED)) }
      subscribe()
    }

  private fun ConsumerScope<E, *>.subscribe() {
    val me = self.address().asStage()
    for (from in stream.producers) {
      me.tell(SubscribeTo(null, Whom.ByAddress(from.producer), from.options))
    }
    me.tell(Opened)
  }

  /** As the reference: when all are subscribed to. */
  private fun tellDemand() {
    val mode = stream.demand ?: return
    val told = stream.starting ?: stream.producers.map { it.producer }
    for (producer in told) producer.demand(mode)
  }

  /** All subscriptions are made. */
  private data object Opened

  /** The reader is gone. */
  private data object Left
}
