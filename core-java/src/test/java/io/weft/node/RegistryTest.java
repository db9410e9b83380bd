package io.weft.node;

import io.weft.Await;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RegistryTest {
  /** One who registers a process that is just ending must not leave its name behind. */
  @Test
  void noNameIsLeftOfAProcessThatEndsWhileItGetsOne() throws Exception {
    try (Node node = Node.start(NodeOptions.local())) {
      int rounds = Integer.getInteger("weft.rounds", 5_000);
      var pids = new Pid[rounds];
      for (int i = 0; i < rounds; i++) {
        pids[i] = ((Target.ByPid) node.start(TestNode.idle()).target()).pid();
      }
      var together = new CyclicBarrier(2);
      Thread killer =
          Thread.ofPlatform()
              .start(() -> {
                for (Pid pid : pids) {
                  meet(together);
                  node.exit(pid, ExitReason.KILL);
                }
              });
      for (int i = 0; i < rounds; i++) {
        meet(together);
        for (int j = 0; j < 40 && node.isAlive(pids[i]); j++) {
          try {
            node.register(Atom.of("name" + i), pids[i]);
            node.unregister(Atom.of("name" + i));
          } catch (IllegalArgumentException ended) {
            break;
          }
        }
        try {
          node.register(Atom.of("last" + i), pids[i]);
        } catch (IllegalArgumentException ended) {
          // one of the two comes first
        }
      }
      killer.join();
      Await.until("all have ended", () -> node.processCount() == 0);
      Await.until("their names are free", () -> node.registered().isEmpty());
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
