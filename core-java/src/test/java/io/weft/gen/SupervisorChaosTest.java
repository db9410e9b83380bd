package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.gen.Supervisor.ChildCount;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.Request;
import io.weft.node.Slot;
import io.weft.node.Weft;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hundreds of supervised processes, killed at random on all levels of their tree: afterwards every
 * place is served again, and no process is left over.
 */
class SupervisorChaosTest {
  private static final int HOUSES = 20;
  private static final int ROOMS = 15;
  private static final int KILLS = 2_000;

  private final Troupe troupe = new Troupe();

  /** The places of the present life of each house. */
  private final Map<String, Slot<Counter>> rooms = new ConcurrentHashMap<>();

  private final Map<String, Slot<Supervisor.Query>> houses = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    troupe.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3})
  void everyPlaceIsServedAfterRandomKillsAndNoProcessIsLeaked(int seed) {
    var node = troupe.nodes.node();
    int before = node.processCount();
    Address<Supervisor.Query> town = node.start(town());
    int all = 1 + HOUSES + HOUSES * ROOMS;
    assertEquals(all, node.processCount() - before);

    killAtRandom(new Random(seed));

    Troupe.await("every place is served again", this::isServed);
    assertEquals(new ChildCount(HOUSES, HOUSES, HOUSES, 0), count(town));
    Troupe.await("no process is left over", () -> node.processCount() - before == all);
    assertEquals(ExitReason.SHUTDOWN, troupe.stop(town));
    int watcher = 1;
    Troupe.await("all are gone", () -> node.processCount() == before + watcher);
  }

  private Blueprint<Supervisor.Query> town() {
    return Supervisor.define(
        "town",
        Troupe.MANY,
        children -> {
          for (int i = 0; i < HOUSES; i++) {
            String id = "house" + i;
            Strategy strategy = Strategy.values()[i % 3];
            houses.put(id, children.add(ChildSpec.of(house(id, strategy))));
          }
        });
  }

  private Blueprint<Supervisor.Query> house(String house, Strategy strategy) {
    return Supervisor.define(
        house,
        Troupe.MANY,
        children -> {
          children.strategy(strategy);
          for (int i = 0; i < ROOMS; i++) {
            String id = house + "/" + i;
            rooms.put(id, children.add(ChildSpec.of(Counter.blueprint()).id(id)));
          }
        });
  }

  private void killAtRandom(Random random) {
    List<String> roomNames = new ArrayList<>(rooms.keySet());
    List<String> houseNames = new ArrayList<>(houses.keySet());
    for (int i = 0; i < KILLS; i++) {
      Slot<?> place =
          random.nextInt(50) == 0
              ? houses.get(houseNames.get(random.nextInt(houseNames.size())))
              : rooms.get(roomNames.get(random.nextInt(roomNames.size())));
      Pid victim = place.pid();
      if (victim != null) {
        troupe.nodes.node().exit(victim, random.nextBoolean() ? ExitReason.KILL : Troupe.BOOM);
      }
    }
  }

  private boolean isServed() {
    try {
      for (Slot<Supervisor.Query> house : houses.values()) {
        if (!count(house).equals(new ChildCount(ROOMS, ROOMS, 0, ROOMS))) {
          return false;
        }
      }
      for (Slot<Counter> room : rooms.values()) {
        call(room, new Counter.Get());
      }
      return true;
    } catch (CallException notYet) {
      return false;
    }
  }

  private static ChildCount count(Address<Supervisor.Query> supervisor) {
    return call(supervisor, new Supervisor.CountChildren());
  }

  private static <R, Q extends Request<R>> R call(Address<? super Q> address, Q request) {
    return Weft.call(address, request, Troupe.LONG);
  }
}
