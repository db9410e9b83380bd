package io.weft.bench.local.weft;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process sets timers, all of which are pending before it cancels the first. */
record TimersSet(Node node) implements Workload {
  private enum Go {
    GO
  }

  private record Setter(int count, CountDownLatch done) implements Behavior<Go> {
    @Override
    public void message(Self<Go> self, Go go) {
      var timers = new Timers.Timer[count];
      for (int i = 0; i < count; i++) {
        timers[i] = self.after(Duration.ofMillis(LocalRows.timerMillis(i)), () -> {});
      }
      for (Timers.Timer timer : timers) {
        timer.cancel();
      }
      done.countDown();
      self.stop(ExitReason.NORMAL);
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    Address<Go> setter = node.spawn(Blueprint.of("setter", () -> new Setter(ops, done)));
    return Stopwatch.until(done, () -> setter.tell(Go.GO));
  }
}
