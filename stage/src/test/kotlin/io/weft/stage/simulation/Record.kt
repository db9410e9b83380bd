package io.weft.stage.simulation

import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionEnd
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.testkit.simulation.ClusterView

/** What the stages of one run do, as an onlooker knows who sees all, and what of it must not be. */
internal class Record(val plan: Plan) {
  private val faults = ArrayList<String>()
  private val subscriptions = HashMap<Term, SubscriptionRecord>()
  private val producers = HashMap<Int, ProducerRecord>()
  private val lives = HashMap<Int, Int>()

  /** The present life of each consumer. */
  private val consumers = HashMap<Int, ConsumerRecord>()

  /** How many events consumers had handled by their inputs, second by second. */
  private val taken = HashMap<Plan.Input, Long>()
  private val progress = ArrayList<Map<Plan.Input, Long>>()

  /** Adds a line to the trace of the run. */
  var tell: (String) -> Unit = {}

  fun fault(what: String) {
    faults += what
  }

  /** A producer starts. */
  fun producer(stage: Plan.Stage): ProducerRecord {
    val life = lives.merge(stage.number, 1, Int::plus)!!
    tell("${stage.name} starts as a producer")
    return ProducerRecord(stage, life, this).also { producers[stage.number] = it }
  }

  /** A consumer starts. */
  fun consumer(stage: Plan.Stage): ConsumerRecord {
    tell("${stage.name} starts as a consumer")
    return ConsumerRecord(stage, this).also { consumers[stage.number] = it }
  }

  fun subscription(tag: Term, options: SubscribeOptions): SubscriptionRecord =
    subscriptions.getOrPut(tag) {
      val (stage, input) = wish(options)
      SubscriptionRecord(tag, input, stage.kind == Plan.Kind.BETWEEN, ::fault)
    }

  fun subscription(tag: Term): SubscriptionRecord? = subscriptions[tag]

  fun wish(options: SubscribeOptions): Pair<Plan.Stage, Plan.Input> {
    val told = options.others.getValue(INPUT)
    val number = (told as? IntTerm)?.value()?.toInt() ?: told as Int
    val stage = plan.stages[number / MOST_INPUTS]
    return stage to stage.inputs[number % MOST_INPUTS]
  }

  fun tookBy(input: Plan.Input, events: Int) {
    taken.merge(input, events.toLong(), Long::plus)
  }

  // --- what must hold ----------------------------------------------------------------------------

  fun requireNoFault() {
    if (faults.isNotEmpty()) throw AssertionError(faults.take(3).joinToString("\n"))
  }

  fun second() {
    progress += HashMap(taken)
  }

  /** All is healed for a while: every consumer has all its subscriptions. */
  fun ClusterView.requireSubscriptions() {
    for (stage in plan.stages) {
      for (input in stage.inputs) {
        val tag =
          consumers[stage.number]?.subscribedBy(input)
            ?: fail("${stage.name} has no subscription $input")
        val producer = producers.getValue(input.producer)
        // The end of a subscription stands behind events that may still be handled.
        if (tag !in producer.subscriptions && !isBusy(stage)) {
          fail("${input.producer} does not know of $tag: $input")
        }
      }
    }
  }

  /**
   * All is healed for a while: events go on through the line. Who gets something of those that want
   * it is for a dispatcher to decide; but of broadcasts and partitions all do, unless one holds the
   * others up that has still to do with what it had.
   */
  fun ClusterView.requireProgress() {
    for (stage in plan.stages) {
      val consumers = plan.consumersOf(stage)
      if (consumers.isEmpty() || !hasEnough(stage) || consumers.any(::isBusy)) continue
      val inputs = consumers.flatMap { it.inputs }.filter { it.producer == stage.number }
      val well = inputs.filter { tookIn(it, WINDOW_SECONDS, 0) > 0 }
      val goesOn = if (stage.dispatch == Plan.Dispatch.DEMAND) well.isNotEmpty() else well == inputs
      if (!goesOn) fail("${stage.name} has stopped: ${inputs - well} get nothing\n${told()}")
    }
  }

  /** A source makes what is wanted; a stage between can only if it is given something. */
  private fun hasEnough(stage: Plan.Stage) =
    stage.kind == Plan.Kind.SOURCE ||
      stage.inputs.sumOf { tookIn(it, WINDOW_SECONDS, WINDOW_SECONDS / 2) } >= ENOUGH

  /**
   * A stage between takes nothing while it gives of what it has, which may be all it is asked for.
   */
  private fun isBusy(stage: Plan.Stage) =
    stage.inputs.any { tookIn(it, WINDOW_SECONDS, 0) == 0L } &&
      plan.consumersOf(stage).any { consumer ->
        consumer.inputs.any { it.producer == stage.number && tookIn(it, WINDOW_SECONDS, 0) > 0 }
      }

  private fun tookIn(input: Plan.Input, from: Int, to: Int): Long {
    fun before(seconds: Int) = progress[progress.size - 1 - seconds][input] ?: 0
    return before(to) - before(from)
  }

  /** What each stage has taken in all, and how much of it of late. */
  private fun told() =
    plan.stages.joinToString("\n") { stage ->
      "$stage" +
        stage.inputs.joinToString("") {
          "\n    $it: took ${taken[it] ?: 0}, of late ${tookIn(it, WINDOW_SECONDS, 0)}"
        }
    }

  companion object {
    val INPUT: Atom = Atom.of("input")
    const val MOST_INPUTS = 100
    private const val WINDOW_SECONDS = 8
    private const val ENOUGH = 12
  }
}

/** One life of a consumer: what it is subscribed to. */
internal class ConsumerRecord(val stage: Plan.Stage, private val record: Record) {
  /** All its subscriptions; an input may have another for a while. */
  private val living = LinkedHashMap<Term, Plan.Input>()

  /** The latest subscription of an input. */
  fun subscribedBy(input: Plan.Input): Term? = living.entries.lastOrNull { it.value === input }?.key

  fun inputOf(tag: Term): Plan.Input? = living[tag]

  fun subscribed(tag: Term, options: SubscribeOptions) {
    val (_, input) = record.wish(options)
    living[tag] = input
    record.tell("${stage.name} subscribes to ${input.producer}: $tag")
    record.subscription(tag, options).begins()
  }

  fun ended(tag: Term, end: SubscriptionEnd) {
    record.tell("${stage.name} is not subscribed any more, ${end.cause} ${end.reason}: $tag")
    living -= tag
  }

  fun takes(tag: Term, batch: List<Long>) {
    val subscription = record.subscription(tag)
    if (subscription == null) record.fault("${stage.name} got $batch for $tag, which it knows not")
    subscription?.takes(batch)
  }

  fun handled(tag: Term, batch: List<Long>) {
    record.subscription(tag)?.handled(batch)
    inputOf(tag)?.let { record.tookBy(it, batch.size) }
  }
}
