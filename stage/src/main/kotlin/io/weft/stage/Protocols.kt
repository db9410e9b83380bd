package io.weft.stage

/**
 * The protocol of a stage that others can subscribe to. A stage that understands messages of its
 * own has a protocol that says so: `sealed interface Numbers : Produces<Long>`.
 *
 * @param E the events it produces
 */
public interface Produces<out E : Any>

/**
 * The protocol of a stage that can subscribe to others: `sealed interface Sink : Consumes<Long>`.
 *
 * @param E the events it consumes
 */
public interface Consumes<in E : Any>

/** The protocol of a stage between others: GenStage's producer_consumer. */
public interface Transforms<in A : Any, out B : Any> : Consumes<A>, Produces<B>
