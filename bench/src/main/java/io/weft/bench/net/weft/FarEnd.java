package io.weft.bench.net.weft;

import io.weft.bench.net.NetRows;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The other node: {@code sink_1} and so on receive one-way messages, {@code echo} answers calls
 * with what they bring, {@code members} gathers those that a fan-out reaches. What they say to each
 * other is the same for every kind of near end: see {@code otp_net_far.erl}.
 */
public final class FarEnd {
  private FarEnd() {}

  /**
   * Runs a node until the input ends.
   *
   * @param args its name, the port of its EPMD, and how it talks: {@link Link#arguments}
   */
  public static void main(String[] args) throws IOException {
    Link link = Link.of(List.of(args).subList(2, args.length));
    try (Node node = BenchNode.start(args[0], Integer.parseInt(args[1]), link)) {
      for (int i = 1; i <= NetRows.PAIRS; i++) {
        node.start(blueprint("sink_" + i, new Sink(node)));
      }
      node.start(blueprint("echo", new Echo()));
      node.start(blueprint("members", new Members()));
      FarProcess.readyUntilHungUp();
    }
  }

  private static Blueprint<Term> blueprint(String name, Behavior<Term> behavior) {
    return Blueprint.<Term>of(name, () -> behavior).named(name).codec(TermCodec.identity());
  }

  /**
   * Counts {@code {item, N}} or {@code {item, N, Payload}} down from where {@code {begin, From, N}}
   * says, and tells From.
   */
  private static final class Sink implements Behavior<Term> {
    private static final Atom BEGIN = Atom.of("begin");
    private static final Atom LANDED = Atom.of("landed");

    private final Node node;
    private Pid referee;
    private long next;
    private boolean inOrder;

    Sink(Node node) {
      this.node = node;
      referee = new Pid(node.name(), 0, 0, 0);
    }

    @Override
    public void message(Self<Term> self, Term message) {
      var tuple = (Tuple) message;
      if (tuple.isTagged(BEGIN, 3)) {
        referee = (Pid) tuple.get(1);
        next = number(tuple.get(2));
        inOrder = true;
        return;
      }
      inOrder &= number(tuple.get(1)) == next;
      if (--next == 0) {
        node.address(referee).tell(Tuple.of(LANDED, Atom.of(inOrder)));
      }
    }
  }

  private static final class Echo implements Behavior<Term> {
    @Override
    public void message(Self<Term> self, Term message) {
      // only calls are expected
    }

    @Override
    public void call(Self<Term> self, Term request, From from) {
      from.reply(request);
    }
  }

  /** Answers {@code {gather, From, N}} with processes that each await N messages. */
  private static final class Members implements Behavior<Term> {
    @Override
    public void message(Self<Term> self, Term message) {
      // only calls are expected
    }

    @Override
    public void call(Self<Term> self, Term request, From from) {
      var tuple = (Tuple) request;
      var referee = (Pid) tuple.get(1);
      long each = number(tuple.get(2));
      Pid hub = pid(self.spawn(awaiting(NetRows.MEMBERS, self.node(), referee)));
      var all = new ArrayList<Term>();
      for (int i = 0; i < NetRows.MEMBERS; i++) {
        all.add(pid(self.spawn(awaiting(each, self.node(), hub))));
      }
      from.reply(ListTerm.of(all.toArray(Term[]::new)));
    }

    private static Blueprint<Term> awaiting(long count, Node node, Pid then) {
      return Blueprint.<Term>of("member", () -> new Member(count, node, then))
          .codec(TermCodec.identity());
    }
  }

  /** Ends with the last of the messages that it awaits, and tells another. */
  private static final class Member implements Behavior<Term> {
    private static final Term LANDED = Tuple.of(Atom.of("landed"), Atom.of(true));

    private final Node node;
    private final Pid then;
    private long missing;

    Member(long missing, Node node, Pid then) {
      this.missing = missing;
      this.node = node;
      this.then = then;
    }

    @Override
    public void message(Self<Term> self, Term message) {
      if (--missing == 0) {
        node.address(then).tell(LANDED);
        self.stop(ExitReason.NORMAL);
      }
    }
  }

  private static Pid pid(Address<Term> spawned) {
    return Objects.requireNonNull(spawned.pid(), "a process that is spawned has a pid");
  }

  private static long number(Term term) {
    return ((IntTerm) term).value();
  }
}
