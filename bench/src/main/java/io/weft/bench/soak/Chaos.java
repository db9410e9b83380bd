package io.weft.bench.soak;

import io.weft.gen.Restart;
import io.weft.gen.Supervisor;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Sys;
import io.weft.node.TermCodec;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Ends processes of a town at random, and asks again for those that nobody else brings back. */
final class Chaos {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final Node node;
  private final Town town;
  private final Ledger ledger;
  private final SplittableRandom random;
  private long kills;
  private long supervisors;

  Chaos(Node node, Town town, Ledger ledger, long seed) {
    this.node = node;
    this.town = town;
    this.ledger = ledger;
    this.random = new SplittableRandom(seed);
  }

  long kills() {
    return kills;
  }

  long supervisors() {
    return supervisors;
  }

  /** Ends something: mostly a worker, at times its supervisor, and seldom that of a district. */
  void strike() {
    int dice = random.nextInt(10_000);
    if (dice == 0) {
      endDistrict();
      return;
    }
    List<House> houses = ledger.houses();
    House house = houses.get(random.nextInt(houses.size()));
    if (dice < 30) {
      endSupervisor(house);
    } else {
      endWorker(house.places.get(random.nextInt(house.places.size())));
    }
  }

  private void endDistrict() {
    List<String> districts = town.districts();
    String name = districts.get(random.nextInt(districts.size()));
    Pid pid = town.district(name).pid();
    if (pid != null) {
      ledger.houses().stream().filter(house -> house.name.startsWith(name)).forEach(House::condemn);
      end(pid);
    }
  }

  private void endSupervisor(House house) {
    Pid pid = house.supervisor();
    if (pid != null) {
      house.condemn();
      end(pid);
    }
  }

  /** A supervisor traps exits, so it is killed, or told to end by sys. */
  private void end(Pid supervisor) {
    supervisors++;
    if (random.nextBoolean()) {
      node.exit(supervisor, ExitReason.KILL);
    } else {
      var _ = Sys.terminate(node.address(supervisor), BOOM);
    }
  }

  private void endWorker(Place place) {
    Pid pid = place.pid();
    if (pid == null) {
      return;
    }
    kills++;
    switch (random.nextInt(6)) {
      case 0, 1 -> node.exit(pid, ExitReason.KILL);
      case 2 -> node.exit(pid, BOOM);
      case 3 -> tell(pid, new Worker.Crash());
      case 4 -> tell(pid, new Worker.Stop(ExitReason.NORMAL));
      default -> tell(pid, new Worker.Stop(BOOM));
    }
  }

  private void tell(Pid pid, Worker.Order order) {
    node.<Worker.Order>address(pid, TermCodec.localOnly("worker")).tell(order);
  }

  /** Asks supervisors for workers that they do not bring back by themselves. */
  void refill() {
    for (House house : ledger.houses()) {
      Pid supervisor = house.supervisor();
      if (supervisor != null && !house.dynamic && !house.isCondemned()) {
        for (Place place : house.places) {
          if (place.wantsRequest()) {
            request(supervisor, place);
          }
        }
      }
    }
  }

  /** What becomes of it, the ledger sees. */
  private void request(Pid supervisor, Place place) {
    place.asked(true);
    var address = node.address(supervisor, Supervisor.codec());
    CompletableFuture<?> answer =
        place.restart == Restart.TEMPORARY
            ? Weft.callAsync(address, new Supervisor.StartChild<>(Town.spec(place)), null)
            : Weft.callAsync(
                address, new Supervisor.RestartChild(String.valueOf(place.index)), null);
    var _ = answer.whenComplete((_, _) -> place.asked(false));
  }
}
