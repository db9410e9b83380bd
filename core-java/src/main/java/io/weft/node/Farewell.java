package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process that has ended still has to tell, where that is too much for one turn: a portion
 * in each turn, so that others get theirs in between.
 *
 * <p>The process is closed and unknown already. So links and monitors that are asked for meanwhile
 * are answered {@code noproc} by whoever asks, nothing joins what is told here, and each is told
 * once: links first, then monitors, as OTP 25 does. Its place in the table is given back when all
 * is told; until then the node counts it.
 *
 * <p>An unlink or demonitor that comes meanwhile finds nobody. Its sender has taken the tie out of
 * its own table, so that what is told here later means nothing to it.
 */
final class Farewell implements Runnable {
  /** How many are told in one turn: some tenths of a millisecond. */
  static final int PORTION = 1_000;

  private final Process<?> process;
  private final ExitReason reason;
  private final Router router;
  private final Iterator<Pid> links;
  private final Iterator<Signal.Monitor> watchers;
  private final Iterator<Map.Entry<Reference, Target>> watched;
  private final Iterator<RemoteCalls.RemoteCall<?>> remoteCalls;
  private final Iterator<SpawnRequests.Request> spawns;
  private final @Nullable Calls calls;
  private @Nullable Signal rest;

  /**
   * @param rest what was still in the inbox
   */
  Farewell(
      Process<?> process, @Nullable Extras<?> extras, ExitReason reason, @Nullable Signal rest) {
    this.process = process;
    this.reason = reason;
    this.router = process.node().router();
    this.rest = rest;
    Ties ties = extras == null ? new Ties(process) : extras.ties;
    links = ties.activeLinks();
    watchers = ties.watcherSignals();
    watched = ties.ownMonitors();
    calls = extras == null ? null : extras.calls;
    spawns = extras == null ? Collections.emptyIterator() : extras.seenAbroad().spawnRequests();
    remoteCalls = calls == null ? Collections.emptyIterator() : calls.remoteCalls();
  }

  /** Whether all that a process has to tell is little enough for the turn it ends in. */
  static boolean isShort(Process<?> process, @Nullable Extras<?> extras, @Nullable Signal rest) {
    int left = PORTION - process.depth();
    for (Signal signal = rest; signal != null && left >= 0; signal = signal.next) {
      left--;
    }
    if (extras != null) {
      left -= extras.ties.size();
      left -= extras.calls.countUpTo(left) + extras.seenAbroad().pendingSpawns();
    }
    return left >= 0;
  }

  @Override
  public void run() {
    Process<?> outer = Node.enter(process);
    try {
      for (int told = 0; told < PORTION; told++) {
        if (!tellNext()) {
          process.forgotten();
          return;
        }
      }
    } finally {
      Node.leave(outer);
    }
    process.node().seams().scheduler().executeLater(this);
  }

  private boolean tellNext() {
    if (links.hasNext()) {
      router.linkExit(process.pid(), links.next(), reason);
    } else if (watchers.hasNext()) {
      router.down(watchers.next(), reason);
    } else if (watched.hasNext()) {
      Map.Entry<Reference, Target> monitor = watched.next();
      router.demonitor(process.pid(), monitor.getValue(), monitor.getKey());
    } else if (remoteCalls.hasNext()) {
      remoteCalls.next().abandon();
    } else if (spawns.hasNext()) {
      SpawnRequests.abandon(spawns.next(), reason);
    } else {
      return calls != null && calls.abandonNext(reason) || bounceNext() || abandonNext();
    }
    return true;
  }

  private boolean bounceNext() {
    Signal signal = rest;
    if (signal == null) {
      return false;
    }
    rest = signal.next;
    signal.next = null;
    signal.bounce(router, process.pid());
    return true;
  }

  private boolean abandonNext() {
    Message waiting = process.poll();
    if (waiting == null) {
      return false;
    }
    waiting.abandoned();
    return true;
  }

  @Override
  public String toString() {
    return "the end of " + process;
  }
}
