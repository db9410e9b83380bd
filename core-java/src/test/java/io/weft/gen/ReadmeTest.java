package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples of the README do what they say, and the README shows them as they compile here. */
class ReadmeTest {
  private static final String SOURCES = "core-java/src/test/java/io/weft/gen";

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void theDoorOpens() {
    assertEquals("come in", DoorExample.visit(nodes.node()));
  }

  @Test
  void theBakeryBakes() {
    assertEquals(20, BakeryExample.bake(nodes.node()));
  }

  @Test
  void thePoolSquares() {
    assertEquals(49, PoolExample.square(nodes.node(), 7));
  }

  @Test
  void theShopHearsThePrice() {
    assertEquals(250, PricesExample.lastPrice(nodes.node()));
  }

  @Test
  void theAlarmIsCounted() {
    assertEquals(1, AlarmsExample.raise(nodes.node(), "fire"));
  }

  @Test
  void theReadmeShowsTheExamplesAsTheyAreCompiledHere() throws IOException {
    String readme = Files.readString(fileAbove("README.md"));
    List<Path> examples;
    try (Stream<Path> files = Files.list(fileAbove(SOURCES))) {
      examples = files.filter(file -> file.toString().endsWith("Example.java")).toList();
    }
    for (Path example : examples) {
      String source = Files.readString(example);
      int begin = source.indexOf("// README: begin\n") + "// README: begin\n".length();
      String shown = source.substring(begin, source.indexOf("\n  // README: end"));
      assertTrue(
          readme.contains(shown.stripTrailing().stripIndent()),
          () -> "the README lacks " + example);
    }
  }

  /** A file of the project, whose root is the working directory or above it. */
  private static Path fileAbove(String path) {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .map(directory -> directory.resolve(path))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }
}
