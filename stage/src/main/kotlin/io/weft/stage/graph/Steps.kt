package io.weft.stage.graph

import io.weft.node.Address
import io.weft.stage.Consumes
import io.weft.stage.ProducerConsumerScope
import io.weft.stage.Produces
import io.weft.stage.Transforms
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Returns a stage that emits what [code] emits: see [EmitScope]. When the code is done and its
 * events are sent, the stage ends.
 *
 * @param label what logs and reports call it
 */
public inline fun <reified E : Any> producer(
  label: String,
  noinline code: suspend EmitScope<E>.() -> Unit,
): Outlet<E> = producer(label, typeOf<E>(), code)

/** Returns a stage that emits what [code] emits: the same without reified types. */
public fun <E : Any> producer(
  label: String,
  events: KType,
  code: suspend EmitScope<E>.() -> Unit,
): Outlet<E> = Outlet { followers ->
  listOf(
    stage(
      GenStage.producer<E, Produces<E>>(label, StageTypes(events, null)) {
        dispatcher(followers.dispatching())
        Emitting(this).begin(code)
      }
    )
  )
}

/** Begins with stages that run already, here or on another node; their ends end what follows. */
public fun <E : Any> from(vararg producers: Address<out Produces<E>>): Outlet<E> =
  Outlet { followers ->
    require(!followers.isDivided) {
      "stages that run already have dispatchers of their own: put a transform in between"
    }
    producers.asList()
  }

/**
 * Returns a stage that makes other events of those that come; [code] may suspend, and only what is
 * in hand then has left the stage before. Each list of events is taken for one step.
 */
public inline fun <reified A : Any, reified B : Any> transform(
  label: String,
  noinline code: suspend (List<A>) -> List<B>,
): Through<A, B> = transform(label, Taken.BY_DEFAULT, code)

/** As the other [transform], by more than one stage or with other demand. */
public inline fun <reified A : Any, reified B : Any> transform(
  label: String,
  taken: Taken<A>,
  noinline code: suspend (List<A>) -> List<B>,
): Through<A, B> = transform(label, typeOf<A>(), typeOf<B>(), taken, code)

/** Returns stages that make other events of those that come: the same without reified types. */
public fun <A : Any, B : Any> transform(
  label: String,
  input: KType,
  output: KType,
  taken: Taken<A>,
  code: suspend (List<A>) -> List<B>,
): Through<A, B> =
  through(label, input, output, taken) {
    onEvents { events, _ -> emit(taken.tried(self) { code(events) }) }
  }

/** Returns a stage that does something with events; when it is done, more are asked for. */
public inline fun <reified E : Any> consumer(
  label: String,
  noinline code: suspend (List<E>) -> Unit,
): Inlet<E> = consumer(label, Taken.BY_DEFAULT, code)

/** As the other [consumer], by more than one stage or with other demand. */
public inline fun <reified E : Any> consumer(
  label: String,
  taken: Taken<E>,
  noinline code: suspend (List<E>) -> Unit,
): Inlet<E> = consumer(label, typeOf<E>(), taken, code)

/** Returns stages that do something with events: the same without reified types. */
public fun <E : Any> consumer(
  label: String,
  events: KType,
  taken: Taken<E>,
  code: suspend (List<E>) -> Unit,
): Inlet<E> = Inlet { before ->
  taken.planted(this, before, label) { name, subscribe ->
    GenStage.consumer<E, Consumes<E>>(name, StageTypes(events, null)) {
      onEvents { batch, _ -> taken.tried(self) { code(batch) } }
      completesWithProducers {}
      subscribe()
    }
  }
}

/** A stage of any kind between others, that ends when those before it have ended. */
internal fun <A : Any, B : Any> through(
  label: String,
  input: KType,
  output: KType,
  taken: Taken<A>,
  body: ProducerConsumerScope<A, B, Transforms<A, B>>.() -> Unit,
): Through<A, B> =
  throughUntil(label, input, output, taken) {
    body()
    completesWithProducers {}
  }

/** The same for a [body] that sees to its end itself. */
internal fun <A : Any, B : Any> throughUntil(
  label: String,
  input: KType,
  output: KType,
  taken: Taken<A>,
  body: ProducerConsumerScope<A, B, Transforms<A, B>>.() -> Unit,
): Through<A, B> = Through { before ->
  Outlet { followers ->
    taken.planted(this, before, label) { name, subscribe ->
      GenStage.producerConsumer<A, B, Transforms<A, B>>(name, input, StageTypes(output, null)) {
        dispatcher(followers.dispatching())
        body()
        subscribe()
      }
    }
  }
}
