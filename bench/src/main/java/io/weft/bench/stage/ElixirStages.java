package io.weft.bench.stage;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.PortMapper;
import io.weft.bench.compare.Programs;
import io.weft.bench.compare.TemporaryFiles;
import io.weft.bench.net.NetRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Elixir's GenStage: one node for the rows within a node, which starts another for those between.
 *
 * @param genStage where its compiled modules lie; null if nobody said
 */
public record ElixirStages(String name, @Nullable Path genStage) implements Contestant {
  private static final String WORKER = "stage_worker.ex";

  @Override
  public @Nullable String missing() {
    return missing(name, genStage);
  }

  /** Returns why {@code name} has no rows, if what they need of Elixir is not there. */
  static @Nullable String missing(String name, @Nullable Path genStage) {
    if (genStage == null) {
      return "there are no rows of %s; to have them: --elixir with the directory of its compiled modules, in a Mix project that uses it _build/dev/lib/gen_stage/ebin"
          .formatted(name);
    }
    if (!Files.exists(genStage.resolve("Elixir.GenStage.beam"))) {
      return "no compiled GenStage is in %s, so there are no rows of %s".formatted(genStage, name);
    }
    return Programs.isOnPath("elixir") && Programs.isOnPath("elixirc")
        ? null
        : "elixir is missing, so there are no rows of %s; to have them: apt-get install elixir, or https://elixir-lang.org/install.html"
            .formatted(name);
  }

  @Override
  public List<String> command(List<String> jvmFlags) throws IOException {
    return command(
        Objects.requireNonNull(genStage),
        PortMapper.start(NetRows.HOST),
        "near_elixir@" + NetRows.HOST,
        "StageWorker.main()");
  }

  /** Compiles the worker, and returns the command for a node that evaluates {@code expression}. */
  static List<String> command(Path genStage, int epmdPort, String node, String expression)
      throws IOException {
    String modules = genStage.toAbsolutePath().toString();
    String compiled = compile(modules).toString();
    return List.of(
        "env",
        "ERL_EPMD_PORT=" + epmdPort,
        "elixir",
        "--name",
        node,
        "--cookie",
        NetRows.COOKIE,
        "--erl",
        "-start_epmd false",
        "-pa",
        modules,
        "-pa",
        compiled,
        "-e",
        expression);
  }

  private static Path compile(String genStage) throws IOException {
    Path directory = TemporaryFiles.directory();
    Path source = directory.resolve(WORKER);
    try (InputStream text = ElixirStages.class.getResourceAsStream(WORKER)) {
      Files.copy(Objects.requireNonNull(text, "no source of " + WORKER), source);
    }
    Programs.run(
        "elixirc",
        "--warnings-as-errors",
        "-pa",
        genStage,
        "-o",
        directory.toString(),
        source.toString());
    return directory;
  }
}
