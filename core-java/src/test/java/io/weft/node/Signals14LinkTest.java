package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.4: links inside a node. Across nodes: {@link PeerSessionTest}. */
class Signals14LinkTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void linkToItselfIsNothing() {
    var a = nodes.actor();
    a.run(self -> self.link(self.pid()));
    assertEquals(List.of(), a.drained());
  }

  @Test
  void linkToADeadLocalPidFailsOrIsTrapped() {
    var dead = deadPid();
    var plain = nodes.actor();
    var trapping = nodes.trappingActor();
    assertThrows(NoSuchProcessException.class, () -> plain.run(self -> self.link(dead)));
    trapping.run(self -> self.link(dead));
    assertEquals(new Info.Exit(dead, ExitReason.NOPROC), trapping.next());
  }

  @Test
  void afterUnlinkNoExitArrives() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    a.run(self -> self.link(b.pid()));
    a.run(self -> self.unlink(b.pid()));
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    assertEquals(List.of(), a.drained());
  }

  @Test
  void linkingAgainAfterUnlinkLinksAgain() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    a.run(self -> {
      self.link(b.pid());
      self.unlink(b.pid());
      self.link(b.pid());
    });
    b.run(self -> self.stop(BOOM));
    assertEquals(new Info.Exit(b.pid(), BOOM), a.next());
  }

  @Test
  void linkingTwiceIsOneLink() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    a.run(self -> self.link(b.pid()));
    b.run(self -> self.link(a.pid()));
    b.run(self -> self.stop(BOOM));
    assertEquals(new Info.Exit(b.pid(), BOOM), a.next());
    assertEquals(List.of(), a.drained());
  }

  @Test
  void unlinkLeavesAnExitMessageThatIsInTheMailbox() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    a.run(self -> {
      self.link(b.pid());
      self.hold();
    });
    b.run(self -> self.stop(BOOM));
    io.weft.Await.until(
        "it is in the mailbox", () -> TestNode.await(Sys.info(a.address())).mailbox() == 1);
    a.run(self -> {
      self.unlink(b.pid());
      self.release();
    });
    assertEquals(new Info.Exit(b.pid(), BOOM), a.next());
  }

  private Pid deadPid() {
    var dead = nodes.actor();
    Pid pid = dead.pid();
    dead.run(self -> self.stop(ExitReason.NORMAL));
    dead.endsWith();
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pid)));
    assertTrue(watcher.next() instanceof Info.Down);
    return pid;
  }
}
