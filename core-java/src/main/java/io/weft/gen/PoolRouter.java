package io.weft.gen;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses the worker of a pool for a message. */
final class PoolRouter<M> {
  private final Routing<M> routing;
  private final int limit;
  private int last = -1;

  PoolRouter(Routing<M> routing, int limit) {
    this.routing = routing;
    this.limit = limit;
  }

  /** Returns null if no worker may take the message. */
  @Nullable PoolWorker<M> choose(List<PoolWorker<M>> workers, M message) {
    return switch (routing) {
      case Routing.RoundRobin<M> _ -> nextFree(workers);
      case Routing.LeastLoaded<M> _ -> leastLoaded(workers);
      case Routing.ByKey<M> byKey -> freeOrNull(ofKey(workers, byKey.key().apply(message)));
    };
  }

  private @Nullable PoolWorker<M> nextFree(List<PoolWorker<M>> workers) {
    for (int i = 1; i <= workers.size(); i++) {
      int index = (last + i) % workers.size();
      if (isFree(workers.get(index))) {
        last = index;
        return workers.get(index);
      }
    }
    return null;
  }

  /** Begins behind the last one, so that among equals the one that waited longest is next. */
  private @Nullable PoolWorker<M> leastLoaded(List<PoolWorker<M>> workers) {
    int best = -1;
    for (int i = 1; i <= workers.size(); i++) {
      int index = (last + i) % workers.size();
      PoolWorker<M> worker = workers.get(index);
      if (isFree(worker) && (best < 0 || worker.outstanding() < workers.get(best).outstanding())) {
        best = index;
      }
    }
    if (best < 0) {
      return null;
    }
    last = best;
    return workers.get(best);
  }

  /** Rendezvous hashing: the worker whose number weighs most together with the key. */
  private static <M> PoolWorker<M> ofKey(List<PoolWorker<M>> workers, Object key) {
    PoolWorker<M> heaviest = workers.getFirst();
    long most = Long.MIN_VALUE;
    for (PoolWorker<M> worker : workers) {
      long weight = weight(key.hashCode(), worker.number);
      if (weight > most) {
        most = weight;
        heaviest = worker;
      }
    }
    return heaviest;
  }

  /** Spreads a key and a number over all longs: the finaliser of SplitMix64. */
  static long weight(int key, int number) {
    long mixed = ((long) key << 32 | number) + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }

  private @Nullable PoolWorker<M> freeOrNull(PoolWorker<M> worker) {
    return isFree(worker) ? worker : null;
  }

  private boolean isFree(PoolWorker<M> worker) {
    return worker.isPresent() && worker.outstanding() < limit;
  }
}
