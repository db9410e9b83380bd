package io.weft.bench.stage;

import io.weft.bench.compare.Row;
import io.weft.bench.worker.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** What the events between nodes are, from producers that never end. */
  public enum Events {
    /** Boxed numbers, one after the other. */
    NUMBERS("numbers", ""),

    /**
     * Records of a text, a number and a float, maps on the wire; the numbers one after the other.
     */
    RECORDS("sales", "records ");

    private final String producer;
    private final String inRow;

    Events(String producer, String inRow) {
      this.producer = producer;
      this.inRow = inRow;
    }

    /** Returns the name of their producer on its node. */
    public String producer() {
      return producer;
    }
  }

  /** Who is at the two ends, seen from the near one, which is measured. */
  public enum Ends {
    /** A consumer here and a producer there, of the same kind. */
    ALIKE("node to node "),

    /** The same over TCP, as between two machines. */
    BY_TCP("node to node TCP "),

    /** Weft's consumer and Elixir's producer. */
    FROM_ELIXIR("Elixir to Weft "),

    /** Weft's producer and Elixir's consumer. */
    TO_ELIXIR("Weft to Elixir ");

    private final String inRow;

    Ends(String inRow) {
      this.inRow = inRow;
    }
  }

  private static final String UNIT = "ns/event";
  private static final List<Integer> BATCHES = List.of(1000, 1);
  private static final List<Ends> OF_A_KIND = List.of(Ends.ALIKE, Ends.BY_TCP);
  private static final List<Ends> OF_BOTH = List.of(Ends.FROM_ELIXIR, Ends.TO_ELIXIR);
  private static final List<Events> ALL_EVENTS = List.of(Events.values());
  private static final List<Events> NUMBERS_ONLY = List.of(Events.NUMBERS);

  /** The rows within one node. */
  public static final List<Row> LOCAL =
      Stream.of(Shape.values())
          .flatMap(shape -> BATCHES.stream().map(batch -> row(shape, batch)))
          .toList();

  /** The rows between two nodes of a kind. */
  public static final List<Row> NODES = between(OF_A_KIND);

  /** The rows between a node of Weft and one of Elixir. */
  public static final List<Row> MIXED = between(OF_BOTH);

  /** The rows for which Elixir is not needed, in the order of the table. */
  public static final List<Row> ALL = Stream.concat(LOCAL.stream(), NODES.stream()).toList();

  /** All rows, in the order of the table. */
  public static final List<Row> WITH_ELIXIR = Stream.concat(ALL.stream(), MIXED.stream()).toList();

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

  /** How a contestant connects stages of two nodes. */
  @FunctionalInterface
  public interface NodesMaker {
    Workload make(Ends ends, Events events, int batch);
  }

  /** Returns a workload for each row between two nodes of a kind. */
  public static Map<Row, Workload> nodes(NodesMaker maker) {
    return between(OF_A_KIND, maker);
  }

  /** Returns a workload for each row between Weft and Elixir. */
  public static Map<Row, Workload> mixed(NodesMaker maker) {
    return between(OF_BOTH, maker);
  }

  private static List<Row> between(List<Ends> ends) {
    return List.copyOf(between(ends, (_, _, _) -> _ -> 0).keySet());
  }

  private static Map<Row, Workload> between(List<Ends> ends, NodesMaker maker) {
    var workloads = new LinkedHashMap<Row, Workload>();
    for (Ends who : ends) {
      for (Events what : who == Ends.BY_TCP ? NUMBERS_ONLY : ALL_EVENTS) {
        for (int batch : BATCHES) {
          workloads.put(between(who, what, batch), maker.make(who, what, batch));
        }
      }
    }
    return workloads;
  }

  private static Row row(Shape shape, int batch) {
    Row row = Row.scaled(shape.rowName() + " batch " + batch, UNIT);
    return shape == Shape.LINE
        ? row.aiming(Map.of(PEKKO, 2.0, ELIXIR, 5.0))
        : row.aiming(Map.of(ELIXIR, 5.0));
  }

  /** Of mixed lines nobody said how fast they are to be: a half of each is Elixir's. */
  private static Row between(Ends ends, Events events, int batch) {
    Row row = Row.scaled(ends.inRow + events.inRow + "batch " + batch, UNIT);
    return OF_A_KIND.contains(ends) ? row.aiming(Map.of(ELIXIR, 5.0)) : row;
  }
}
