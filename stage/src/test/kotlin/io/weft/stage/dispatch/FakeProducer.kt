package io.weft.stage.dispatch

import io.weft.runtime.Entropy
import io.weft.stage.Cancel
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.Dispatching
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.term.Atom
import io.weft.term.Export
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import java.util.SplittableRandom

/** A dispatcher, what it sends, and what it tells its producer. */
internal class FakeProducer<E : Any>(
  dispatching: Dispatching<E>,
  seed: Long = 1,
  private val terms: (Any) -> Term? = { it as? Term },
  private val functions: Map<Export, (List<Term>) -> Term> = emptyMap(),
) : DispatcherHost {
  /** Who was sent what, in order. */
  val sent = mutableListOf<Pair<String, List<E>>>()
  val released = mutableListOf<Any>()
  val warnings = mutableListOf<String>()
  private val random = SplittableRandom(seed)
  private var consumers = 0

  override val entropy = Entropy { random.nextLong() }

  val dispatcher: Dispatcher<E> = dispatching.dispatcher(this)

  override fun release(info: Any) {
    released += info
  }

  override fun warn(format: String, vararg arguments: Any) {
    warnings += arguments.fold(format) { text, next -> text.replaceFirst("{}", next.toString()) }
  }

  override fun term(event: Any): Term? = terms(event)

  override fun function(name: Export): ((List<Term>) -> Term)? = functions[name]

  /** A consumer that has not subscribed, a process of its own if not told which. */
  fun consumer(name: String, process: Int = consumers + 1): FakeConsumer {
    consumers++
    return FakeConsumer(name, process, consumers)
  }

  /** A consumer that has subscribed. */
  fun subscribed(name: String, partition: Any? = null, selector: Any? = null): FakeConsumer =
    consumer(name).also { it.subscribe(partition, selector) }

  fun dispatch(vararg events: E): List<E> = dispatcher.dispatch(events.toList())

  /** What was sent since this was asked the last time. */
  fun sent(): List<Pair<String, List<E>>> = sent.toList().also { sent.clear() }

  inner class FakeConsumer(private val name: String, process: Int, number: Int) : Subscriber<E> {
    val askedAgain = mutableListOf<Long>()
    override val pid = Pid(Atom("a@b"), process, 0, 1)
    override val tag: Term = Reference.of(Atom("a@b"), 1, number, 0, 0)

    override fun send(events: List<E>) {
      sent += name to events
    }

    override fun askAgain(events: Long) {
      askedAgain += events
    }

    fun subscribe(partition: Any? = null, selector: Any? = null): Long =
      dispatcher.subscribe(this, options(partition, selector))

    fun ask(events: Long): Long = dispatcher.ask(this, events)

    fun cancel(): Long = dispatcher.cancel(this)

    override fun toString(): String = name
  }
}

internal fun options(partition: Any? = null, selector: Any? = null): SubscribeOptions =
  SubscribeOptions(1000, 500, Cancel.PERMANENT, partition, selector, emptyMap())
