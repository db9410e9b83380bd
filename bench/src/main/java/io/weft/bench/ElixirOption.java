package io.weft.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Elixir's GenStage is: no package of it comes with Elixir. */
final class ElixirOption {
  @Option(
      names = "--elixir",
      paramLabel = "PATH",
      description = "GenStage, compiled: the ebin directory that mix makes of it")
  private @Nullable Path genStage;

  @Nullable Path genStage() {
    return genStage;
  }
}
