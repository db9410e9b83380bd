package io.weft.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Erlang modules among the resources, compiled by the Erlang of this machine. */
public final class ErlangModule {
  private ErlangModule() {}

  /** Returns why no Erlang can run here and what would help; null if one can. */
  public static @Nullable String missing(String contestant) {
    return Programs.isOnPath("erl") && Programs.isOnPath("erlc")
        ? null
        : "erl is missing, so there are no rows of %s; to have them: apt-get install erlang-nox, or https://www.erlang.org/downloads"
            .formatted(contestant);
  }

  /** Tells whether an Erlang can run here. */
  public static boolean isPossible() {
    return missing("") == null;
  }

  /**
   * Compiles modules into a directory, which is deleted with this JVM.
   *
   * @param near the class beside whose resources their sources lie
   */
  public static Path compile(Class<?> near, String... modules) throws IOException {
    Path directory = TemporaryFiles.directory();
    for (String module : modules) {
      compile(near, module, directory);
    }
    return directory;
  }

  private static void compile(Class<?> near, String module, Path directory) throws IOException {
    Path source = directory.resolve(module + ".erl");
    try (InputStream text = near.getResourceAsStream(module + ".erl")) {
      Files.copy(Objects.requireNonNull(text, "no source of " + module), source);
    }
    Programs.run("erlc", "-Werror", "-o", directory.toString(), source.toString());
  }
}
