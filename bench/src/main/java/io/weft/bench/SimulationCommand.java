package io.weft.bench;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.testkit.ClusterSimulation;
import io.weft.testkit.SimulatedNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How fast a cluster is simulated down to the bytes, on one thread: pairs of processes on different
 * nodes throw small tuples to and fro.
 */
@Command(
    name = "simulation",
    description = "messages that a simulated cluster exchanges each second, on one thread")
final class SimulationCommand implements Runnable {
  private static final int PAIRS_OF_A_NODE = 4;
  private static final int ROUNDS = 500;

  @Option(
      names = "--seconds",
      description = "how long each row is measured, after as long to warm up",
      defaultValue = "5")
  private int seconds = 5;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Sends every ball back until it has no round left. */
  private static final class Player implements Behavior<Term> {
    private long received;

    @Override
    public void message(Self<Term> self, Term message) {
      received++;
      var ball = (Tuple) message;
      long left = ((IntTerm) ball.get(1)).value();
      if (left > 0) {
        self.node().address((Pid) ball.get(0)).tell(Tuple.of(self.pid(), new IntTerm(left - 1)));
      }
    }
  }

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    for (int nodes : new int[] {2, 5, 20}) {
      measure(nodes, 0);
      out.printf(
          Locale.ROOT,
          "%2d nodes, %3d pairs: %,9.0f messages/s%n",
          nodes,
          nodes * PAIRS_OF_A_NODE,
          measure(nodes, 1));
      out.flush();
    }
  }

  private double measure(int nodes, long firstSeed) {
    long begin = System.nanoTime();
    long messages = 0;
    long time = 0;
    long seed = firstSeed;
    do {
      try (var cluster = new ClusterSimulation(seed++)) {
        List<Player> players = start(cluster, nodes);
        long expected = (ROUNDS + 1L) * nodes * PAIRS_OF_A_NODE;
        long before = System.nanoTime();
        cluster.advanceUntil(
            Duration.ofHours(1),
            () -> players.stream().mapToLong(player -> player.received).sum() >= expected);
        time += System.nanoTime() - before;
        messages += expected;
      }
    } while (System.nanoTime() - begin < seconds * 1_000_000_000L);
    return messages * 1e9 / time;
  }

  private static List<Player> start(ClusterSimulation cluster, int nodes) {
    List<SimulatedNode> started = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      started.add(cluster.start("n" + i + "@host" + i));
    }
    List<Player> players = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      for (int pair = 0; pair < PAIRS_OF_A_NODE; pair++) {
        int far = (i + 1 + pair % (nodes - 1)) % nodes;
        Pid returner = player(started.get(far), players);
        Pid server = player(started.get(i), players);
        started.get(i).getNode().address(returner).tell(Tuple.of(server, new IntTerm(ROUNDS)));
      }
    }
    return players;
  }

  private static Pid player(SimulatedNode node, List<Player> players) {
    var player = new Player();
    players.add(player);
    Pid pid =
        node.getNode()
            .spawn(Blueprint.<Term>of("player", () -> player).codec(TermCodec.identity()))
            .pid();
    return Objects.requireNonNull(pid);
  }
}
