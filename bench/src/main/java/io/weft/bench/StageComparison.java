package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.JvmContestant;
import io.weft.bench.stage.ElixirStages;
import io.weft.bench.stage.MixedStages;
import io.weft.bench.stage.StageNodesWorker;
import io.weft.bench.stage.StageRows;
import io.weft.bench.stage.StageWorker;
import io.weft.bench.stage.flow.FlowWorker;
import io.weft.bench.stage.pekko.PekkoStreamsWorker;
import io.weft.bench.stage.reactor.ReactorWorker;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events that flow through stages as they are wanted, within a node and between two. */
final class StageComparison {
  private StageComparison() {}

  /**
   * @param genStage where Elixir's GenStage lies; null if it does not take part
   */
  static Comparison with(@Nullable Path genStage) {
    return new Comparison(
        genStage == null ? StageRows.ALL : StageRows.WITH_ELIXIR,
        List.of(
            new JvmContestant("Weft", StageWorker.class).only(StageRows.LOCAL),
            new JvmContestant("Weft", StageNodesWorker.class, List.of("-XX:+AlwaysPreTouch"))
                .only(StageRows.NODES),
            new MixedStages("Weft", genStage).only(StageRows.MIXED),
            new JvmContestant(StageRows.PEKKO, PekkoStreamsWorker.class).only(StageRows.LOCAL),
            new JvmContestant("Flow", FlowWorker.class).only(StageRows.LOCAL),
            new JvmContestant("Reactor", ReactorWorker.class).only(StageRows.LOCAL),
            new ElixirStages(StageRows.ELIXIR, genStage)));
  }
}
