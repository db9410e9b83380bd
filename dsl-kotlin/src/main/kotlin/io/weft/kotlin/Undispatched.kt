package io.weft.kotlin

import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * Starts a function of two arguments as `startCoroutineUninterceptedOrReturn` starts one of a
 * single one, and with as little: a lambda is the coroutine itself. What is none, as a reference to
 * a function, gets one around it, since it may hand its caller's continuation to what it calls.
 */
@Suppress("UNCHECKED_CAST") // that is what a suspending function is compiled to
internal fun <A, B> (suspend A.(B) -> Unit).startUndispatched(
  first: A,
  second: B,
  completion: Continuation<Unit>,
): Any? {
  if (this is CoroutineStackFrame) {
    return (this as Function3<A, B, Continuation<Unit>, Any?>)(first, second, completion)
  }
  val around: suspend A.() -> Unit = { this@startUndispatched(second) }
  return around.startCoroutineUninterceptedOrReturn(first, completion)
}
