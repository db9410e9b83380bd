package io.weft.bench.stage.reactor;

import io.weft.bench.stage.Numbers;
import io.weft.bench.stage.Shape;
import io.weft.bench.stage.Tally;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A flux, what comes after it, and subscribers, each on a worker of the scheduler. The source is
 * hidden from what comes next, which else would take it in and need no boundary.
 *
 * @param batch how many events each fetches beforehand
 */
record Fluxes(Shape shape, int batch) implements Workload {
  @Override
  public long run(int ops) throws InterruptedException {
    var tally = new Tally(shape.consumers());
    Scheduler scheduler = Schedulers.parallel();
    Flux<Long> numbers = Flux.fromIterable(() -> new Numbers(ops)).hide().subscribeOn(scheduler);
    long took = Stopwatch.until(tally.done(), () -> begin(numbers, scheduler, tally));
    shape.check(ops, tally.sum());
    return took;
  }

  private void begin(Flux<Long> numbers, Scheduler scheduler, Tally tally) {
    switch (shape) {
      case LINE -> sum(numbers.publishOn(scheduler, batch), tally);
      case LONG_LINE, BUILDERS ->
          sum(
              numbers.publishOn(scheduler, batch).map(it -> it + 1).publishOn(scheduler, batch),
              tally);
      case BROADCAST -> {
        var shared = numbers.publish(batch);
        for (int i = 0; i < shape.consumers(); i++) {
          sum(shared.publishOn(scheduler, batch), tally);
        }
        shared.connect();
      }
      case PARTITION ->
          numbers
              .groupBy(it -> it % shape.consumers(), batch)
              .subscribe(group -> sum(group.publishOn(scheduler, batch), tally));
    }
  }

  private static void sum(Flux<Long> events, Tally tally) {
    events.subscribe(new Summing(tally));
  }
}
