package io.weft.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  private static final Row ROW = Row.scaled("ring 1000", "ns/message");
  private static final Setup SETUP = new Setup(2, "25", "-Xmx1g", List.of("Weft", "Pekko 1.7.0"));

  @Test
  void aResultIsAnObjectInAnArray(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("results.json");
    var result = Result.of(ROW, "Pekko", new Samples(100, 0.01), new Samples(250, 0.04), SETUP);

    ResultFile.write(file, List.of(result));

    var expected =
        """
        [{
          "workload": "ring 1000",
          "peer": "Pekko",
          "unit": "ns/message",
          "weft": 100.0,
          "peer_value": 250.0,
          "ratio": 2.5,
          "spread": 0.04,
          "setup": {
            "cpus": 2,
            "jdk": "25",
            "jvm_flags": "-Xmx1g",
            "contestants": ["Weft", "Pekko 1.7.0"]
          }
        }]
        """;
    var json = new ObjectMapper();
    assertEquals(json.readTree(expected), json.readTree(file.toFile()));
  }
}
