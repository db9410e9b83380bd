package io.weft.bench.soak;

import io.weft.term.Pid;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What couriers and desks of all nodes count, and what they saw that must not be. */
final class PostOffice extends Watch {
  /** Numbers epochs, so that each is new to every desk. */
  final AtomicLong epochs = new AtomicLong();

  final AtomicLong delivered = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();
  final AtomicLong downs = new AtomicLong();
  final AtomicLong exits = new AtomicLong();

  /** Couriers that still wait for the end of an epoch that is over. */
  final AtomicInteger unsettled = new AtomicInteger();

  /** The epochs of the couriers that have heard of no end. */
  final Map<Pid, Long> present = new ConcurrentHashMap<>();

  /** The epochs of which something is missing, and what shows it. */
  final Map<Long, String> lossy = new ConcurrentHashMap<>();

  /** Forgets losses that were told; returns those that were not, by now. */
  Collection<String> lossesNotTold() {
    lossy.keySet().retainAll(Set.copyOf(present.values()));
    return lossy.values();
  }
}
