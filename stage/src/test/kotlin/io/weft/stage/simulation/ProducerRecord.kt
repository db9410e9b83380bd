package io.weft.stage.simulation

import io.weft.stage.Dispatcher
import io.weft.stage.Dispatching
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.term.Term
import java.util.IdentityHashMap

/**
 * One life of a producer: what it made, and what became of it. Every event that its dispatcher took
 * is given to whom it is for, once and in order; what it did not take is buffered, or was dropped
 * and told.
 */
internal class ProducerRecord(
  private val stage: Plan.Stage,
  life: Int,
  private val record: Record,
) {
  private val first = stage.number * 1_000_000_000_000L + life * 1_000_000_000L
  private var made = 0L
  private var accepted = 0L

  /** The last one that went out: of those that were made in time, and of those kept back. */
  private var last = first - 1
  private var lastKeptBack = first - 1

  /** What was made while demand was accumulated: it may go out behind what is made later. */
  private val keptBack = HashSet<Long>()

  private var discarded = 0L
  private var promised = 0L
  private var wanted = 0L

  /** Demand that is accumulated, and the events meanwhile, cannot be seen from outside. */
  var accumulates = false

  /** How many events the stage says it buffers. */
  var buffered: () -> Int = { 0 }

  val subscriptions = HashSet<Term>()

  private fun broken(what: String) = record.fault("$what: $stage")

  // --- what its own code sees --------------------------------------------------------------------

  /** Events that were asked for, and go out now. */
  fun make(events: Int): List<Long> = List(events) { first + made++ }

  /** Events that are emitted at any time. */
  fun makeUnasked(events: Int): List<Long> = make(events).also { if (accumulates) keptBack += it }

  fun wants(events: Long) {
    wanted += events
    if (wanted > promised) broken("its code is asked for $wanted events, and $promised are wanted")
    settled()
  }

  /** How many events it has made. */
  val count: Long
    get() = made

  /** A message comes that was put behind the first [events] events. */
  fun passed(events: Long) {
    val gone = accepted + discarded
    if (gone < events) broken("a message behind $events events came, and only $gone have left")
  }

  fun discards(events: Long) {
    discarded += events
  }

  /** To be called when nothing is just being sent. */
  fun settled() {
    val inside = buffered()
    if (stage.buffer != null && inside > stage.buffer) {
      broken("$inside events are buffered, and there is room for ${stage.buffer}")
    }
    if (!accumulates && made != accepted + inside + discarded) {
      broken("of $made events $accepted went out, $discarded were dropped, $inside are buffered")
    }
  }

  // --- what its dispatcher sees ------------------------------------------------------------------

  fun watching(dispatching: Dispatching<Long>): Dispatching<Long> = Dispatching { host ->
    Watched(dispatching.dispatcher(host))
  }

  private inner class Watched(private val inner: Dispatcher<Long>) : Dispatcher<Long> {
    private val known = IdentityHashMap<Subscriber<Long>, Watching>()

    /** The dispatch under way, and how much of it was sent by demand. */
    private var now: List<Long> = emptyList()
    private var sent = 0

    /** What waits for the consumers of partitions. */
    private val waiting = HashMap<Int, ArrayDeque<Long>>()

    private val admitted: List<Watching>
      get() = known.values.filter { it.isAdmitted }

    override fun subscribe(subscriber: Subscriber<Long>, options: SubscribeOptions): Long {
      val watching = Watching(subscriber, options, record.subscription(subscriber.tag, options))
      known[subscriber] = watching
      val demand = inner.subscribe(watching, options)
      watching.isAdmitted = true
      subscriptions += subscriber.tag
      promised += demand
      return demand
    }

    override fun cancel(subscriber: Subscriber<Long>): Long {
      val watching = known.remove(subscriber) ?: return 0
      subscriptions -= subscriber.tag
      if (watching.isAdmitted) waiting[watching.partition]?.clear()
      return inner.cancel(watching).also { promised += it }
    }

    override fun ask(subscriber: Subscriber<Long>, events: Long): Long {
      val watching = known[subscriber] ?: return 0
      watching.record.asks(events)
      return inner.ask(watching, events).also {
        if (it > events && stage.dispatch != Plan.Dispatch.BROADCAST) {
          broken("an ask for $events made new demand of $it")
        }
        promised += it
      }
    }

    override fun dispatch(events: List<Long>): List<Long> = watch(events, inner::dispatch)

    override fun offer(events: List<Long>): List<Long> = watch(events, inner::offer)

    private fun watch(events: List<Long>, send: (List<Long>) -> List<Long>): List<Long> {
      now = events
      sent = 0
      known.values.forEach { it.begin() }
      if (stage.dispatch == Plan.Dispatch.PARTITION) events.forEach { kept(it) += it }
      val left = send(events)
      val count = events.size - left.size
      if (left != events.subList(count, events.size)) broken("what is left is no tail: $left")
      accept(events.subList(0, count))
      when (stage.dispatch) {
        Plan.Dispatch.DEMAND ->
          if (sent != count) broken("of $count events $sent were given to consumers")
        Plan.Dispatch.BROADCAST -> admitted.forEach { it.requireAll(events.subList(0, count)) }
        Plan.Dispatch.PARTITION -> left.forEach { kept(it).removeLast() }
      }
      return left
    }

    private fun kept(event: Long) =
      waiting.getOrPut(partitionOf(event, record.plan.consumersOf(stage).size), ::ArrayDeque)

    private fun accept(events: List<Long>) {
      accepted += events.size
      for (event in events) {
        val before = if (event in keptBack) lastKeptBack else last
        if (event <= before) broken("$event went out after $before")
        if (event in keptBack) lastKeptBack = event else last = event
      }
    }

    override fun info(info: Any) = inner.info(info)

    private inner class Watching(
      private val subscriber: Subscriber<Long>,
      options: SubscribeOptions,
      val record: SubscriptionRecord,
    ) : Subscriber<Long> by subscriber {
      val partition = options.partition?.toString()?.toInt()
      private val selects = options.selector != null
      var isAdmitted = false
      private var all: List<Long>? = null

      fun begin() {
        all = null
      }

      override fun send(events: List<Long>) {
        val due = due(events)
        if (events != due) broken("$events were sent to $this, and not $due")
        record.gives(events)
        subscriber.send(events)
      }

      private fun due(events: List<Long>): List<Long> =
        when (stage.dispatch) {
          Plan.Dispatch.DEMAND -> {
            val from = minOf(sent, now.size)
            sent += events.size
            now.subList(from, minOf(sent, now.size))
          }
          Plan.Dispatch.BROADCAST -> {
            if (all != null) broken("one dispatch came to $this twice")
            events.also { all = it }
          }
          Plan.Dispatch.PARTITION -> {
            val queue = waiting[partition] ?: ArrayDeque()
            List(minOf(events.size, queue.size)) { queue.removeFirst() }
          }
        }

      fun requireAll(events: List<Long>) {
        val due = if (selects) events.filter(::isChosen) else events
        if (all.orEmpty() != due) broken("of $events $all went to $this")
      }

      override fun askAgain(events: Long) {
        record.asksAgain(events)
        subscriber.askAgain(events)
      }

      override fun toString() = "$pid $tag"
    }
  }

  companion object {
    fun isChosen(event: Long) = event % 2 == 0L

    /** Neighbours go the same way, so that messages have more than one event. */
    fun partitionOf(event: Long, partitions: Int): Int = Math.floorMod(event / 3, partitions)
  }
}
