package io.weft.testkit.simulation;

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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A simulation in plain Java: clients on virtual threads that block, and a register on disk. */
class JavaSimulationTest {
  sealed interface Register {
    record Read() implements Register, Request<Integer> {}

    record Write(int value) implements Register, Request<Integer> {}
  }

  private static final TermCodec<Register> CODEC =
      TermMapping.builder().build().codec(Register.class);

  /** Reads and writes return the value after them. */
  static final class Model implements SequentialModel<Integer, Register, Integer> {
    @Override
    public Integer initial() {
      return 0;
    }

    @Override
    public Applied<Integer, Integer> apply(Integer state, Register operation) {
      int after = operation instanceof Register.Write(int value) ? value : state;
      return new Applied<>(after, after);
    }
  }

  private static Blueprint<Register> register(Disk disk, boolean durable) {
    return GenServer.define(
            "register",
            Register.class,
            (on, self) -> {
              DiskFile file = disk.file("register");
              on.call(Register.Read.class, read -> value(file));
              on.call(
                  Register.Write.class,
                  write -> {
                    file.append((write.value() + "\n").getBytes(StandardCharsets.US_ASCII));
                    if (durable) {
                      file.sync();
                    }
                    return write.value();
                  });
            })
        .named("register")
        .codec(CODEC);
  }

  private static int value(DiskFile file) {
    String written = new String(file.read(), StandardCharsets.US_ASCII);
    int end = written.lastIndexOf('\n');
    return end < 0
        ? 0
        : Integer.parseInt(written.substring(written.lastIndexOf('\n', end - 1) + 1, end).trim());
  }

  private static void describe(Scenario scenario, boolean durable) {
    var history = scenario.<Integer, Register, Integer>linearizable("register", new Model());
    scenario
        .cluster(2)
        .onStart(member -> {
          if (member.getNumber() == 1) {
            member.spawn(register(member.getDisk(), durable));
          }
        })
        .workload(
            3,
            8,
            client -> {
              Address<Register> server =
                  client.getMember().getNode().address("register", "n1@host1", CODEC);
              var self = client.getSelf();
              self.sleep(Duration.ofMillis(client.getRandom().nextInt(10)));
              if (client.getRandom().nextBoolean()) {
                var read = new Register.Read();
                var _ =
                    client.record(
                        history, read, () -> self.call(server, read, Duration.ofSeconds(1)));
              } else {
                var write = new Register.Write(client.getRandom().nextInt(100));
                var _ =
                    client.record(
                        history, write, () -> self.call(server, write, Duration.ofSeconds(1)));
              }
            });
    scenario.getFaults().random(FaultKind.POWER_OFF).random(FaultKind.RESET);
  }

  @Test
  void aRegisterThatSyncsIsLinearizable() {
    Simulated done = Simulations.simulate("register", 1, 40, scenario -> describe(scenario, true));
    assertEquals(Integer.getInteger("weft.seeds", 40), done.runs());
  }

  @Test
  void oneThatDoesNotIsFound() {
    var failure =
        assertThrows(
            SimulationFailure.class,
            () -> Simulations.simulate("register", 1, 20, scenario -> describe(scenario, false)));
    assertEquals("register is linearizable", failure.getBroken());
    assertTrue(failure.getReplay().startsWith("register: seed="), failure.getReplay());
  }
}
