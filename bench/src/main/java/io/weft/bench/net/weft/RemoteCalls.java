package io.weft.bench.net.weft;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/** Callers here call one server there, each as soon as it has its reply. */
record RemoteCalls(Node node, String far, int callers, Term request) implements Workload {
  /** The default of gen_server. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final class Caller implements Behavior<Sender.Go> {
    private final Address<Term> server;
    private final Term request;
    private final CountDownLatch done;
    private int left;

    Caller(Address<Term> server, Term request, CountDownLatch done, int left) {
      this.server = server;
      this.request = request;
      this.done = done;
      this.left = left;
    }

    @Override
    public void message(Self<Sender.Go> self, Sender.Go go) {
      call(self);
    }

    private void call(Self<Sender.Go> self) {
      if (left-- == 0) {
        done.countDown();
        self.stop(ExitReason.NORMAL);
      } else {
        self.callTerm(server, request, TIMEOUT, reply -> answered(self, reply.orThrow()));
      }
    }

    private void answered(Self<Sender.Go> self, Term reply) {
      if (!reply.equals(request)) {
        throw new IllegalStateException("the reply is not what was sent");
      }
      call(self);
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(callers);
    Address<Term> server = node.address("echo", far, TermCodec.identity());
    var all = new ArrayList<Address<Sender.Go>>();
    for (int i = 0; i < callers; i++) {
      all.add(
          node.spawn(
              Blueprint.of("caller", () -> new Caller(server, request, done, ops / callers))));
    }
    return Stopwatch.until(done, () -> all.forEach(it -> it.tell(Sender.Go.GO)));
  }
}
