package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Self
import io.weft.node.Target
import io.weft.term.Pid
import io.weft.term.Reference
import java.time.Duration

/**
 * The process of one stream on its server's side: takes what the reader grants, and hands it what
 * the server emits. It ends with the stream, with its server, with its reader, or when nobody
 * reads.
 */
internal class StreamFeeder<E : Any>
private constructor(private val feed: Feed<E>, private val server: Pid) :
  Behavior<FeederMessage<E>> {
  private var reader: Address<ReaderMessage<E>>? = null
  private var watch: Reference? = null

  override fun start(self: Self<FeederMessage<E>>) {
    watch = self.monitor(Target.ByPid(server))
    self.after(PATIENCE) { if (reader == null) self.stop(ExitReason.NORMAL) }
  }

  override fun message(self: Self<FeederMessage<E>>, message: FeederMessage<E>) {
    when (message) {
      is FeederMessage.Attach -> attach(self, message)
      is FeederMessage.More -> feed.grant(message.count)
      is FeederMessage.Value -> reader?.tell(ReaderMessage.Item(message.value))
      FeederMessage.End -> end(self, ReaderMessage.Completed)
    }
  }

  private fun attach(self: Self<FeederMessage<E>>, message: FeederMessage.Attach<E>) {
    if (reader != null) {
      self.warn("is read already; {} is turned away", message.pid)
      message.reader.tell(ReaderMessage.Failed(ExitReason.NOPROC))
      return
    }
    reader = message.reader
    self.monitor(Target.ByPid(message.pid))
    feed.grant(message.count)
    feed.attach()
  }

  override fun info(self: Self<FeederMessage<E>>, info: Info) {
    when (info) {
      is Info.Down ->
        if (info.monitor() == watch) end(self, ReaderMessage.Failed(info.reason()))
        else self.stop(ExitReason.NORMAL)
      else -> super.info(self, info)
    }
  }

  private fun end(self: Self<FeederMessage<E>>, last: ReaderMessage<E>) {
    reader?.tell(last)
    self.stop(ExitReason.NORMAL)
  }

  override fun ended(self: Self<FeederMessage<E>>, reason: ExitReason): Unit = feed.close()

  companion object {
    /** How long a stream waits for its reader. */
    private val PATIENCE = Duration.ofSeconds(30)

    /** Starts the feeder of what the process of [server] emits. */
    fun <E : Any> start(server: Self<*>, feed: Feed<E>): Address<FeederMessage<E>> =
      server.spawn(
        Blueprint.of("stream of ${server.label()}") { StreamFeeder(feed, server.pid()) }
          .codec(FeederCodec(server.node(), feed))
      )
  }
}
