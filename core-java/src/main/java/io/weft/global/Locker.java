package io.weft.global;

import io.weft.node.Self;
import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Locks this node's partition and another one, so that the two can be joined: one dance at a time.
 *
 * <h2>Who locks what</h2>
 *
 * The lock is on {@code global}, for the pair of lockers in the order of their pids, so that either
 * of the two may take it on any node. Who begins locks its own partition and the one peer. It tells
 * the peer, which locks the rest of its partition and says whether that worked. If both begin at
 * once that is just as well: each takes the other's word for the answer.
 *
 * <p>Within a partition the greatest node is locked first. Whoever wants the lock starts there, so
 * that only one of many gets far.
 *
 * <p>A failed attempt is followed by a pause. It must be long enough that some other node of the
 * partition can succeed.
 *
 * <p>Part of the name server, in whose turns all of this happens: its pid is the locker's.
 */
final class Locker {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PAUSE_FOR_EACH = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(3);

  /** What the locker tells. */
  interface Listener {
    /** Both partitions are locked. */
    void locked(Dance dance);
  }

  private enum State {
    IDLE,
    LOCKING,
    AWAITING,
    HOLDING,
    UNLOCKING
  }

  private final Self<GlobalMessage> self;
  private final Servers servers;
  private final LockTable locks;
  private final Partition partition;
  private final Listener listener;

  private State state = State.IDLE;
  private @Nullable Dance present;
  private List<Atom> lockedNodes = List.of();
  private Timers.@Nullable Timer pause;
  private boolean justJoined;

  Locker(
      Self<GlobalMessage> self,
      Servers servers,
      LockTable locks,
      Partition partition,
      Listener listener) {
    this.self = self;
    this.servers = servers;
    this.locks = locks;
    this.partition = partition;
    this.listener = listener;
  }

  // --- what happens ------------------------------------------------------------------------------

  /** There is a dance that may begin, or one has made a step. */
  void somethingNew() {
    if (state == State.AWAITING && present != null) {
      lookAtAnswer(present);
    }
    if (state == State.IDLE) {
      lookAtOffers();
    }
    if (state == State.IDLE && pause == null && !candidates().isEmpty()) {
      pause = self.after(nextPause(), this::pauseIsOver);
    }
  }

  /** The name server has ended. */
  void close() {
    if (pause != null) {
      pause.cancel();
    }
  }

  /** A dance is over, well or not: {@code first} runs before the lock is released. */
  void release(Dance dance, boolean joined, Runnable first) {
    dance.over = true;
    if (dance != present) {
      first.run();
      return;
    }
    justJoined |= joined;
    first.run();
    if (state == State.AWAITING || state == State.HOLDING) {
      unlock(dance);
    } // while locking, the end of that notices
  }

  // --- beginning ---------------------------------------------------------------------------------

  private List<Dance> candidates() {
    return partition.dances().stream()
        .filter(Dance::isReady)
        .sorted(Comparator.comparing(dance -> dance.peer.name()))
        .toList();
  }

  private Duration nextPause() {
    if (justJoined) {
      return Duration.ZERO;
    }
    int known = partition.known().size();
    if (known == 0) {
      return FIRST_PAUSE;
    }
    Duration wanted = PAUSE.plus(PAUSE_FOR_EACH.multipliedBy(known));
    return wanted.compareTo(MAX_PAUSE) < 0 ? wanted : MAX_PAUSE;
  }

  private void pauseIsOver() {
    pause = null;
    justJoined = false;
    List<Dance> candidates = candidates();
    if (state == State.IDLE && !candidates.isEmpty() && !locks.isNamesLocked()) {
      int chosen = Math.floorMod(self.node().seams().entropy().nextInt(), candidates.size());
      begin(candidates.get(chosen));
    } else {
      somethingNew();
    }
  }

  private void begin(Dance dance) {
    lock(dance, List.of(dance.peer));
  }

  private void lock(Dance dance, List<Atom> extra) {
    present = dance;
    state = State.LOCKING;
    lockSafely(lockOf(dance), extra, locked -> locked(dance, !extra.isEmpty(), locked));
  }

  private Tuple lockOf(Dance dance) {
    List<Term> lockers = new ArrayList<>();
    lockers.add(self.pid());
    lockers.add(Objects.requireNonNull(dance.hisLocker));
    lockers.sort(TermOrder.EXACT);
    return Tuple.of(Words.GLOBAL, new ListTerm(lockers));
  }

