package io.weft.stage.engine

import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.stage.Asking
import io.weft.stage.ConsumerScope
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionEnd

/**
 * What the code of a stage does, and when. Filled by its body, with what GenStage does by default.
 */
internal class Callbacks {
  var demand: (suspend (Long) -> Unit)? = null
  var events: (suspend (List<Any>, StageFrom) -> Unit)? = null
  var subscriber: suspend (SubscribeOptions, StageFrom) -> Unit = { _, _ -> }
  var subscribed: suspend (SubscribeOptions, StageFrom) -> Asking = { _, _ -> Asking.AUTOMATIC }
  var subscriptionEnd: suspend (SubscriptionEnd, StageFrom) -> Unit = { _, _ -> }

  /** Returns whether the log is to tell how many events were dropped. */
  var discarded: (Long) -> Boolean = { true }

  var exit: (suspend (Info.Exit) -> Unit)? = null
  var down: (suspend (Info.Down) -> Unit)? = null
  var unknown: (suspend (Info.Unknown) -> Unit)? = null
  var terminate: (suspend (ExitReason) -> Unit)? = null

  /** Takes messages that are none of the stage's protocol; false of those it does not know. */
  var other: ((Any) -> Boolean)? = null

  /** Ends the stage, where that takes more than to stop it. */
  var quit: ((ExitReason) -> Unit)? = null

  /** Runs last, however the stage ends. */
  var ended: ((ExitReason) -> Unit)? = null

  /** The children of a consumer supervisor; null of other stages. */
  var supervision: Supervision<*, *>? = null

  var messages = MessageTable()
    private set

  /** From now on these are the callbacks that [other] are. */
  fun become(other: Callbacks) {
    demand = other.demand
    events = other.events
    subscriber = other.subscriber
    subscribed = other.subscribed
    subscriptionEnd = other.subscriptionEnd
    discarded = other.discarded
    exit = other.exit
    down = other.down
    unknown = other.unknown
    terminate = other.terminate
    this.other = other.other
    quit = other.quit
    ended = other.ended
    supervision = other.supervision
    messages = other.messages
  }
}

/** Has [quit] end a stage whose subscription ended so that the stage is to. */
internal fun ConsumerScope<*, *>.quitsBy(quit: (ExitReason) -> Unit) {
  (this as StageBody<*, *, *>).calls.quit = quit
}

/** Who handles which messages of the stage's own protocol. */
internal class MessageTable {
  private val handlers = LinkedHashMap<Class<*>, suspend (Any, From?) -> Unit>()
  private val found = HashMap<Class<*>, (suspend (Any, From?) -> Unit)?>()

  fun add(type: Class<*>, handler: suspend (Any, From?) -> Unit) {
    require(handlers.put(type, handler) == null) { "${type.name} has two handlers" }
    found.clear()
  }

  fun handles(type: Class<*>): Boolean = type in handlers

  /** Returns the handler of the class of a message, else the first one of what that extends. */
  fun find(type: Class<*>): (suspend (Any, From?) -> Unit)? =
    found.getOrPut(type) {
      handlers[type] ?: handlers.entries.firstOrNull { it.key.isAssignableFrom(type) }?.value
    }
}
