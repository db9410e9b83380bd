package io.weft.bench.local.weft;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Self;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/** Callers call one server, each as soon as it has its reply. */
record Calls(Node node, int callers) implements Workload {
  /** The default of gen_server. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private record Ask(int number) implements Request<Integer> {}

  private enum Go {
    GO
  }

  private static final class Server implements Behavior<Ask> {
    @Override
    public void message(Self<Ask> self, Ask ask) {
      self.stop(ExitReason.NORMAL);
    }

    @Override
    public void call(Self<Ask> self, Ask ask, From from) {
      from.reply(ask.number);
    }
  }

  private static final class Caller implements Behavior<Go> {
    private final Address<Ask> server;
    private final CountDownLatch done;
    private int left;

    Caller(Address<Ask> server, CountDownLatch done, int left) {
      this.server = server;
      this.done = done;
      this.left = left;
    }

    @Override
    public void message(Self<Go> self, Go go) {
      call(self);
    }

    private void call(Self<Go> self) {
      if (left == 0) {
        done.countDown();
        self.stop(ExitReason.NORMAL);
      } else {
        self.call(server, new Ask(left), TIMEOUT, reply -> answered(self, reply.orThrow()));
      }
    }

    private void answered(Self<Go> self, int number) {
      left = number - 1;
      call(self);
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(callers);
    Address<Ask> server = node.spawn(Blueprint.of("server", Server::new));
    var all = new ArrayList<Address<Go>>();
    for (int i = 0; i < callers; i++) {
      all.add(node.spawn(Blueprint.of("caller", () -> new Caller(server, done, ops / callers))));
    }
    long took = Stopwatch.until(done, () -> all.forEach(it -> it.tell(Go.GO)));
    server.tell(new Ask(0)); // a plain message ends it
    return took;
  }
}