  /** The attempt to lock has ended: null if it failed. */
  private void locked(Dance dance, boolean begun, @Nullable List<Atom> locked) {
    if (!begun && !dance.over) {
      say(dance, locked != null); // the peer waits for an answer either way
    }
    if (locked == null) {
      idle();
      return;
    }
    lockedNodes = locked;
    if (dance.over) {
      unlock(dance);
    } else if (begun) {
      state = State.AWAITING;
      say(dance, true);
      lookAtAnswer(dance);
    } else {
      hold(dance);
    }
  }

  /** Tells the peer whether we hold the lock. */
  private void say(Dance dance, boolean locked) {
    Term hisTag = dance.hisTag;
    if (hisTag != null) {
      servers.cast(
          dance.peer,
          Tuple.of(Words.LOCK_SET, self.pid(), Atom.of(locked), partition.knownNames(), hisTag));
    }
  }

  // --- the peer's word ---------------------------------------------------------------------------

  private void lookAtAnswer(Dance dance) {
    Boolean answer = dance.hisLockSet;
    if (answer == null) {
      return;
    }
    dance.hisLockSet = null;
    if (answer) {
      hold(dance);
    } else {
      unlock(dance);
    }
  }

  private void hold(Dance dance) {
    state = State.HOLDING;
    dance.lock = lockOf(dance);
    listener.locked(dance);
  }

  /** A peer has begun: see whether the lock can be had here too. */
  private void lookAtOffers() {
    for (Dance dance : partition.dances()) {
      Boolean offer = dance.hisLockSet;
      dance.hisLockSet = null;
      if (offer != null && offer && dance.isReady()) {
        lock(dance, List.of());
        return;
      }
    }
  }

  private void idle() {
    state = State.IDLE;
    present = null;
    lockedNodes = List.of();
    somethingNew();
  }

  private void unlock(Dance dance) {
    state = State.UNLOCKING;
    releaseOn(lockedNodes, lockOf(dance), this::idle);
  }

  // --- locking nodes -----------------------------------------------------------------------------

  /** Locks this partition and {@code extra}; goes on with the nodes locked, or null. */
  private void lockSafely(Tuple lock, List<Atom> extra, Consumer<@Nullable List<Atom>> then) {
    Atom here = servers.here();
    List<Atom> known = List.copyOf(partition.known());
    Atom boss =
        Stream.concat(Stream.of(here), known.stream())
            .max(Comparator.comparing(Atom::name))
            .orElse(here);
    if (!locks.canSet(lock)) {
      then.accept(null);
      return;
    }
    List<Atom> second = without(concat(List.of(here), extra), List.of(boss));
    List<Atom> third = without(known, concat(second, List.of(boss)));
    lockOn(
        List.of(boss),
        lock,
        List.of(),
        first -> lockOnNext(second, lock, first, soFar -> lockOnNext(third, lock, soFar, then)));
  }

  private void lockOnNext(
      List<Atom> nodes,
      Tuple lock,
      @Nullable List<Atom> before,
      Consumer<@Nullable List<Atom>> then) {
    if (before == null) {
      then.accept(null);
    } else {
      lockOn(nodes, lock, before, then);
    }
  }

  /** Locks some nodes; where one refuses, releases these and those locked {@code before}. */
  private void lockOn(
      List<Atom> nodes, Tuple lock, List<Atom> before, Consumer<@Nullable List<Atom>> then) {
    boolean here = nodes.contains(servers.here());
    boolean setHere = here && locks.set(self, lock, self.pid());
    servers.callAll(
        without(nodes, List.of(servers.here())),
        Tuple.of(Words.SET_LOCK, lock),
        answers -> {
          List<Atom> locked = new ArrayList<>(before);
          answers.forEach((node, answer) -> {
            if (answer.equals(Atom.TRUE)) {
              locked.add(node);
            }
          });
          if (setHere) {
            locked.add(servers.here());
          }
          if (here != setHere || answers.containsValue(Atom.FALSE)) {
            releaseOn(locked, lock, () -> then.accept(null));
          } else {
            then.accept(locked);
          }
        });
  }

  private void releaseOn(Collection<Atom> nodes, Tuple lock, Runnable then) {
    if (nodes.contains(servers.here())) {
      locks.delete(self, lock, self.pid());
    }
    List<Atom> connected =
        without(nodes, List.of(servers.here())).stream().filter(servers::isConnected).toList();
    servers.callAll(connected, Tuple.of(Words.DEL_LOCK, lock), (Map<Atom, Term> _) -> then.run());
  }

  private static List<Atom> without(Collection<Atom> nodes, Collection<Atom> others) {
    return nodes.stream().filter(node -> !others.contains(node)).toList();
  }

  private static List<Atom> concat(List<Atom> some, List<Atom> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
