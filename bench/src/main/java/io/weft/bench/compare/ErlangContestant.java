package io.weft.bench.compare;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A contestant on the Erlang of this machine: one module whose {@code main/0} is the worker.
 *
 * @param near the class beside whose resources the module's source lies
 */
public record ErlangContestant(String name, Class<?> near, String module) implements Contestant {
  @Override
  public @Nullable String missing() {
    return isOnPath("erl") && isOnPath("erlc")
        ? null
        : "erl is missing, so there are no rows of %s; to have them: apt-get install erlang-nox, or https://www.erlang.org/downloads"
            .formatted(name);
  }

  /** The schedulers are as they come; only the table of processes is made to hold a million. */
  @Override
  public List<String> command(List<String> jvmFlags) throws IOException {
    Path compiled = compile();
    return List.of(
        "erl", "+P", "2000000", "-noshell", "-pa", compiled.toString(), "-s", module, "main");
  }

  private Path compile() throws IOException {
    Path directory = Files.createTempDirectory("weft-bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    Path source = directory.resolve(module + ".erl");
    try (InputStream text = near.getResourceAsStream(module + ".erl")) {
      Files.copy(Objects.requireNonNull(text, "no source of " + module), source);
    }
    Process erlc =
        new ProcessBuilder("erlc", "-Werror", "-o", directory.toString(), source.toString())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (erlc.waitFor() != 0) {
        throw new IOException("erlc refused " + source);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return directory;
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
