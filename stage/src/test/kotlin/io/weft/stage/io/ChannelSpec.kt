package io.weft.stage.io

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.bridge.asPublisher
import io.weft.stage.graph.Taken
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.supervisor
import io.weft.stage.graph.transform
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import java.nio.channels.Pipe
import java.nio.channels.ReadableByteChannel
import java.nio.file.Files
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Flow
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteIfExists
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.writeText

class ChannelSpec :
  FunSpec({
    val node = Node.start(NodeOptions.local())
    afterSpec { node.close() }

    fun linesOf(text: String, portion: Int): List<String> {
      val got = LinkedBlockingQueue<String>()
      val end = CountDownLatch(1)
      val source = node.start(GenStageLines.of { Portions(text.toByteArray(), portion) })
      source.asPublisher().subscribe(Collecting(got, end))
      end.await(20, SECONDS) shouldBe true
      return got.toList()
    }

    test("lines are the same however their bytes come") {
      val text = "a\r\nb\n\nfünf €\n" + "x".repeat(20_000) + "\r\nlast"
      val wanted = listOf("a", "b", "", "fünf €", "x".repeat(20_000), "last")
      for (portion in listOf(1, 2, 7, 8192, 100_000)) {
        linesOf(text, portion) shouldContainExactly wanted
      }
      linesOf("", 10) shouldBe emptyList()
      linesOf("\n", 10) shouldBe listOf("")
    }

    test("a channel is read only while somebody wants more") {
      val pipe = Pipe.open()
      val reads = AtomicInteger()
      val got = LinkedBlockingQueue<String>()
      val source = node.start(GenStageBytes.of(4) { Counted(pipe.source(), reads) })
      val ear = Asking<ByteArray> { got.add(String(it)) }
      source.asPublisher().subscribe(ear)
      pipe.sink().write(ByteBuffer.wrap("abcdefghijkl".toByteArray()))
      ear.request(1)
      got.poll(20, SECONDS) shouldBe "abcd"
      reads.get() shouldBe 1
      ear.request(2)
      got.poll(20, SECONDS) shouldBe "efgh"
      got.poll(20, SECONDS) shouldBe "ijkl"
      reads.get() shouldBe 2 + 1
      // what nobody wanted is in the pipe still
      pipe.sink().write(ByteBuffer.wrap("mn".toByteArray()))
      pipe.sink().close()
      ear.request(1)
      got.poll(20, SECONDS) shouldBe "mn"
      ear.request(1)
      ear.ended.tryAcquire(20, SECONDS) shouldBe true
    }

    test("a line is emitted as soon as it is whole, and a read that blocks ends with the stage") {
      val pipe = Pipe.open()
      val got = LinkedBlockingQueue<String>()
      val source = node.start(GenStageLines.of { pipe.source() })
      val ear = Asking<String> { got.add(it) }
      source.asPublisher().subscribe(ear)
      ear.request(100)
      pipe.sink().write(ByteBuffer.wrap("one\ntw".toByteArray()))
      got.poll(20, SECONDS) shouldBe "one"
      pipe.sink().write(ByteBuffer.wrap("o\n".toByteArray()))
      got.poll(20, SECONDS) shouldBe "two"
      node.exit(checkNotNull(source.pid()), ExitReason.KILL)
      ear.ended.tryAcquire(20, SECONDS) shouldBe true
      while (pipe.source().isOpen) Thread.onSpinWait()
    }

    test("a line that is too long, and a channel that fails, fail the stage") {
      fun failureOf(open: () -> ReadableByteChannel): Throwable? {
        val ear = Asking<String> {}
        node.start(GenStageLines.of(open)).asPublisher().subscribe(ear)
        ear.request(1)
        ear.ended.tryAcquire(20, SECONDS) shouldBe true
        return ear.failure
      }
      failureOf { Portions(ByteArray(3_000_000) { 'x'.code.toByte() }, 8192) }?.message shouldBe
        "a line has more than 1048576 bytes"
      (failureOf { Pipe.open().source().also { it.close() } } is ClosedChannelException) shouldBe
        true
    }

    test("a file goes through a line of stages into another file, and is added to the next time") {
      val from = createTempFile("weft", "in")
      val to = createTempFile("weft", "out")
      try {
        from.writeText((1..5_000).joinToString("\n"))
        repeat(2) { round ->
          val line =
            lines(from) into
              transform("twice", Taken.BY_DEFAULT.atMost(100)) { events: List<String> ->
                events.map { "${it.toInt() * 2}" }
              } into
              writeLines(to, if (round == 0) Flush.WRITTEN else Flush.FORCED)
          val tree = node.start(line.supervisor("copy"))
          while (node.isAlive(checkNotNull(tree.pid()))) Thread.onSpinWait()
        }
        val once = (1..5_000).map { "${it * 2}" }
        to.readLines() shouldContainExactly once + once
        to.readText().last() shouldBe '\n'
      } finally {
        from.deleteIfExists()
        to.deleteIfExists()
      }
    }

    test("the bytes of a file are all there") {
      val file = createTempFile("weft", "bytes")
      try {
        val content = ByteArray(100_000) { it.toByte() }
        Files.write(file, content)
        val got = LinkedBlockingQueue<ByteArray>()
        val tree =
          node.start(
            (bytes(file, 1_000) into consumer<ByteArray>("got") { got.addAll(it) }).supervisor("b")
          )
        while (node.isAlive(checkNotNull(tree.pid()))) Thread.onSpinWait()
        got.all { it.size in 1..1_000 } shouldBe true
        got.reduce { a, b -> a + b }.contentEquals(content) shouldBe true
      } finally {
        file.deleteIfExists()
      }
    }
  })

