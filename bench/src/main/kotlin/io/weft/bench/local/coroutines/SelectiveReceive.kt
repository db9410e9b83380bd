package io.weft.bench.local.coroutines

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Workload
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel

/**
 * Messages are received past others that wait. A channel gives its messages in order, so what is
 * not wanted is kept in a list, which is looked through before the channel is.
 */
internal object SelectiveReceive : Workload {
  private sealed interface Message {
    class Wanted(val number: Int) : Message

    class Unwanted(val number: Int) : Message
  }

  private class Mailbox(private val inbox: ReceiveChannel<Message>) {
    private val skipped = ArrayList<Message>()

    suspend fun receive(matches: (Message) -> Boolean): Message {
      val kept = skipped.indexOfFirst(matches)
      if (kept >= 0) return skipped.removeAt(kept)
      while (true) {
        val message = inbox.receive()
        if (matches(message)) return message
        skipped += message
      }
    }
  }

  override fun run(ops: Int): Long = onDefault {
    val inbox = Channel<Message>(Channel.UNLIMITED)
    val mailbox = Mailbox(inbox)
    repeat(LocalRows.SKIPPED) { inbox.send(Message.Unwanted(it)) }
    nanos {
      repeat(ops) {
        inbox.send(Message.Wanted(it))
        mailbox.receive { message -> message is Message.Wanted }
      }
    }
  }
}
