package io.weft.gen;

import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The event manager of the README. */
final class AlarmsExample {
  private AlarmsExample() {}

  // README: begin
  record Alarm(String what) {}

  sealed interface Count {
    record Total() implements Count, Request<Integer> {}
  }

  static final HandlerId<Count> COUNT = HandlerId.of("count", Count.class);

  static int raise(Node node, String what) {
    var second = Duration.ofSeconds(1);
    var alarms = node.start(EventManager.<Alarm>define("alarms"));
    Weft.call(
        alarms,
        EventManager.add(
            COUNT,
            (on, self) -> {
              var total = new AtomicInteger(); // one that fails is removed; the manager goes on
              on.onEvent(alarm -> total.incrementAndGet());
              on.call(Count.Total.class, ask -> total.get());
            }),
        second);
    alarms.tell(new EventManager.Notify<>(new Alarm(what)));
    return Weft.call(alarms, EventManager.ask(COUNT, new Count.Total()), second).orThrow();
  }
  // README: end
}
