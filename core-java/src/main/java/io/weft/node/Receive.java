package io.weft.node;

import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One selective receive: it looks through the mailbox, and later goes on behind the messages that
 * it has seen. Where turns are kept out, or in a turn.
 */
final class Receive<M, R> {
  private final Process<M> process;
  private final Select<M, R> select;
  private final Timers.@Nullable Timer timer;
  private @Nullable Message seen;
  private boolean timeIsUp;
  private @Nullable Supplier<R> then;

  /**
   * Begins to wait, for as long as the clauses say.
   *
   * @param whenTimeIsUp told, in a turn, when {@link #found} is to be asked again for that
   */
  Receive(Process<M> process, Select<M, R> select, Runnable whenTimeIsUp) {
    this.process = process;
    this.select = select;
    Duration patience = select.patience();
    if (patience != null && patience.isPositive()) {
      timer =
          process.after(
              patience,
              () -> {
                timeIsUp = true;
                whenTimeIsUp.run();
              });
    } else {
      timer = null;
      timeIsUp = patience != null;
    }
  }

  /** Nobody waits any more. */
  void over() {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Whether anything has come since {@link #found} looked last. */
  @SuppressWarnings("ReferenceEquality") // messages are themselves
  boolean hasNews() {
    return timeIsUp || process.newest() != seen;
  }

  /** A message that was passed over has left the mailbox: begins anew. */
  void forgetSeen() {
    seen = null;
  }

  /** Whether there is an {@link #outcome}: takes the first message that matches. */
  boolean found() {
    while (true) {
      Message taken = process.take(seen, this::matches);
      if (taken == null) {
        break;
      }
      Message message = Letter.inside(taken);
      if (process.taken(message)) {
        process.takenByBody(message);
        if (taken instanceof Letter<?> letter) {
          process.decoded(letter.shown());
        }
        return true;
      }
      then = null;
    }
    seen = process.newest();
    if (timeIsUp) {
      then = select.otherwise();
    }
    return timeIsUp;
  }

  private boolean matches(Message message) {
    if (process.gaveUp(Letter.inside(message))) {
      return true;
    }
    then = select.match(Letter.received(process, message));
    return then != null;
  }

  /** Returns what is to be done, once it has been found. */
  Supplier<R> outcome() {
    return Objects.requireNonNull(then, "nothing was found");
  }
}
