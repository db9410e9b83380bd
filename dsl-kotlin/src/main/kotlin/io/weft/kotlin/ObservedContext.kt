package io.weft.kotlin

import io.weft.node.Observer
import io.weft.node.Self
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi

/**
 * Makes current, wherever a coroutine of an actor goes on, what its node's [Observer] wants to be:
 * for a handler what belongs to its message, for a coroutine that it launched what was current
 * there. On other threads too, such as those of `withContext(Dispatchers.IO)`, which the observer
 * is told of as code of the process that is away.
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class ObservedContext
private constructor(
  private val self: Self<*>,
  private val observer: Observer,
  private val current: () -> Observer.Capture?,
) : CopyableThreadContextElement<Observer.Scope> {
  override val key: CoroutineContext.Key<*>
    get() = Key

  override fun updateThreadContext(context: CoroutineContext): Observer.Scope {
    val away = self.enteredAway()
    val seen = current()?.enter() ?: return away
    return if (away === Observer.Scope.NONE) seen
    else
      Observer.Scope {
        seen.close()
        away.close()
      }
  }

  override fun restoreThreadContext(context: CoroutineContext, oldState: Observer.Scope): Unit =
    oldState.close()

  override fun copyForChild(): CopyableThreadContextElement<Observer.Scope> {
    val here = observer.capture()
    return ObservedContext(self, observer) { here }
  }

  override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
    copyForChild()

  companion object {
    private val Key = object : CoroutineContext.Key<ObservedContext> {}

    /** Returns the element of the handlers of an actor, or null where nobody observes. */
    fun of(self: Self<*>): ObservedContext? {
      val observer = self.node().observer() ?: return null
      return ObservedContext(self, observer) { self.handling() }
    }
  }
}
