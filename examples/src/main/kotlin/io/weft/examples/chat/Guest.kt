package io.weft.examples.chat

import io.weft.kotlin.cast
import io.weft.kotlin.group
import io.weft.kotlin.server
import io.weft.node.Blueprint
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.serialization.Serializable

// guide: 5-clusters
@Serializable
sealed interface Chat {
  /** To a guest, from whoever stands behind it. */
  @Serializable data class Say(val text: String) : Chat

  /** From guest to guest. */
  @Serializable data class Said(val who: String, val text: String) : Chat
}

/**
 * One who is in a room, on whatever node; [show] is told what others say, and how many are there.
 */
fun guest(name: String, room: String, show: (String) -> Unit): Blueprint<Chat> =
  server<Chat>("guest $name") {
    val guests = self.node().group<Chat>(room)
    guests.join(self.address())

    cast { m: Chat.Say -> guests.members().forEach { it.tell(Chat.Said(name, m.text)) } }
    cast { m: Chat.Said -> if (m.who != name) show("${m.who}: ${m.text}") }

    launch {
      val counts = guests.memberFlow().map { it.size }
      counts.collect { show("$it in $room") }
    }
  }

// guide: end