private object GenStageLines {
  fun of(open: () -> ReadableByteChannel) =
    io.weft.stage.gen.GenStage.lines("lines", LONGEST_LINE, {}, open)
}

private object GenStageBytes {
  fun of(most: Int, open: () -> ReadableByteChannel) =
    io.weft.stage.gen.GenStage.bytes("bytes", most, {}, open)
}

/** Bytes that come in portions. */
private class Portions(bytes: ByteArray, private val portion: Int) : ReadableByteChannel {
  private val rest = ByteBuffer.wrap(bytes)

  override fun read(into: ByteBuffer): Int {
    if (!rest.hasRemaining()) return -1
    val count = minOf(portion, into.remaining(), rest.remaining())
    into.put(rest.slice(rest.position(), count))
    rest.position(rest.position() + count)
    return count
  }

  override fun isOpen() = true

  override fun close() {}
}

private class Counted(private val inner: ReadableByteChannel, private val reads: AtomicInteger) :
  ReadableByteChannel by inner {
  override fun read(into: ByteBuffer): Int {
    reads.incrementAndGet()
    return inner.read(into)
  }
}

/** Requests as it is told. */
private class Asking<E : Any>(private val onEvent: (E) -> Unit) : Flow.Subscriber<E> {
  private val opened = CountDownLatch(1)
  private lateinit var subscription: Flow.Subscription
  val ended = Semaphore(0)
  @Volatile var failure: Throwable? = null

  fun request(events: Long) {
    opened.await()
    subscription.request(events)
  }

  override fun onSubscribe(subscription: Flow.Subscription) {
    this.subscription = subscription
    opened.countDown()
  }

  override fun onNext(event: E) = onEvent(event)

  override fun onError(failure: Throwable) {
    this.failure = failure
    ended.release()
  }

  override fun onComplete() = ended.release()
}

private class Collecting<E : Any>(
  private val into: LinkedBlockingQueue<E>,
  private val end: CountDownLatch,
) : Flow.Subscriber<E> {
  override fun onSubscribe(subscription: Flow.Subscription) = subscription.request(Long.MAX_VALUE)

  override fun onNext(event: E) {
    into.add(event)
  }

  override fun onError(failure: Throwable) = throw failure

  override fun onComplete() = end.countDown()
}
