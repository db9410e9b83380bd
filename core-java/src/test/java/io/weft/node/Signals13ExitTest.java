package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weft.term.Atom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.3: receiving exit signals, trapping and not. */
class Signals13ExitTest {
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
  void aLinkSignalWithoutAnActiveLinkIsIgnored() {
    var a = nodes.actor();
    var trapping = nodes.trappingActor();
    var b = nodes.actor();
    for (var receiver : List.of(a, trapping)) {
      nodes.node().router().linkExit(b.pid(), receiver.pid(), BOOM);
      assertEquals(List.of(), receiver.drained());
    }
  }
}
