package io.weft.gen;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a supervisor has to do, one thing at a time in the order in which it came up.
 *
 * <p>Starting and stopping a child takes many turns. OTP's supervisor blocks meanwhile and leaves
 * what comes in its mailbox; this one takes it in and lets it wait here, which makes the same
 * order.
 */
final class Agenda {
  /** Something to do; it says when it is done, at once or in a later turn. */
  @FunctionalInterface
  interface Job {
    void run(Runnable done);
  }

  private final Deque<Job> jobs = new ArrayDeque<>();
  private boolean busy;
  private boolean working;
  private boolean closed;

  void add(Job job) {
    if (!closed) {
      jobs.add(job);
      work();
    }
  }

  /** Drops what is not done; nothing new is taken. */
  void close() {
    closed = true;
    jobs.clear();
  }

  boolean isClosed() {
    return closed;
  }

  private void work() {
    if (working) {
      return; // a job that is done at once must not nest the next one in it
    }
    working = true;
    try {
      while (!busy && !jobs.isEmpty()) {
        busy = true;
        jobs.remove().run(this::done);
      }
    } finally {
      working = false;
    }
  }

  private void done() {
    busy = false;
    work();
  }
}
