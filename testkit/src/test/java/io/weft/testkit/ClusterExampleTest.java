package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.term.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulated cluster of the README. */
class ClusterExampleTest {
  // README: begin
  /** What a process on one node hears of a process on another, when their connection breaks. */
  static List<ExitReason> partingTold(long seed) {
    List<ExitReason> told = new ArrayList<>();
    try (var simulation = new Simulation(seed)) {
      Node here = simulation.start("here@sim");
      Node there = simulation.start("there@sim");
      Blueprint<Term> idle = Blueprint.<Term>of("idle", () -> (self, message) -> {});
      there.spawn(idle.named("watched"));
      Blueprint<Term> watcher =
          Blueprint.straightLine(
              "watcher",
              self -> {
                var monitor = self.monitor(here.address("watched", "there@sim").target());
                told.add(self.<ExitReason>select(on -> on.down(monitor, down -> down.reason())));
              });
      here.spawn(watcher);
      simulation.run(); // until nobody has anything to do
      simulation.part(here, there);
      simulation.run();
    }
    return told;
  }

  // README: end

  @Test
  void itSaysWhatHappens() {
    for (long seed = 0; seed < 20; seed++) {
      assertEquals(List.of(ExitReason.NOCONNECTION), partingTold(seed));
    }
  }

  @Test
  void theReadmeShowsItAsItIsCompiledHere() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) {
      root = root.getParent();
    }
    String source =
        Files.readString(
            root.resolve("testkit/src/test/java/io/weft/testkit/ClusterExampleTest.java"));
    String example = source.split("// README: begin\n", 2)[1].split(" *// README: end", 2)[0];
    assertTrue(
        Files.readString(root.resolve("README.md"))
            .contains(example.stripTrailing().stripIndent().strip()));
  }
}
