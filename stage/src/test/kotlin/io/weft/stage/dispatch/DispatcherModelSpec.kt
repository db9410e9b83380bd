package io.weft.stage.dispatch

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.stage.Dispatching
import io.weft.term.Atom
import io.weft.term.PortableHash

/** The dispatchers beside plain ones that are said in a few words, with random calls. */
class DispatcherModelSpec :
  FunSpec({
    fun same(sequence: CallSequence, model: Dispatching<Int>) {
      val expected = sequence.run(model)
      val actual = sequence.run()
      withClue({ "$sequence" }) {
        for ((i, call) in sequence.calls.withIndex()) {
          "$i: $call -> ${actual[i]}" shouldBe "$i: $call -> ${expected[i]}"
        }
      }
    }

    test("GS-55 GS-56 the DemandDispatcher does as its model") {
      for (seed in SEEDS) same(CallSequence.demand(seed)) { NaiveDemand(it) }
    }

    test("GS-59 GS-60 the BroadcastDispatcher does as its model") {
      for (seed in SEEDS) same(CallSequence.broadcast(seed)) { NaiveBroadcast(it) }
    }

    test("GS-61 GS-63 GS-64 GS-65 the PartitionDispatcher does as its model, with numbers") {
      for (seed in SEEDS) {
        val count = CallSequence.partitionCount(seed).toLong()
        same(CallSequence.partitions(seed)) { host ->
          NaivePartition(host) { it to integer(PortableHash.phash2(it.toLong(), count)) }
        }
      }
    }

    test("GS-62 the PartitionDispatcher does as its model, with names") {
      for (seed in SEEDS) {
        same(CallSequence.names(seed)) { host ->
          NaivePartition(host) { event ->
            CallSequence.nameOf(event)?.let { it.event to Atom(it.partition as String) }
          }
        }
      }
    }
  })

private val SEEDS = 10_000L until 13_000L
