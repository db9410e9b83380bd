package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Tuple;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tables of exit signals and links, as the Erlang reference manual has them. */
class ExitSignalTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void exitNormalFromAnotherProcessIsIgnored() {
    var a = nodes.actor();
    var b = nodes.actor();
    a.run(self -> self.exit(b.pid(), ExitReason.NORMAL));
    assertEquals(List.of(), b.drained());
    assertFalse(b.hasEnded());
  }

  @Test
  void exitNormalToItselfEnds() {
    var a = nodes.actor();
    a.run(self -> self.exit(self.pid(), ExitReason.NORMAL));
    assertEquals(ExitReason.NORMAL, a.endsWith());
  }

  @Test
  void exitNormalIsAMessageWhenTrapping() {
    var a = nodes.actor();
    var b = nodes.trappingActor();
    a.run(self -> self.exit(b.pid(), ExitReason.NORMAL));
    assertEquals(new Info.Exit(a.pid(), ExitReason.NORMAL), b.next());
  }

  @Test
  void killEndsAlsoATrappingProcessWithKilled() {
    var a = nodes.actor();
    var b = nodes.trappingActor();
    a.run(self -> self.exit(b.pid(), ExitReason.KILL));
    assertEquals(ExitReason.KILLED, b.endsWith());
  }

  @Test
  void aLinkedPartnerThatExitsWithKillEndsWithKillAndCanBeTrapped() {
    var plain = nodes.actor();
    var trapping = nodes.trappingActor();
    var dying = nodes.actor();
    plain.run(self -> self.link(dying.pid()));
    trapping.run(self -> self.link(dying.pid()));
    dying.run(self -> self.stop(ExitReason.KILL));
    assertEquals(ExitReason.KILL, plain.endsWith());
    assertEquals(new Info.Exit(dying.pid(), ExitReason.KILL), trapping.next());
  }

  @Test
  void aLinkedPartnerThatEndsNormallyIsIgnoredOrTrapped() {
    var plain = nodes.actor();
    var trapping = nodes.trappingActor();
    var dying = nodes.actor();
    plain.run(self -> self.link(dying.pid()));
    trapping.run(self -> self.link(dying.pid()));
    dying.run(self -> self.stop(ExitReason.NORMAL));
    assertEquals(new Info.Exit(dying.pid(), ExitReason.NORMAL), trapping.next());
    assertEquals(List.of(), plain.drained());
  }

  @Test
  void anyOtherReasonOfALinkEndsWithThatReason() {
    var a = nodes.actor();
    var b = nodes.actor();
    a.run(self -> self.link(b.pid()));
    b.run(self -> self.stop(BOOM));
    assertEquals(BOOM, a.endsWith());
  }

  @Test
  void aCrashGivesReasonAndStack() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    a.run(self -> self.link(b.pid()));
    b.address().tell(new IllegalArgumentException());
    var exit = (Info.Exit) a.next();
    var reason = (Tuple) exit.reason().term();
    assertEquals(2, reason.arity());
    assertEquals(Atom.of("java.lang.IllegalStateException"), ((Tuple) reason.get(0)).get(0));
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
  void aPidOfAnotherLifeOfThisNodeIsNobody() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    var old = new Pid(b.pid().node(), b.pid().id(), b.pid().serial(), 77);
    a.run(self -> self.exit(old, ExitReason.KILL));
    var monitor = a.does(self -> self.monitor(new Target.ByPid(old)));
    assertEquals(new Info.Down(monitor, old, ExitReason.NOPROC), a.next());
    assertFalse(b.hasEnded());
  }

  @Test
  void anExitOvertakesTheMessagesQueuedBeforeIt() {
    var a = nodes.actor();
    a.run(Self::hold);
    for (int i = 0; i < 10_000; i++) {
      a.address().tell(i);
    }
    nodes.node().exit(a.pid(), ExitReason.KILL);
    assertEquals(ExitReason.KILLED, a.endsWith());
  }

  @Test
  void aNameIsFreeBeforeAnybodyHearsOfTheEnd() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    b.run(self -> self.register("taken"));
    a.run(self -> self.link(b.pid()));
    b.run(self -> self.stop(BOOM));
    a.next();
    a.run(self -> self.register("taken"));
    assertEquals(a.pid(), nodes.node().whereis(Atom.of("taken")));
  }

  @Test
  void aHeldEndIsToldOnlyAfterItsRelease() {
    var a = nodes.trappingActor();
    var holder = new CleanUp();
    var b = nodes.node().start(Blueprint.<Object>of("clean-up", () -> holder));
    var pid = ((Target.ByPid) b.target()).pid();
    a.run(self -> self.link(pid));
    b.tell("stop");
    TestNode.await(holder.ending);
    assertEquals(List.of(), a.drained());
    holder.self.post(() -> holder.self.release());
    assertEquals(new Info.Exit(pid, BOOM), a.next());
  }

  private static final class CleanUp implements Behavior<Object> {
    final java.util.concurrent.CompletableFuture<Boolean> ending =
        new java.util.concurrent.CompletableFuture<>();
    volatile Self<Object> self;

    @Override
    public void message(Self<Object> self, Object message) {
      self.stop(BOOM);
    }

    @Override
    public void ended(Self<Object> self, ExitReason reason) {
      this.self = self;
      self.hold();
      ending.complete(true);
    }
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
