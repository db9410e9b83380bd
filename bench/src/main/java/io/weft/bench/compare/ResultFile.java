package io.weft.bench.compare;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Results as JSON: an array with an object for each row, of a comparison for each row and peer. */
public final class ResultFile {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private ResultFile() {}

  /** Writes the results, records of one kind, in place of what was in the file. */
  public static void write(Path file, List<? extends Record> results) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), results);
  }
}
