package io.weft.bench.net.weft;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Pairs of a sender here and a receiver there, which tells when it has all. */
record OneWay(Node node, String far, int pairs, @Nullable Term payload) implements Workload {
  private static final Atom BEGIN = Atom.of("begin");

  /** With small messages. */
  OneWay(Node node, String far, int pairs) {
    this(node, far, pairs, null);
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(pairs);
    Pid referee = Referee.start(node, done);
    int each = ops / pairs;
    var senders = new ArrayList<Address<Sender.Go>>();
    for (int i = 1; i <= pairs; i++) {
      Address<Term> sink = node.address("sink_" + i, far, TermCodec.identity());
      sink.tell(Tuple.of(BEGIN, referee, new IntTerm(each)));
      senders.add(
          node.spawn(Blueprint.of("sender", () -> new Sender(List.of(sink), each, payload))));
    }
    return Stopwatch.until(done, () -> senders.forEach(it -> it.tell(Sender.Go.GO)));
  }
}
