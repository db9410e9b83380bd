package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Slot;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The servers, supervisors and application of the README. */
final class BakeryExample {
  private BakeryExample() {}

  // README: begin
  sealed interface Oven {
    record Bake(int loaves) implements Oven, Request<Long> {}
  }

  static Blueprint<Oven> oven(long shelf) {
    return GenServer.define(
        "oven",
        Oven.class,
        (on, self) -> {
          var baked = new AtomicLong();
          on.call(Oven.Bake.class, bake -> baked.addAndGet(Math.min(bake.loaves(), shelf)));
          on.state(Long.class, baked::get, baked::set); // for sys, and for newer code
          on.onTerminate(reason -> self.warn("cools down after {}", baked));
        });
  }

  static Application bakery(AtomicReference<Slot<Oven>> oven) {
    return Application.define("bakery")
        .env("shelf", 20)
        .start(app ->
            Supervisor.define(
                "bakery",
                children -> {
                  children.strategy(Strategy.REST_FOR_ONE);
                  children.intensity(new Intensity(3, Duration.ofSeconds(5)));
                  long shelf = app.env("shelf", Integer.class).orElseThrow();
                  oven.set(
                      children.add(ChildSpec.of(oven(shelf)))); // one address for all its lives
                  children.add(
                      ChildSpec.of(
                          DynamicSupervisor.define(
                              "extra ovens",
                              Intensity.DEFAULT,
                              ChildTemplate.of("oven", (Long size) -> oven(size)))));
                }))
        .build();
  }

  static long bake(Node node) {
    var oven = new AtomicReference<Slot<Oven>>();
    Applications.of(node).ensureAllStarted(bakery(oven), ApplicationType.TRANSIENT);
    return Weft.call(oven.get(), new Oven.Bake(30), Duration.ofSeconds(5)); // 20: the shelf is full
  }
  // README: end
}
