package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Weft;
import java.time.Duration;

/** The pool of the README. */
final class PoolExample {
  private PoolExample() {}

  // README: begin
  sealed interface Squares {
    record Of(long n) implements Squares, Request<Long> {}
  }

  static Blueprint<Squares> worker() {
    return GenServer.define(
        "worker",
        Squares.class,
        (on, self) -> on.call(Squares.Of.class, square -> square.n() * square.n()));
  }

  static long square(Node node, long n) {
    Address<Squares> pool =
        node.start(
            Pool.of("squares", worker())
                .workers(4)
                .routing(Routing.leastLoaded())
                .limitPerWorker(100) // one more call fails at once, with the reason overload
                .blueprint());
    return Weft.call(pool, new Squares.Of(n), Duration.ofSeconds(5)); // as if it were one worker
  }
  // README: end
}
