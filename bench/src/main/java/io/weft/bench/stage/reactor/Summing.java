package io.weft.bench.stage.reactor;

import io.weft.bench.stage.Tally;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Sums events up; one that fails tells nothing. */
final class Summing extends BaseSubscriber<Long> {
  private final Tally tally;
  private long sum;

  Summing(Tally tally) {
    this.tally = tally;
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    requestUnbounded();
  }

  @Override
  protected void hookOnNext(Long event) {
    sum += event;
  }

  @Override
  protected void hookOnComplete() {
    tally.add(sum);
  }
}
