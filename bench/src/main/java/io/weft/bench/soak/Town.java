package io.weft.bench.soak;

import io.weft.gen.ChildSpec;
import io.weft.gen.ChildTemplate;
import io.weft.gen.DynamicSupervisor;
import io.weft.gen.DynamicSupervisor.StartChild;
import io.weft.gen.Intensity;
import io.weft.gen.Restart;
import io.weft.gen.Strategy;
import io.weft.gen.Supervisor;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallResult;
import io.weft.node.Self;
import io.weft.node.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tree: a town of districts of houses of workers. A district restarts its houses by one of the
 * three strategies; so does a house its workers, or it is a dynamic supervisor with somebody beside
 * it who fills it.
 */
final class Town {
  private static final int HOUSES_A_DISTRICT = 20;
  private static final List<Strategy> STRATEGIES =
      List.of(Strategy.ONE_FOR_ONE, Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE);
  private static final Intensity ANY = new Intensity(Integer.MAX_VALUE, Duration.ofSeconds(1));

  /** As few as there may be of what has a helper, one in eight. */
  private static final int HELPERS_A_HOUSE = (House.WORKERS + 6) / 8;

  private final Ledger ledger;
  private final int houses;
  private final Map<String, Slot<Supervisor.Query>> districts = new ConcurrentHashMap<>();

  Town(Ledger ledger, int workers) {
    this.ledger = ledger;
    this.houses = Math.max(4, workers / House.WORKERS);
  }

  int workers() {
    return houses * House.WORKERS;
  }

  /** Returns how many processes the whole tree has when all places are served. */
  int processes() {
    int dynamic = houses / 4;
    return 1 + districtCount() + houses + 2 * dynamic + workers() + houses * HELPERS_A_HOUSE;
  }

  private int districtCount() {
    return (houses + HOUSES_A_DISTRICT - 1) / HOUSES_A_DISTRICT;
  }

  /** Returns the names of the districts; the names of their houses begin with them. */
  List<String> districts() {
    return List.copyOf(districts.keySet());
  }

  Slot<Supervisor.Query> district(String name) {
    Slot<Supervisor.Query> slot = districts.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("no district " + name);
    }
    return slot;
  }

  // --- supervisors
  // ------------------------------------------------------------------------------------------------

  Blueprint<Supervisor.Query> blueprint() {
    return Supervisor.define(
        "town",
        ANY,
        children -> {
          for (int i = 0; i < districtCount(); i++) {
            String name = "d" + i + "/";
            districts.put(name, children.add(ChildSpec.of(district(i, name)).id(name)));
          }
        });
  }

  private Blueprint<Supervisor.Query> district(int number, String name) {
    return Supervisor.define(
        name,
        ANY,
        children -> {
          children.strategy(STRATEGIES.get(number % 3));
          int first = number * HOUSES_A_DISTRICT;
          int last = Math.min(houses, first + HOUSES_A_DISTRICT);
          for (int i = first; i < last; i++) {
            children.add(ChildSpec.of(house(i, name + "h" + i)));
          }
        });
  }

  private Blueprint<Supervisor.Query> house(int number, String name) {
    return number % 4 == 3
        ? dynamicHouse(name)
        : Supervisor.define(
            name,
            ANY,
            children -> {
              children.strategy(STRATEGIES.get(number % 4));
              var house = new House(ledger, name, false);
              ledger.begins(house);
              for (Place place : house.places) {
                children.add(spec(place));
              }
            });
  }

  static ChildSpec<Worker.Order> spec(Place place) {
    return ChildSpec.of(Worker.blueprint(place))
        .id(String.valueOf(place.index))
        .restart(place.restart);
  }

  private Blueprint<Supervisor.Query> dynamicHouse(String name) {
    return Supervisor.define(
        name,
        ANY,
        children -> {
          children.strategy(Strategy.REST_FOR_ONE);
          var workers =
              children.add(
                  ChildSpec.of(
                      DynamicSupervisor.define(
                          name + " workers",
                          ANY,
                          ChildTemplate.of("worker", Worker::blueprint)
                              .restart(Restart.PERMANENT))));
          children.add(
              ChildSpec.of(Blueprint.<Void>of("filler", () -> new Filler(ledger, name, workers))));
        });
  }

  /** Fills a dynamic supervisor, and is started again when that is. */
  private record Filler(
      Ledger ledger, String name, Address<DynamicSupervisor.Query<Place, Worker.Order>> workers)
      implements Behavior<Void> {
    @Override
    public void start(Self<Void> self) {
      var house = new House(ledger, name, true);
      ledger.begins(house);
      fill(self, house, 0);
    }

    private void fill(Self<Void> self, House house, int next) {
      if (next == house.places.size()) {
        return;
      }
      self.call(
          workers,
          new StartChild<Place, Worker.Order>(house.places.get(next)),
          null,
          result -> {
            if (result instanceof CallResult.Ok<?>) {
              fill(self, house, next + 1);
            } // else the supervisor has ended, and this is started again with it
          });
    }

    @Override
    public void message(Self<Void> self, Void message) {}
  }
}
