package io.weft.bench.soak;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Where the processes of a run tell what they saw that must not be. Any thread. */
abstract class Watch {
  static final int MOST_VIOLATIONS = 20;

  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  /** Keeps the first of them. */
  final void violation(String what) {
    if (violations.size() < MOST_VIOLATIONS) {
      violations.add(what);
    }
  }

  final List<String> violations() {
    return List.copyOf(violations);
  }
}
