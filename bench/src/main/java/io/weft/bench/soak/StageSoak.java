package io.weft.bench.soak;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code ./weft soak stage}. */
@Command(
    name = "stage",
    description =
        "stages on two nodes, with consumers that are slow and fitful, come, go and are killed:"
            + " nothing is lost in a subscription, what buffers drop is told, memory is flat",
    showDefaultValues = true)
final class StageSoak extends SoakCommand {
  @Override
  String size() {
    return "stages on 2 nodes";
  }

  @Override
  String praise() {
    return "nothing was lost in a subscription, every drop was told, memory was flat";
  }

  @Override
  List<String> run(Duration time, long seed, PrintWriter out) {
    return new StageRun(seed, out).run(time);
  }
}
