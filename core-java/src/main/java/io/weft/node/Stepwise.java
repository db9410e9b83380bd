package io.weft.node;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a body that receives without a thread of its own: each step, from one receive to the next,
 * is a part of a turn, and counts as one message of it.
 */
final class Stepwise<M> extends Receiving<M> implements Receiver<M> {
  private final StepwiseBody<M> body;

  // Set in the first turn.
  @SuppressWarnings("NullAway.Init")
  private Process<M> process;

  private @Nullable Waiting<M, ?> waiting;

  /** A receive, and who is told of its outcome. */
  private record Waiting<M, R>(Receive<M, R> receive, Consumer<Supplier<R>> then) {
    void goOn() {
      then.accept(receive.outcome());
    }
  }

  Stepwise(StepwiseBody<M> body) {
    this.body = body;
  }

  @Override
  public void start(Self<M> self) throws Exception {
    process = Process.of(self);
    body.start(self, this);
  }

  @Override
  public void terminate(Self<M> self, ExitReason reason) throws Exception {
    body.terminate(self, reason);
  }

  @Override
  public void ended(Self<M> self, ExitReason reason) throws Exception {
    if (waiting != null) {
      giveUp(waiting);
    }
    body.ended(self, reason);
  }

  /** The turn asks {@link #mayGoOn} in any case. */
  @Override
  void somethingNew() {}

  // --- receiving ---------------------------------------------------------------------------------

  @Override
  public <R> Runnable receive(Select<M, R> clauses, Consumer<Supplier<R>> then) {
    process.requireTurn("receive");
    if (waiting != null) {
      throw new IllegalStateException(
          process.label()
              + " receives already: a process does so in one place at a time; let the body receive,"
              + " and hand on what others need");
    }
    process.handled(null); // what was taken before
    var mine = new Waiting<>(new Receive<>(process, clauses, this::somethingNew), then);
    waiting = mine;
    return () -> {
      if (process.isMyTurn()) {
        giveUp(mine);
      } else {
        process.post(() -> giveUp(mine));
      }
    };
  }

  @SuppressWarnings("ReferenceEquality") // this one and no later one
  private void giveUp(Waiting<M, ?> given) {
    if (waiting == given) {
      given.receive().over();
      waiting = null;
    }
  }

  /** Whether there may be something in the mailbox that the body waits for. */
  boolean mayGoOn() {
    return waiting != null && waiting.receive().hasNews();
  }

  /** Looks for what the body waits for, and lets it take its next step. */
  void goOn() {
    Waiting<M, ?> present = waiting;
    if (present != null && present.receive().found()) {
      giveUp(present);
      Observer.Capture taken = process.handling();
      if (taken == null) {
        present.goOn();
        return;
      }
      Observer.Scope scope = taken.enter();
      try {
        present.goOn();
      } finally {
        scope.close();
      }
    }
  }

  /** A message has left the mailbox otherwise. */
  void messageGone() {
    if (waiting != null) {
      waiting.receive().forgetSeen();
    }
  }
}
