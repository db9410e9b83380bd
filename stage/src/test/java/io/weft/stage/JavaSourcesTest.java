package io.weft.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.stage.source.Enumerable;
import io.weft.stage.stream.StageIterator;
import io.weft.stage.stream.StageStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources and streams as they are used from Java. */
class JavaSourcesTest {
  private static Node node;

  @BeforeAll
  static void start() {
    node = Node.start(NodeOptions.local());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** All events of a stage that ends as it should. */
  private static <E> List<E> all(Class<E> events, Address<Produces<E>> stage) {
    SubscribeOptions options = SubscribeOptions.DEFAULT.ending(Cancel.TRANSIENT);
    try (Stream<E> stream = StageStream.of(events, stage, options).asJavaStream()) {
      return stream.toList();
    }
  }

  @Test
  void aListIsASource() {
    var words = List.of("warp", "and", "weft");
    var source = node.start(Enumerable.fromIterable(String.class, words).asProducer("words"));
    assertEquals(words, all(String.class, source));
  }

  @Test
  void whatIteratorsAndStreamsReturnIsASourceAlsoIfItBlocks(@TempDir Path dir) throws Exception {
    var numbers = IntStream.range(0, 2_500).boxed().toList();
    var there = Enumerable.fromIterator(Integer.class, numbers::iterator);
    assertEquals(numbers, all(Integer.class, node.start(there.asProducer("there"))));
    assertEquals(numbers, all(Integer.class, node.start(there.blocking().asProducer("waits"))));

    Path file = Files.write(dir.resolve("lines"), List.of("one", "two"));
    var closed = new AtomicBoolean();
    var lines =
        Enumerable.fromStream(String.class, () -> lines(file).onClose(() -> closed.set(true)));
    assertEquals(List.of("one", "two"), all(String.class, node.start(lines.asProducer("lines"))));
    assertTrue(closed.get());
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.lines(file);
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  void anIteratorOfSeveralStagesIsClosedByTheReader() {
    var ones =
        node.start(
            Enumerable.fromStream(Integer.class, () -> Stream.generate(() -> 1))
                .asProducer("ones"));
    var twos =
        node.start(
            Enumerable.fromStream(Integer.class, () -> Stream.generate(() -> 2))
                .asProducer("twos"));
    try (StageIterator<Integer> events = StageStream.of(Integer.class, ones, twos).iterator()) {
      int sum = 0;
      for (int i = 0; i < 4_000; i++) {
        sum += events.next();
      }
      assertTrue(sum > 4_000 && sum < 8_000, "both are read: " + sum);
    }
    for (var stage : List.of(ones, twos)) {
      node.exit(stage.pid(), ExitReason.SHUTDOWN);
    }
  }

  @Test
  void aPermanentStreamFailsWithTheEndOfItsStage() {
    var source = node.start(Enumerable.fromIterable(Integer.class, List.of(1)).asProducer("one"));
    try (StageIterator<Integer> events = StageStream.of(Integer.class, source).iterator()) {
      assertEquals(1, events.next());
      assertEquals(ExitReason.NORMAL, assertThrows(ExitException.class, events::hasNext).reason());
    }
  }
}
