package io.weft.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Places for files that are gone with this JVM. */
public final class TemporaryFiles {
  private TemporaryFiles() {}

  /** Makes a directory, for files only. */
  public static Path directory() throws IOException {
    Path directory = Files.createTempDirectory("weft-bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    return directory;
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
