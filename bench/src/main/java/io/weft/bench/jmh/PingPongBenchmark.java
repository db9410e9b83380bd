package io.weft.bench.jmh;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.Self;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Two processes of one node hit a ball back and forth: what one message costs, wake-up included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PingPongBenchmark {
  private static final int MESSAGES = 10_000;

  private final Node node = Node.start(NodeOptions.local());
  private final Address<Ball> left = node.spawn(Blueprint.of("left", Player::new));
  private final Address<Ball> right = node.spawn(Blueprint.of("right", Player::new));

  private record Ball(Address<Ball> hitBy, int hitsLeft, CompletableFuture<?> landed) {}

  private static final class Player implements Behavior<Ball> {
    @Override
    public void message(Self<Ball> self, Ball ball) {
      if (ball.hitsLeft == 0) {
        ball.landed.complete(null);
      } else {
        ball.hitBy.tell(new Ball(self.address(), ball.hitsLeft - 1, ball.landed));
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void message() {
    var landed = new CompletableFuture<Void>();
    left.tell(new Ball(right, MESSAGES - 1, landed));
    landed.join();
  }

  @TearDown
  public void stop() {
    node.close();
  }
}
