package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.Target
import io.weft.term.Atom
import io.weft.term.Pid
import java.util.concurrent.Flow as JavaFlow
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** Who gets what a stream gives. Called in turns of the reader's process. */
internal interface StreamSink<E : Any> {
  fun item(value: E)

  /** Nothing more comes: it is complete, or why not. */
  fun over(failure: StreamException?)
}

/** The process of one stream on its reader's side. It ends with the stream, or when told to. */
internal class StreamReader<E : Any>
private constructor(
  private val source: Source<E>,
  private val feeder: Address<FeederMessage<E>>,
  private val window: Long,
  private val sink: StreamSink<E>,
) : Behavior<ReaderMessage<E>> {
  /** How many values were granted and have not come; a feeder that sends more is at fault. */
  private val granted = AtomicLong(window)
  private var over = false

  override fun start(self: Self<ReaderMessage<E>>) {
    self.monitor(Target.ByPid(source.feeder))
    feeder.tell(FeederMessage.Attach(self.pid(), self.address(), window))
  }

  /** Lets so many more values come. Any thread. */
  fun grant(count: Long) {
    granted.updateAndGet { minOf(it, Long.MAX_VALUE / 4) + minOf(count, Long.MAX_VALUE / 4) }
    feeder.tell(FeederMessage.More(count))
  }

  override fun message(self: Self<ReaderMessage<E>>, message: ReaderMessage<E>) {
    when (message) {
      is ReaderMessage.Item ->
        if (granted.getAndDecrement() > 0) sink.item(message.value) else end(self, FLOODED)
      ReaderMessage.Completed -> end(self, null)
      is ReaderMessage.Failed -> end(self, message.reason)
    }
  }

  override fun info(self: Self<ReaderMessage<E>>, info: Info) {
    when (info) {
      is Info.Down -> end(self, info.reason())
      is Info.Unknown -> end(self, ExitReason.of(Atom.of("bad_value")))
      else -> super.info(self, info)
    }
  }

  private fun end(self: Self<ReaderMessage<E>>, failure: ExitReason?) {
    self.stop(ExitReason.NORMAL)
    tell(failure)
  }

  override fun ended(self: Self<ReaderMessage<E>>, reason: ExitReason): Unit = tell(reason)

  private fun tell(failure: ExitReason?) {
    if (!over) {
      over = true
      sink.over(failure?.let { StreamException(it, source) })
    }
  }

  companion object {
    private val FLOODED = ExitReason.of(Atom.of("too_many_values"))

    fun <E : Any> of(
      source: Source<E>,
      node: Node,
      window: Long,
      sink: StreamSink<E>,
    ): StreamReader<E> =
      StreamReader(
        source,
        node.address(source.feeder, FeederCodec(node, source.feed)),
        window,
        sink,
      )

    fun <E : Any> StreamReader<E>.startOn(node: Node): Pid =
      checkNotNull(
        node.spawn(Blueprint.of("stream reader") { this }.codec(ReaderCodec(source.feed))).pid()
      )
  }
}

/** Reads a source by a process, which ends with the collector. */
internal fun <E : Any> readerFlow(source: Source<E>, node: Node, window: Int): Flow<E> = flow {
  val values = Channel<E>(Channel.UNLIMITED) // holds what was granted, and no more
  val sink =
    object : StreamSink<E> {
      override fun item(value: E) {
        values.trySend(value)
      }

      override fun over(failure: StreamException?) {
        values.close(failure)
      }
    }
  val reader = StreamReader.of(source, node, window.toLong(), sink)
  val process = with(StreamReader) { reader.startOn(node) }
  try {
    val batch = (window + 1) / 2
    var taken = 0
    for (value in values) {
      emit(value)
      if (++taken == batch) {
        reader.grant(batch.toLong())
        taken = 0
      }
    }
  } finally {
    node.exit(process, ExitReason.SHUTDOWN)
  }
}

/** Reads a source for a subscriber as the reactive streams of Java want it. */
internal class SourcePublisher<E : Any>(private val source: Source<E>, private val node: Node) :
  JavaFlow.Publisher<E> {
  private val taken = AtomicBoolean()

  override fun subscribe(subscriber: JavaFlow.Subscriber<in E>) {
    if (!taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(Nothing)
      subscriber.onError(IllegalStateException("$source has a subscriber already"))
      return
    }
    val sink = SubscriberSink(subscriber)
    val reader = StreamReader.of(source, node, 0, sink)
    val process = CompletableProcess(node)
    subscriber.onSubscribe(
      object : JavaFlow.Subscription {
        override fun request(count: Long) {
          if (count > 0) process.whenStarted { reader.grant(count) }
          else {
            process.cancel()
            sink.refuse(IllegalArgumentException("a subscriber asked for $count values"))
          }
        }

        override fun cancel() {
          sink.cancelled = true
          process.cancel()
        }
      }
    )
    process.start { with(StreamReader) { reader.startOn(node) } }
  }

  private object Nothing : JavaFlow.Subscription {
    override fun request(count: Long) = Unit

    override fun cancel() = Unit
  }

  private class SubscriberSink<E : Any>(private val subscriber: JavaFlow.Subscriber<in E>) :
    StreamSink<E> {
    @Volatile var cancelled = false

    override fun item(value: E) {
      if (!cancelled) subscriber.onNext(value)
    }

    override fun over(failure: StreamException?) {
      if (cancelled) return
      cancelled = true
      if (failure == null) subscriber.onComplete() else subscriber.onError(failure)
    }

    fun refuse(why: IllegalArgumentException) {
      if (!cancelled) {
        cancelled = true
        subscriber.onError(why)
      }
    }
  }

  /** A process that may be told to end before it has started. */
  private class CompletableProcess(private val node: Node) {
    private val waiting = ArrayList<() -> Unit>()
    private var pid: Pid? = null
    private var cancelled = false

    fun whenStarted(action: () -> Unit) {
      synchronized(this) { if (pid == null) waiting.add(action) else null } ?: action()
    }

    fun start(begin: () -> Pid) {
      val begun = synchronized(this) { if (cancelled) return else begin().also { pid = it } }
      waiting.forEach { it() }
      if (synchronized(this) { cancelled }) node.exit(begun, ExitReason.SHUTDOWN)
    }

    fun cancel() {
      val running =
        synchronized(this) {
          cancelled = true
          pid
        }
      if (running != null) node.exit(running, ExitReason.SHUTDOWN)
    }
  }
}
