package io.weft.kotlin

import io.weft.node.Node
import io.weft.node.Self
import java.util.function.BooleanSupplier

/**
 * Is told of each actor that ends without its coroutines: they did not finish within its
 * [grace][ServerScope.grace], or it was killed. What a test kit looks for; a node that was not
 * given one with [listenOn] tells nobody.
 */
public fun interface AbandonedCoroutines {
  /**
   * Called in the last turn of the actor.
   *
   * @param areOver whether they have finished since; what is resumed by the turns of the actor
   *   never does
   */
  public fun abandoned(actor: Self<*>, areOver: BooleanSupplier)

  public companion object {
    private val nobody = AbandonedCoroutines { _, _ -> }

    /** Lets [listener] be told of the actors of [node]; once, before it has any. */
    public fun listenOn(node: Node, listener: AbandonedCoroutines) {
      val first = node.service(AbandonedCoroutines::class.java) { listener }
      check(first === listener) { "somebody else listens on $node already, or came too late" }
    }

    internal fun tell(actor: Self<*>, areOver: BooleanSupplier) =
      actor.node().service(AbandonedCoroutines::class.java) { nobody }.abandoned(actor, areOver)
  }
}
