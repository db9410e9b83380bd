package io.weft.bench.soak;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./weft soak net}. */
@Command(
    name = "net",
    description =
        "nodes whose connections are cut and which are restarted at random: order is kept, every"
            + " loss is told once, nothing leaks",
    showDefaultValues = true)
final class NetSoak extends SoakCommand {
  @Option(names = "--nodes", defaultValue = "3", description = "how many nodes")
  private int nodes;

  @Option(
      names = "--reconnects",
      defaultValue = "0",
      description = "go on, past the time, until so many connections were made again")
  private long reconnects;

  @Override
  String size() {
    return nodes + " nodes" + (reconnects == 0 ? "" : ", " + reconnects + " reconnects");
  }

  @Override
  String praise() {
    return "order was kept, every loss was told once, nothing leaked";
  }

  @Override
  List<String> run(Duration time, long seed, PrintWriter out) {
    return new NetRun(nodes, seed, out).run(time, reconnects);
  }
}
