package io.weft.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one that looks after the {@link Poller} of a scheduler: a carrier without work waits there
 * instead of sleeping; while all have work, one looks now and then between two turns, and the
 * watchdog when turns take long.
 */
final class PollingRole {
  /** How long carriers with work let the poller be. */
  private static final long PATIENCE_NANOS = 50_000;

  /**
   * How long a carrier asks again before it waits: about what it costs that a peer, and then this
   * carrier, is woken. An answer of another node that comes within finds the carrier on its
   * processor.
   */
  private static final long SPIN_NANOS = 60_000;

  /** After so many waits at most it is tried again whether that pays. */
  private static final int MAX_PATIENCE = 64;

  private final AtomicReference<@Nullable Poller> poller = new AtomicReference<>();
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile long lastPoll = System.nanoTime();

  /*
   * Where others want the processors too, who asks again takes them from the peer that is to answer,
   * and loses its turn when the answer is there. So it is done as long as it pays, which the one with
   * the role keeps account of.
   */

  /** How many waits are to begin at once before one asks again. */
  private int untried;

  /** How many they were the last time. */
  private int patience;

  /** From now on this poller is looked after; false if there is one. */
  boolean attach(Poller attached) {
    return poller.compareAndSet(null, attached);
  }

  void detach(Poller attached) {
    poller.compareAndSet(attached, null);
  }

  /** Gives the role to the caller, until {@link #release}; false if another has it. */
  boolean take() {
    return poller.get() != null && !taken.get() && taken.compareAndSet(false, true);
  }

  void release() {
    lastPoll = System.nanoTime();
    taken.set(false);
  }

  /** Waits for an event, or until somebody wakes the carrier. For the one with the role. */
  void await(Carrier carrier) {
    Poller asked = poller.get();
    if (asked == null) {
      return;
    }
    if (untried > 0) {
      untried--;
    } else if (spin(asked, carrier)) {
      return;
    }
    asked.poll(true);
  }

  /** Asks again for a while; false if there is still reason to wait. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint to the kernel; nothing depends on it
  private boolean spin(Poller asked, Carrier carrier) {
    long start = System.nanoTime();
    do {
      if (asked.poll(false)) {
        patience /= 2;
        untried = patience;
        return true;
      }
      Thread.yield(); // the peer may have been put on this processor
      // A wake-up that this look has swallowed shows in what was written before it.
      if (!carrier.maySleep() || !asked.equals(poller.get())) {
        return true;
      }
    } while (System.nanoTime() - start < SPIN_NANOS);
    patience = Math.clamp(2L * patience, 1, MAX_PATIENCE);
    untried = patience;
    return false;
  }

  /** Whether there is a poller that nobody looks after at present. */
  boolean isVacant() {
    return poller.get() != null && !taken.get();
  }

  /** Ends the wait of the one with the role. */
  void wakeUp() {
    Poller asked = poller.get();
    if (asked != null) {
      asked.wakeUp();
    }
  }

  /** Looks whether something has happened, unless that was done a moment ago. */
  void lookAgain() {
    Poller asked = poller.get();
    if (asked != null && System.nanoTime() - lastPoll > PATIENCE_NANOS && take()) {
      try {
        asked.poll(false);
      } finally {
        release();
      }
    }
  }
}
