package io.weft.bench.local.weft;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/** Pairs of processes hit a ball back and forth. */
record PingPong(Node node, int pairs) implements Workload {
  private record Ball(Address<Ball> hitBy, int hitsLeft) {}

  private record Player(CountDownLatch landed) implements Behavior<Ball> {
    @Override
    public void message(Self<Ball> self, Ball ball) {
      if (ball.hitsLeft == 0) {
        landed.countDown();
      } else {
        ball.hitBy.tell(new Ball(self.address(), ball.hitsLeft - 1));
      }
      if (ball.hitsLeft <= 1) {
        self.stop(ExitReason.NORMAL);
      }
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var landed = new CountDownLatch(pairs);
    var player = Blueprint.of("player", () -> new Player(landed));
    var left = new ArrayList<Address<Ball>>();
    var right = new ArrayList<Address<Ball>>();
    for (int i = 0; i < pairs; i++) {
      left.add(node.spawn(player));
      right.add(node.spawn(player));
    }
    return Stopwatch.until(
        landed,
        () -> {
          for (int i = 0; i < pairs; i++) {
            left.get(i).tell(new Ball(right.get(i), ops / pairs - 1));
          }
        });
  }
}
