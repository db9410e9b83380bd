package io.weft.kotlin;

import io.weft.gen.GenServer;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A server and a caller in plain Java. */
public sealed interface JavaTill {
  record Add(long n) implements JavaTill {}

  record Total() implements JavaTill, Request<Long> {}

  static Blueprint<JavaTill> blueprint() {
    return GenServer.define(
        "till",
        JavaTill.class,
        (on, self) -> {
          var total = new AtomicLong();
          on.cast(Add.class, add -> total.addAndGet(add.n()));
          on.call(Total.class, request -> total.get());
        });
  }

  /** Asks any till, whatever it is written in. */
  static long totalOf(Address<JavaTill> till) {
    return Weft.call(till, new Total(), Duration.ofSeconds(20));
  }
}
