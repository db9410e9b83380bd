package io.weft.gen;

import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.SystemEvent;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The engine of a state machine on a process. */
final class MachineHost<S, M> implements StateEngine.Host<S, M> {
  private final Self<M> self;
  private final Handlers.Handler<Info> unexpected;

  /**
   * @param unexpected gets what is no message and has no handler
   */
  MachineHost(Self<M> self, Handlers.Handler<Info> unexpected) {
    this.self = self;
    this.unexpected = unexpected;
  }

  @Override
  public Next<S, M> unhandled(S state, StateEvent<M> event) throws Exception {
    switch (event) {
      case StateEvent.Received<M>(Info info) -> unexpected.handle(info);
      case StateEvent.Cast<M>(M message) -> self.warn("has no handler for {}", message);
      case StateEvent.Call<M>(M request, From from) -> {
        self.warn("has no handler for {}", request);
        from.refuse(self.label() + " has no handler for " + request);
      }
      default -> throw new IllegalStateException("no handler for " + event + " in " + state);
    }
    return Next.keep();
  }

  @Override
  public void stop(ExitReason reason) {
    self.stop(reason);
  }

  @Override
  public void tell(Function<MachineWords<S, M>, SystemEvent> event) {
    self.debug(() -> event.apply(new MachineWords<>(new MachineTerms<>(self.address()))));
  }

  @Override
  public void goOnLater(StateEngine.Step go) {
    self.hold();
    self.post(() -> {
      self.release();
      goOn(go);
    });
  }

  @Override
  public void goOn(StateEngine.Step go) {
    self.next(() -> run(go));
  }

  /** Runs a step where no checked exception may escape; the process ends with what failed. */
  static void run(StateEngine.Step step) {
    try {
      step.run();
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new ExitException(ExitReason.crash(failure));
    }
  }

  @Override
  public long nanoTime() {
    return self.node().seams().clock().nanoTime();
  }

  @Override
  public Timers.@Nullable Timer start(Object name, Duration time, Runnable elapsed) {
    Runnable then =
        name.equals(StateTimers.EVENT)
            ? () -> self.whenIdle(Duration.ZERO, elapsed) // unless something waits
            : elapsed;
    if (time.isPositive()) {
      return self.after(time, then); // not whenIdle, which a look through sys would put off
    }
    self.post(then);
    return null;
  }
}
