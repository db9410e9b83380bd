package io.weft.bench.soak;

import io.weft.gen.Restart;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a supervisor of workers, and their places. */
final class House {
  /** How many workers each has. */
  static final int WORKERS = 25;

  final String name;
  final boolean dynamic;
  final Ledger ledger;
  final List<Place> places;

  private volatile @Nullable Pid supervisor;
  private volatile long condemnedAt;
  private volatile long overAt;

  House(Ledger ledger, String name, boolean dynamic) {
    this.ledger = ledger;
    this.name = name;
    this.dynamic = dynamic;
    List<Place> all = new ArrayList<>(WORKERS);
    for (int i = 0; i < WORKERS; i++) {
      all.add(new Place(this, i, dynamic ? Restart.PERMANENT : restartOf(i)));
    }
    this.places = List.copyOf(all);
  }

  /** Of five workers three are permanent, one transient and one temporary. */
  private static Restart restartOf(int index) {
    return switch (index % 5) {
      case 3 -> Restart.TRANSIENT;
      case 4 -> Restart.TEMPORARY;
      default -> Restart.PERMANENT;
    };
  }

  /** Its supervisor is known once a worker has started. */
  void supervisor(Pid pid) {
    supervisor = pid;
  }

  @Nullable Pid supervisor() {
    return supervisor;
  }

  /** Somebody is about to end the supervisor. */
  void condemn() {
    if (condemnedAt == 0) {
      condemnedAt = System.nanoTime() | 1;
    }
  }

  boolean isCondemned() {
    return condemnedAt != 0;
  }

  boolean isLost(long now, long patience) {
    return condemnedAt != 0 && overAt == 0 && now - condemnedAt > patience;
  }

  /** The next life has begun. */
  void isOver() {
    overAt = System.nanoTime() | 1;
  }

  boolean isPresent() {
    return overAt == 0;
  }

  boolean isLeftOver(long now, long patience) {
    return overAt != 0 && now - overAt > patience;
  }
}
