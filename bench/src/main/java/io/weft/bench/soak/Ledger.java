package io.weft.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who should live and who does: the present life of each house, those before it that are to be
 * empty soon, and what was found wrong. Any thread.
 */
final class Ledger extends Watch {
  /** A restart that takes longer is lost: far longer than a loaded machine needs. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  final AtomicLong starts = new AtomicLong();
  final AtomicLong ends = new AtomicLong();
  final AtomicInteger alive = new AtomicInteger();

  private final Map<String, House> present = new ConcurrentHashMap<>();
  private final Queue<House> former = new ConcurrentLinkedQueue<>();

  // --- houses
  // ------------------------------------------------------------------------------------------------

  /** A house begins a life, and ends the one before. */
  void begins(House house) {
    House before = present.put(house.name, house);
    if (before != null) {
      before.isOver();
      former.add(before);
    }
  }

  List<House> houses() {
    return new ArrayList<>(present.values());
  }

  // --- what goes wrong
  // ------------------------------------------------------------------------------------------------

  /** Looks for restarts that did not come, and for processes that outlive their supervisor. */
  void check() {
    long now = System.nanoTime();
    for (House house : present.values()) {
      if (house.isLost(now, PATIENCE)) {
        violation("supervisor " + house.name + " was killed, and has not come back");
      } else if (!house.isCondemned()) {
        for (Place place : house.places) {
          if (place.isLost(now, PATIENCE)) {
            violation("restart lost: " + place);
          }
        }
      }
    }
    former.removeIf(house -> {
      boolean empty = house.places.stream().noneMatch(Place::isAlive);
      if (!empty && house.isLeftOver(now, PATIENCE)) {
        violation("processes outlive their supervisor " + house.name);
        return true;
      }
      return empty;
    });
  }

  /** Whether all places that should be served are, and no former life has any left. */
  boolean isComplete() {
    check();
    return former.isEmpty()
        && present.values().stream()
            .allMatch(
                house -> !house.isCondemned() && house.places.stream().allMatch(Place::isAlive));
  }

  /** Returns the first few places that are not served, for people to read. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (House house : present.values()) {
      if (house.isCondemned()) {
        missing.add("house " + house.name);
      }
      house.places.stream()
          .filter(place -> !place.isAlive())
          .forEach(place -> missing.add(place.toString()));
    }
    former.forEach(house -> missing.add("a former life of " + house.name));
    return missing.subList(0, Math.min(missing.size(), MOST_VIOLATIONS));
  }
}
