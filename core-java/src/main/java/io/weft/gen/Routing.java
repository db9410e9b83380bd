package io.weft.gen;

import java.util.function.Function;

/**
 * Which worker of a {@link Pool} gets a message. Workers that have as much outstanding work as they
 * may are passed over, except by key.
 *
 * @param <M> the protocol of the workers
 */
public sealed interface Routing<M> {
  /** One worker after the other. */
  record RoundRobin<M>() implements Routing<M> {}

  /** The worker with the least outstanding work; of several the one that was idle longest. */
  record LeastLoaded<M>() implements Routing<M> {}

  /**
   * Always the same worker for the same key: as the pool grows or shrinks from n to m workers only
   * the keys of the workers that come or go move, about one in max(n, m) for each.
   *
   * @param key gives the key of a message, with stable {@code equals} and {@code hashCode}
   */
  record ByKey<M>(Function<? super M, ?> key) implements Routing<M> {}

  /** Returns {@link RoundRobin}. */
  static <M> Routing<M> roundRobin() {
    return new RoundRobin<>();
  }

  /** Returns {@link LeastLoaded}. */
  static <M> Routing<M> leastLoaded() {
    return new LeastLoaded<>();
  }

  /** Returns {@link ByKey}. */
  static <M> Routing<M> byKey(Function<? super M, ?> key) {
    return new ByKey<>(key);
  }
}
