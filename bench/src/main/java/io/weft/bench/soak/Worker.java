package io.weft.bench.soak;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A worker that has of everything a process can leave behind: a name, a helper that is linked to
 * it, a monitor of another worker, timers, and calls under way.
 */
final class Worker implements Behavior<Worker.Order> {
  /** What a worker is told. */
  sealed interface Order {}

  record Stop(ExitReason reason) implements Order {}

  /** Its handler fails. */
  record Crash() implements Order {}

  record Ping() implements Order, Request<Long> {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Place place;
  private final SplittableRandom random;
  private long pings;

  private Worker(Place place, long seed) {
    this.place = place;
    this.random = new SplittableRandom(seed);
  }

  static Blueprint<Order> blueprint(Place place) {
    long seed = 31L * place.house.name.hashCode() + place.index;
    Blueprint<Order> blueprint = Blueprint.of("worker", () -> new Worker(place, seed));
    return place.index % 4 == 0 && !place.house.dynamic
        ? blueprint.named(place.house.name + "/" + place.index)
        : blueprint;
  }

  @Override
  public void start(Self<Order> self) {
    place.house.supervisor(self.parent());
    place.begins(self.pid());
    if (place.index % 8 == 1) {
      Address<Order> _ = self.spawnLink(Helper.BLUEPRINT);
    }
    if (place.index % 8 == 2) {
      self.trapExit(true);
    }
    watchAnother(self);
    tick(self);
  }

  private void tick(Self<Order> self) {
    var _ =
        self.after(
            Duration.ofMillis(500 + random.nextInt(1_000)),
            () -> {
              Address<Order> other = another(self);
              if (other != null) {
                self.call(other, new Ping(), PATIENCE, _ -> {});
              }
              tick(self);
            });
  }

  private void watchAnother(Self<Order> self) {
    Address<Order> other = another(self);
    Target target = other == null ? null : other.target();
    if (target != null) {
      var _ = self.monitor(target);
    }
  }

  private @Nullable Address<Order> another(Self<Order> self) {
    List<Place> places = place.house.places;
    Pid pid = places.get(random.nextInt(places.size())).pid();
    return pid == null || pid.equals(self.pid()) ? null : address(self, pid);
  }

  private static Address<Order> address(Self<Order> self, Pid pid) {
    return self.node().address(pid, TermCodec.localOnly("worker"));
  }

  @Override
  public void message(Self<Order> self, Order order) {
    switch (order) {
      case Stop(ExitReason reason) -> self.stop(reason);
      case Crash _ -> throw new IllegalStateException("told to crash");
      case Ping _ -> {}
    }
  }

  @Override
  public void call(Self<Order> self, Order request, From from) {
    pings++;
    from.reply(pings);
  }

  @Override
  public void info(Self<Order> self, Info info) {
    switch (info) {
      case Info.Exit exit when exit.from().equals(self.parent()) -> self.stop(exit.reason());
      case Info.Exit exit -> self.stop(exit.reason());
      case Info.Down _ -> watchAnother(self);
      case Info.Unknown _ -> {}
    }
  }

  @Override
  public void ended(Self<Order> self, ExitReason reason) {
    place.ends(self.pid(), reason);
  }

  /** Lives and dies with its worker, also when that ends normally. */
  private static final class Helper implements Behavior<Order> {
    static final Blueprint<Order> BLUEPRINT = Blueprint.<Order>of("helper", Helper::new).trapExit();

    @Override
    public void message(Self<Order> self, Order message) {}

    @Override
    public void info(Self<Order> self, Info info) {
      if (info instanceof Info.Exit exit) {
        self.stop(exit.reason());
      }
    }
  }
}
