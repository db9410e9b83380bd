package io.weft.stage.pipeline

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.localNode
import io.weft.stage.graph.producer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** On the threads of a real node. */
class CarriersSpec :
  FunSpec({
    test("all events go through the stages of a node with many threads, each once") {
      localNode().use { node ->
        val count = 50_000
        val sum = AtomicLong()
        val perStage = ConcurrentHashMap<Int, Int>()
        val metrics =
          pipeline<Int>("many") {
              source(producer("numbers") { emitAll(1..count) })
              val rows =
                batcher<Int>("rows", Batches.byKey<Int>(100, 1.seconds) { it % 3 }.by(3)) { batch ->
                  perStage.merge(key as Int, batch.size, Int::plus)
                  batch.forEach { sum.addAndGet(it.toLong()) }
                }
              processors(4) {
                if (it % 1000 == 0) withContext(Dispatchers.Default) { yield() }
                it into rows
              }
              inFlight(2000)
            }
            .run(node)
        metrics.acknowledged shouldBe count
        metrics.redelivered shouldBe 0
        sum.get() shouldBe count.toLong() * (count + 1) / 2
        perStage.values.sum() shouldBe count
      }
    }
  })
