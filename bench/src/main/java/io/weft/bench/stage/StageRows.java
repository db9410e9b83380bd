package io.weft.bench.stage;

import io.weft.bench.compare.Row;
import io.weft.bench.worker.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * What is compared of stages. The batch of a row is how many events a consumer wants at most: Weft
 * and GenStage have it as {@code max_demand}, the others as the size of the buffer before a stage.
 * An operation is an event of the producer.
 */
public final class StageRows {
  /** What Pekko's streams are called. */
  public static final String PEKKO = "Pekko Streams";

  /** What Elixir's GenStage is called. */
  public static final String ELIXIR = "GenStage";

  /** How many consumers a producer of many has. */
  public static final int CONSUMERS = 4;

  /** The name of the producer of a far node, which never ends. */
  public static final String NUMBERS = "numbers";

  private static final String UNIT = "ns/event";
  private static final List<Integer> BATCHES = List.of(1000, 1);

  /** The rows within one node. */
  public static final List<Row> LOCAL =
      Stream.of(Shape.values())
          .flatMap(shape -> BATCHES.stream().map(batch -> row(shape, batch)))
          .toList();

  /** The rows between two nodes: a consumer here, the producer there. */
  public static final List<Row> NODES = BATCHES.stream().map(StageRows::betweenNodes).toList();

  /** All rows, in the order of the table. */
  public static final List<Row> ALL = Stream.concat(LOCAL.stream(), NODES.stream()).toList();

  private StageRows() {}

  /** How a contestant connects stages. */
  @FunctionalInterface
  public interface Maker {
    Workload make(Shape shape, int batch);
  }

  /** Returns a workload for each row within one node. */
  public static Map<Row, Workload> local(Maker maker) {
    var workloads = new LinkedHashMap<Row, Workload>();
    for (Shape shape : Shape.values()) {
      for (int batch : BATCHES) {
        workloads.put(row(shape, batch), maker.make(shape, batch));
      }
    }
    return workloads;
  }

  /** Returns a workload for each row between two nodes, made of the batch. */
  public static Map<Row, Workload> nodes(IntFunction<Workload> maker) {
    var workloads = new LinkedHashMap<Row, Workload>();
    for (int batch : BATCHES) {
      workloads.put(betweenNodes(batch), maker.apply(batch));
    }
    return workloads;
  }

  private static Row row(Shape shape, int batch) {
    Row row = Row.scaled(shape.rowName() + " batch " + batch, UNIT);
    return shape == Shape.LINE
        ? row.aiming(Map.of(PEKKO, 2.0, ELIXIR, 5.0))
        : row.aiming(Map.of(ELIXIR, 5.0));
  }

  private static Row betweenNodes(int batch) {
    return Row.scaled("node to node batch " + batch, UNIT).aiming(Map.of(ELIXIR, 5.0));
  }
}
