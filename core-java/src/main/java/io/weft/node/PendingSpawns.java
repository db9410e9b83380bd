package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.control.Control;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The spawn requests that the peer of one session has not answered yet. Guarded by the lock of the
 * session.
 */
final class PendingSpawns {
  /** A request; {@code givenUp} is why nobody waits for it any more, and its link is to break. */
  record Pending(Pid requester, @Nullable Term givenUp) {}

  private Map<Reference, Pending> pending = new HashMap<>(2);

  void add(Control.SpawnRequest request) {
    pending.put(request.reqId(), new Pending(request.from(), null));
  }

  @Nullable Pending remove(Reference request) {
    return pending.remove(request);
  }

  void giveUp(Reference request, Term reason) {
    pending.computeIfPresent(request, (_, asked) -> new Pending(asked.requester(), reason));
  }

  int size() {
    return pending.size();
  }

  /** Takes all out, for a session that ends. */
  Map<Reference, Pending> clear() {
    Map<Reference, Pending> all = pending;
    pending = new HashMap<>(0);
    return all;
  }

  static void forEachAwaited(
      Map<Reference, Pending> all, BiConsumer<Reference, Pid> requestAndRequester) {
    all.forEach((request, asked) -> {
      if (asked.givenUp() == null) {
        requestAndRequester.accept(request, asked.requester());
      }
    });
  }
}
