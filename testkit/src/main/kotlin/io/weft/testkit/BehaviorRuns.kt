@file:JvmName("BehaviorRuns")

package io.weft.testkit

import io.weft.node.Effect
import io.weft.node.Request
import io.weft.node.Weft
import io.weft.testkit.BehaviorRun.PendingReply
import java.util.function.Predicate
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** Calls the process; the reply may come later, see [PendingReply]. */
public fun <R : Any, Q : Request<R>> BehaviorRun<in Q>.ask(request: Q): PendingReply<R> {
  requireAlive()
  return pending(Weft.callAsync<R, Q>(address, request, null), request)
}

/** Calls the process, and returns its reply, which must be there at once. */
public fun <R : Any, Q : Request<R>> BehaviorRun<in Q>.call(request: Q): R =
  ask<R, Q>(request).reply()

/** Lets time go by, and its timers fire. */
public fun BehaviorRun<*>.advance(span: Duration): Unit = advance(span.toJavaDuration())

/** Takes the first effect of type [E] that [fits]; fails if there is none. */
public inline fun <reified E : Effect> BehaviorRun<*>.expect(noinline fits: (E) -> Boolean): E =
  expect(E::class.java, Predicate { fits(it) })

/** Takes the first effect of type [E]; fails if there is none. */
public inline fun <reified E : Effect> BehaviorRun<*>.expect(): E = expect(E::class.java) { true }

/** Returns the state that it shows, which must be of type [S]. */
public inline fun <reified S : Any> BehaviorRun<*>.state(): S = state(S::class.javaObjectType)
