package io.weft.examples.counter;

import io.weft.gen.GenServer;
import io.weft.node.Blueprint;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/** The same counter in plain Java: the same protocol, the same callers. */
@NullMarked
public final class JavaCounter {
  private JavaCounter() {}

  /** Returns the blueprint of a counter. */
  public static Blueprint<Counter> blueprint() {
    return GenServer.define(
        "java-counter",
        Counter.class,
        (on, self) -> {
          var total = new AtomicLong();
          on.cast(Counter.Add.class, add -> total.addAndGet(add.getN()));
          on.call(Counter.Get.class, get -> total.get());
          on.call(Counter.Divide.class, divide -> total.get() / divide.getBy());
        });
  }
}
