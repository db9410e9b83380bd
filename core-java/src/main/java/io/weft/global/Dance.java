package io.weft.global;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far this node and one peer, which belongs to another partition, have come in joining the two.
 *
 * <p>In this order: both tell their tag and who locks ({@code init_connect}); one locks both
 * partitions and says so, the other agrees ({@code lock_set}); both tell their names ({@code
 * exchange}), compare them and tell what they found ({@code resolved}); with that each tells its
 * own partition ({@code new_nodes}).
 */
final class Dance {
  final Atom peer;

  /** What we gave the peer to tell this dance from others. */
  final Term myTag;

  @Nullable Term hisTag;
  @Nullable Pid hisLocker;
  int version;

  /** Whether the peer has said that it holds the lock, or does not, and nobody looked at it yet. */
  @Nullable Boolean hisLockSet;

  /** The lock both have agreed on; null before. */
  @Nullable Tuple lock;

  /** The peer's names, if they have come. */
  @Nullable List<Registration> hisNames;

  boolean comparing;

  /** What our names and the peer's come to; null before they were compared. */
  @Nullable List<NameOp> ops;

  /** What the peer's comparison came to. */
  @Nullable Resolved his;

  boolean over;

  /**
   * @param nodes {@code [{Node, Version}]}, the peer's partition
   */
  record Resolved(List<NameOp> ops, List<Tuple> nodes) {}

  Dance(Atom peer, Term myTag) {
    this.peer = peer;
    this.myTag = myTag;
  }

  /** Whether either may begin to lock. */
  boolean isReady() {
    return !over && lock == null && hisLocker != null && hisTag != null;
  }

  @Override
  public String toString() {
    return "joining the partition of " + peer;
  }
}
