package io.weft.node;

import io.weft.term.Pid;
import io.weft.wire.CompressionWish;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The processes that want what they send compressed otherwise than the node does it. Apart from
 * them, since few do: whoever sends looks at one field while there are none. Any thread.
 */
final class CompressionWishes {
  private final ConcurrentHashMap<Pid, CompressionWish> wishes = new ConcurrentHashMap<>();

  /** Whether there was ever one. */
  private volatile boolean any;

  /** Null ends the wish. */
  void put(Pid process, @Nullable CompressionWish wish) {
    if (wish == null) {
      ended(process);
    } else {
      any = true;
      wishes.put(process, wish);
    }
  }

  @Nullable CompressionWish of(Pid sender) {
    return any ? wishes.get(sender) : null;
  }

  void ended(Pid process) {
    if (any) {
      wishes.remove(process);
    }
  }
}
