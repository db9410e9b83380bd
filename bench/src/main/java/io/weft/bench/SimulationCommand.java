package io.weft.bench;

import io.weft.bench.compare.Setup;
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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
final class SimulationCommand implements Callable<Integer> {
  private static final int PAIRS_OF_A_NODE = 4;
  private static final int ROUNDS = 500;

  @Mixin
  @SuppressWarnings("unused") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Option(names = "--quick", description = "a shorter run: a second for each row")
  private boolean quick;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--seconds",
      description = "how long each row is measured, after as long to warm up; 5 if not told")
  private @Nullable Integer seconds;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** One row of the results; more is better. */
  private record Measured(String workload, String unit, double weft, Setup setup) {}

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
  public Integer call() throws IOException {
    var out = spec.commandLine().getOut();
    Setup setup = Setup.here("Weft, simulated on one thread");
    List<Measured> rows = new ArrayList<>();
    for (int nodes : new int[] {2, 5, 20}) {
      measure(nodes, 0);
      double rate = measure(nodes, 1);
      out.printf(
          Locale.ROOT,
          "%2d nodes, %3d pairs: %,9.0f messages/s%n",
          nodes,
          nodes * PAIRS_OF_A_NODE,
          rate);
      out.flush();
      rows.add(new Measured("simulation " + nodes, "messages/s", Math.rint(rate), setup));
    }
    json.write(rows);
    return 0;
  }

  /** What is asked for in so many words goes before what a quick run takes. */
  private long nanos() {
    return TimeUnit.SECONDS.toNanos(seconds != null ? seconds : quick ? 1 : 5);
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
    } while (System.nanoTime() - begin < nanos());
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
