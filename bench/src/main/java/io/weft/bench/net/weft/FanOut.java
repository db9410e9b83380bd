package io.weft.bench.net.weft;

import io.weft.bench.net.NetRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** One sender here and a thousand receivers there, which are there before the clock starts. */
record FanOut(Node node, String far) implements Workload {
  private static final Atom GATHER = Atom.of("gather");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    Pid referee = Referee.start(node, done);
    long each = Math.max(1, ops / NetRows.MEMBERS);
    List<Address<Term>> members = gather(referee, each);
    Address<Sender.Go> sender = node.spawn(Blueprint.of("sender", () -> new Sender(members, each)));
    long took = Stopwatch.until(done, () -> sender.tell(Sender.Go.GO));
    return took * ops / (each * NetRows.MEMBERS);
  }

  private List<Address<Term>> gather(Pid referee, long each) {
    Address<Term> gatherer = node.address("members", far, TermCodec.identity());
    Term all = Weft.callTerm(gatherer, Tuple.of(GATHER, referee, new IntTerm(each)), TIMEOUT);
    var members = new ArrayList<Address<Term>>();
    for (Term pid : ((ListTerm) all).elements()) {
      members.add(node.address((Pid) pid));
    }
    return members;
  }
}
