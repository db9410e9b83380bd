package io.weft.examples.counter

import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Request
import kotlinx.serialization.Serializable

/** What a counter understands. To Erlang these are `{add, 5}`, `get` and `{divide, 2}`. */
@Serializable
public sealed interface Counter {
  @Serializable public data class Add(public val n: Long) : Counter

  @Serializable public data object Get : Counter, Request<Long>

  @Serializable public data class Divide(public val by: Long) : Counter, Request<Long>
}

/**
 * A counter as an actor in Kotlin. Dividing by zero is a fault on purpose: it shows what a crash
 * is.
 */
public val counter: Blueprint<Counter> =
  server<Counter>("counter") {
      var total = 0L
      cast { m: Counter.Add -> total += m.n }
      call { _: Counter.Get -> total }
      call { m: Counter.Divide -> total / m.by }
    }
    .named("counter")
