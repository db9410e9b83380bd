package io.weft.examples.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.GenServer;
import io.weft.mapping.TermMapping;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.testkit.history.Applied;
import io.weft.testkit.history.SequentialModel;
import io.weft.testkit.simulation.Disk;
import io.weft.testkit.simulation.DiskFile;
import io.weft.testkit.simulation.FaultKind;
import io.weft.testkit.simulation.Scenario;
import io.weft.testkit.simulation.SimulationFailure;
import io.weft.testkit.simulation.Simulations;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class JavaSimulationTest {
  // guide: 8-simulation
  sealed interface Office {
    record Sell(int seat) implements Office, Request<Boolean> {}
  }

  static final TermCodec<Office> OFFICE = TermMapping.codecOf(Office.class);

  static Blueprint<Office> office(Disk disk, boolean careful) {
    return GenServer.define(
            "office",
            Office.class,
            (on, self) -> {
              DiskFile file = disk.file("sold");
              Set<String> sold = new HashSet<>(new String(file.read(), UTF_8).lines().toList());
              on.call(
                  Office.Sell.class,
                  sell -> {
                    boolean isFree = sold.add("" + sell.seat());
                    if (isFree) {
                      file.append((sell.seat() + "\n").getBytes(UTF_8));
                    }
                    if (careful) {
                      file.sync();
                    }
                    return isFree;
                  });
            })
        .named("office")
        .codec(OFFICE);
  }

  /** What comes of sales one after the other; each seat by itself. */
  static final class Seats implements SequentialModel<Boolean, Office.Sell, Boolean> {
    @Override
    public Boolean initial() {
      return false;
    }

    @Override
    public Applied<Boolean, Boolean> apply(Boolean isSold, Office.Sell sell) {
      return new Applied<>(true, !isSold);
    }

    @Override
    public Object key(Office.Sell sell) {
      return sell.seat();
    }
  }

  static void sales(Scenario scenario, boolean careful) {
    var sales = scenario.linearizable("each seat is sold once", new Seats());
    scenario
        .cluster(3)
        .onStart(member -> {
          if (member.getNumber() == 1) {
            member.spawn(office(member.getDisk(), careful));
          }
        })
        .workload(
            4,
            10,
            client -> { // a virtual thread each: it may block
              Address<Office> office =
                  client.getMember().getNode().address("office", "n1@host1", OFFICE);
              var wish = new Office.Sell(client.getRandom().nextInt(5));
              var _ =
                  client.record(
                      sales,
                      wish,
                      () -> client.getSelf().call(office, wish, Duration.ofSeconds(2)));
            });
    scenario
        .getFaults()
        .random(FaultKind.CRASH)
        .random(FaultKind.POWER_OFF)
        .random(FaultKind.PARTITION);
  }

  @Test
  void noSeatIsSoldTwice() {
    Simulations.simulate("sales", 1, 30, scenario -> sales(scenario, true));
  }

  // guide: end

  @Test
  void anOfficeThatIsNotCarefulIsFoundOut() {
    var failure =
        assertThrows(
            SimulationFailure.class,
            () -> Simulations.simulate("sales", 1, 100, scenario -> sales(scenario, false)));
    assertEquals("each seat is sold once is linearizable", failure.getBroken());
    assertTrue(failure.getMessage().contains("-Dweft.replay="), failure.getMessage());
  }
}
