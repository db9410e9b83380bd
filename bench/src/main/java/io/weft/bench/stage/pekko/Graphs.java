package io.weft.bench.stage.pekko;

import io.weft.bench.stage.Numbers;
import io.weft.bench.stage.Shape;
import io.weft.bench.stage.Tally;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.ClosedShape;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.UniformFanOutShape;
import org.apache.pekko.stream.javadsl.Broadcast;
import org.apache.pekko.stream.javadsl.GraphDSL;
import org.apache.pekko.stream.javadsl.Partition;
import org.apache.pekko.stream.javadsl.RunnableGraph;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A source, what comes after it, and sinks, each in an actor of its own.
 *
 * @param batch the size of the buffer before each of them; the next power of two
 */
record Graphs(ActorSystem system, Shape shape, int batch) implements Workload {
  @Override
  public long run(int ops) throws InterruptedException {
    var tally = new Tally(shape.consumers());
    int buffer = batch == 1 ? 1 : Integer.highestOneBit(batch - 1) << 1;
    RunnableGraph<?> graph =
        graph(ops, tally).addAttributes(Attributes.inputBuffer(buffer, buffer));
    long took = Stopwatch.until(tally.done(), () -> graph.run(system));
    shape.check(ops, tally.sum());
    return took;
  }

  private RunnableGraph<?> graph(int ops, Tally tally) {
    Source<Long, NotUsed> numbers = Source.fromIterator(() -> new Numbers(ops));
    return switch (shape) {
      case LINE -> numbers.async().to(sum(tally));
      case LONG_LINE, BUILDERS -> numbers.async().map(it -> it + 1).async().to(sum(tally));
      case BROADCAST -> fanOut(numbers, Broadcast.create(shape.consumers()), tally);
      case PARTITION ->
          fanOut(
              numbers,
              Partition.create(Long.class, shape.consumers(), it -> (int) (it % shape.consumers())),
              tally);
    };
  }

  /** What hands the events out runs in the actor of the source. */
  private RunnableGraph<?> fanOut(
      Source<Long, NotUsed> numbers,
      Graph<UniformFanOutShape<Long, Long>, NotUsed> fan,
      Tally tally) {
    List<Sink<Long, NotUsed>> sinks =
        Stream.generate(() -> sum(tally).async()).limit(shape.consumers()).toList();
    return RunnableGraph.fromGraph(
        GraphDSL.create(
            sinks,
            (builder, ends) -> {
              UniformFanOutShape<Long, Long> out = builder.add(fan);
              builder.from(builder.add(numbers)).toFanOut(out);
              ends.forEach(end -> builder.from(out).to(end));
              return ClosedShape.getInstance();
            }));
  }

  private static Sink<Long, NotUsed> sum(Tally tally) {
    return Sink.<Sum, Long>fold(new Sum(), Sum::plus)
        .mapMaterializedValue(summed -> {
          summed.thenAccept(sum -> tally.add(sum.total));
          return NotUsed.getInstance();
        });
  }

  /** Of one sink. */
  private static final class Sum {
    private long total;

    Sum plus(long event) {
      total += event;
      return this;
    }
  }
}
