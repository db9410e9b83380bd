package io.weft.bench;

import io.weft.bench.compare.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where results are written for programs to read, if anywhere. */
final class JsonOption {
  @Option(names = "--json", paramLabel = "FILE", description = "writes the results there as well")
  private @Nullable Path file;

  void write(List<? extends Record> results) throws IOException {
    if (file != null) {
      ResultFile.write(file, results);
    }
  }
}
