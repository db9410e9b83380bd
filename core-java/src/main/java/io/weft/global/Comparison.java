package io.weft.global;

import io.weft.node.Address;
import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the names of two partitions that are about to join. Of two nodes that do so, the one
 * with the smaller name decides whose a name is that both have, by the method that its own process
 * was registered with, on the node where that process lives.
 *
 * <p>In a process of its own, because methods may block.
 */
final class Comparison {
  private final NameTable names;
  private final Resolver resolver;

  Comparison(NameTable names, Resolver resolver) {
    this.names = names;
    this.resolver = resolver;
  }

  void begin(Self<GlobalMessage> server, Dance dance, List<Registration> his) {
    Address<GlobalMessage> to = server.address();
    server.spawn(
        Blueprint.<Term>straightLine(
            "global_name_resolver",
            self -> {
              var run = new Run(self, dance.peer);
              his.forEach(run::compare);
              self.send(to, new GlobalMessage.Compared(dance, run.ours, run.both));
            }));
  }

  private final class Run {
    private final BlockingSelf<Term> self;
    private final boolean decides;
    private final List<NameOp> ours = new ArrayList<>();
    private final List<NameOp> both = new ArrayList<>();

    Run(BlockingSelf<Term> self, Atom peer) {
      this.self = self;
      this.decides = self.node().name().name().compareTo(peer.name()) < 0;
    }

    void compare(Registration his) {
      Registration mine = names.find(his.name());
      if (mine == null) {
        ours.add(new NameOp.Insert(his));
      } else if (!mine.pid().equals(his.pid()) && decides) {
        decide(mine, his);
      }
    }

    private void decide(Registration mine, Registration his) {
      Pid winner = resolver.resolve(self, mine, his.pid());
      if (his.pid().equals(winner)) {
        ours.add(new NameOp.Insert(his));
      } else if (mine.pid().equals(winner)) {
        both.add(new NameOp.Insert(mine));
      } else {
        ours.add(new NameOp.Delete(his.name()));
        both.add(new NameOp.Delete(his.name()));
      }
    }
  }
}
