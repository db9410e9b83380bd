package io.weft.bench.stage;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.JvmContestant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weft's stages and Elixir's in one line: a worker of Weft, which starts a node of Elixir.
 *
 * @param genStage where the compiled modules of Elixir's GenStage lie; null if nobody said
 */
public record MixedStages(String name, @Nullable Path genStage) implements Contestant {

  @Override
  public @Nullable String missing() {
    return ElixirStages.missing(name + " with " + StageRows.ELIXIR, genStage);
  }

  @Override
  public List<String> command(List<String> jvmFlags) throws IOException {
    var worker = new JvmContestant(name, MixedStagesWorker.class, List.of("-XX:+AlwaysPreTouch"));
    var command = new ArrayList<>(worker.command(jvmFlags));
    command.add(Objects.requireNonNull(genStage).toString());
    return command;
  }
}
