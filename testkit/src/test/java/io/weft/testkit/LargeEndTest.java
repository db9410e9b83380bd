package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The end of a process that many are tied to: OTP semantics 1.2, though it takes many turns, and
 * others have theirs meanwhile.
 */
class LargeEndTest {
  private static final int MANY = 200_000;
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final Simulation simulation = new Simulation(3);
  private final Node node = simulation.start("a@sim");

  /** What the node runs by itself. */
  private final int services = node.processCount();

  private final List<Partner> partners = new ArrayList<>();
  private final Partner hub = new Partner();
  private int told;

  @AfterEach
  void close() {
    partners.forEach(partner -> node.exit(partner.pid(), ExitReason.KILL)); // they trap exits
    simulation.run();
    simulation.close();
  }

  /** Keeps what it hears of others. */
  private final class Partner implements Behavior<Runnable> {
    final List<Info> heard = new ArrayList<>(0);
    private Consumer<Self<Runnable>> first = self -> {};
    private Self<Runnable> self;

    @Override
    public void start(Self<Runnable> self) {
      this.self = self;
      first.accept(self);
    }

    @Override
    public void message(Self<Runnable> self, Runnable action) {
      action.run();
    }

    @Override
    public void info(Self<Runnable> self, Info info) {
      heard.add(info);
      told++;
    }

    Pid pid() {
      return self.pid();
    }

    void does(Consumer<Self<Runnable>> action) {
      self.post(() -> action.accept(self));
    }
  }

  private Partner spawn(Partner partner) {
    var _ = node.spawn(Blueprint.<Runnable>of("partner", () -> partner).trapExit());
    partners.add(partner);
    return partner;
  }

  private void startHub() {
    Address<Runnable> _ = node.spawn(Blueprint.<Runnable>of("hub", () -> hub).named("hub"));
    simulation.run();
  }

  /** Ends the hub; returns when it is unknown, and has just begun to tell others. */
  private void endHub() {
    node.exit(hub.pid(), BOOM);
    while (node.isAlive(hub.pid())) {
      assertTrue(simulation.step());
    }
  }

  /** Counts its turns until all is told. */
  private final class Ticker implements Behavior<Runnable> {
    int turns;
    private long last;

    @Override
    public void message(Self<Runnable> self, Runnable go) {
      if (simulation.turns() != last) {
        last = simulation.turns();
        turns++;
      }
      go.run();
    }
  }

  private Ticker tickUntilTold(int all) {
    var ticker = new Ticker();
    Address<Runnable> address = node.spawn(Blueprint.<Runnable>of("ticker", () -> ticker));
    address.tell(
        new Runnable() {
          @Override
          public void run() {
            if (told < all) {
              address.tell(this);
            }
          }
        });
    return ticker;
  }

  @Test
  void othersHaveTurnsWhileManyLinksAreTold() {
    startHub();
    Pid dying = hub.pid();
    for (int i = 0; i < MANY; i++) {
      spawn(new Partner()).first = self -> self.link(dying);
    }
    simulation.run();
    endHub();
    Ticker ticker = tickUntilTold(MANY);
    simulation.run();
    for (Partner partner : partners) {
      assertEquals(List.of(new Info.Exit(dying, BOOM)), partner.heard);
    }
    assertTrue(ticker.turns >= MANY / 2_000, () -> "only " + ticker.turns + " turns");
    assertEquals(services + MANY + 1, node.processCount()); // with the ticker
  }

  @Test
  void othersHaveTurnsWhileManyMonitorsAreTold() {
    startHub();
    Pid dying = hub.pid();
    Partner watcher = spawn(new Partner());
    simulation.run();
    watcher.does(self -> {
      for (int i = 0; i < MANY; i++) {
        self.monitor(new Target.ByPid(dying));
      }
      self.link(dying);
    });
    simulation.run();
    endHub();
    Ticker ticker = tickUntilTold(MANY + 1);
    simulation.run();
    assertEquals(MANY + 1, watcher.heard.size());
    assertEquals(new Info.Exit(dying, BOOM), watcher.heard.getFirst()); // links before monitors
    assertEquals(
        MANY, watcher.heard.stream().filter(Info.Down.class::isInstance).distinct().count());
    assertTrue(ticker.turns >= MANY / 2_000, () -> "only " + ticker.turns + " turns");
  }

  @Test
  void whoComesMeanwhileHearsNoprocAtOnce() {
    startHub();
    Pid dying = hub.pid();
    for (int i = 0; i < MANY; i++) {
      spawn(new Partner()).first = self -> self.link(dying);
    }
    Partner late = spawn(new Partner());
    Partner undecided = spawn(new Partner());
    undecided.first = self -> self.link(dying);
    simulation.run();
    endHub();
    assertNull(node.whereis(Atom.of("hub")));
    assertEquals(services + MANY + 3, node.processCount()); // it has its place until all is told
    late.does(self -> {
      self.link(dying);
      self.monitor(new Target.ByPid(dying));
    });
    undecided.does(self -> {
      if (undecided.heard.isEmpty()) {
        self.unlink(dying);
        self.link(dying);
      }
    });
    while (late.heard.size() < 2) {
      assertTrue(simulation.step());
    }
    assertTrue(told < MANY, "it waited until all were told");
    assertEquals(new Info.Exit(dying, ExitReason.NOPROC), late.heard.getFirst());
    assertEquals(ExitReason.NOPROC, ((Info.Down) late.heard.get(1)).reason());
    simulation.run();
    assertEquals(1, undecided.heard.size());
    assertEquals(services + MANY + 2, node.processCount());
  }

  @Test
  void whatItWatchesIsNotWatchedAnyMore() {
    startHub();
    Partner watched = spawn(new Partner());
    simulation.run();
    hub.does(self -> {
      for (int i = 0; i < 10_000; i++) {
        self.monitor(new Target.ByPid(watched.pid()));
      }
    });
    simulation.run();
    assertEquals(10_000, watchersOf(watched));
    endHub();
    simulation.run();
    assertEquals(0, watchersOf(watched));
  }

  private int watchersOf(Partner partner) {
    var info = io.weft.node.Sys.info(partner.self.address());
    simulation.run();
    return info.join().watchers().size();
  }

  @Test
  void callersAndMessagesThatWaitAreDealtWithInPortionsToo() {
    startHub();
    hub.does(Self::hold);
    simulation.run();
    List<Boolean> refused = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      hub.self.address().tell(() -> {});
      io.weft.node.Sys.trace(hub.self.address(), true)
          .whenComplete((_, failure) -> refused.add(failure != null));
    }
    simulation.run();
    endHub();
    assertTrue(refused.size() < 10_000, "all were told in one turn");
    simulation.run();
    assertEquals(10_000, refused.stream().filter(each -> each).count());
    assertEquals(services, node.processCount());
  }
}
