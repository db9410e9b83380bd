package io.weft.node;

import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The links of one process: the link protocol, in its one home.
 *
 * <p>Towards each other process a link is absent, active, or inactive with the id of an unlink that
 * was not yet acknowledged. While inactive, an EXIT or LINK of the partner may still be under way
 * from before it saw the unlink; both are ignored, which is the whole purpose of the
 * acknowledgement.
 *
 * <p>Not thread-safe: used in the turns of its process only. Pure: it says what to send and sends
 * nothing.
 *
 * @see <a
 *     href="https://www.erlang.org/doc/apps/erts/erl_dist_protocol.html#link_protocol">Distribution
 *     protocol, Link Protocol</a>
 */
final class LinkTable {
  private static final long ACTIVE = 0;

  private final Map<Pid, Long> links = new HashMap<>(4);
  private long lastUnlinkId;

  /**
   * The process calls link: true if LINK must be sent. Does not wait for an outstanding
   * acknowledgement.
   */
  boolean link(Pid to) {
    Long before = links.put(to, ACTIVE);
    return before == null || before != ACTIVE;
  }

  /** LINK came in: true if the link became active by it. */
  boolean onLink(Pid from) {
    return links.putIfAbsent(from, ACTIVE) == null;
  }

  /** The process calls unlink: the id to send UNLINK with, or 0 if there is nothing to send. */
  long unlink(Pid to) {
    Long state = links.get(to);
    if (state == null || state != ACTIVE) {
      return 0;
    }
    lastUnlinkId++;
    links.put(to, lastUnlinkId);
    return lastUnlinkId;
  }

  /**
   * UNLINK came in. The caller acknowledges it in every case, before any other signal to that
   * sender.
   */
  void onUnlink(Pid from) {
    links.remove(from, ACTIVE);
  }

  /** UNLINK_ACK came in. */
  void onUnlinkAck(Pid from, long id) {
    links.remove(from, id);
  }

  /** EXIT came in through a link: true if the process must react. */
  boolean onExit(Pid from) {
    Long state = links.remove(from);
    return state != null && state == ACTIVE;
  }

  boolean isActive(Pid with) {
    Long state = links.get(with);
    return state != null && state == ACTIVE;
  }

  /** Returns how many links there are, active or not. */
  int size() {
    return links.size();
  }

  void forEachActive(Consumer<Pid> action) {
    links.forEach((pid, state) -> {
      if (state == ACTIVE) {
        action.accept(pid);
      }
    });
  }

  /** Returns the partners of active links one by one; the table must not change meanwhile. */
  Iterator<Pid> activeOnes() {
    return links.entrySet().stream()
        .filter(link -> link.getValue() == ACTIVE)
        .map(Map.Entry::getKey)
        .iterator();
  }

  List<Pid> active() {
    List<Pid> result = new ArrayList<>(links.size());
    forEachActive(result::add);
    return result;
  }
}
