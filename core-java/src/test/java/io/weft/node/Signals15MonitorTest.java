package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weft.term.Atom;
import io.weft.term.Reference;
import io.weft.term.Tuple;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.5: monitors. */
class Signals15MonitorTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void eachMonitorReportsOnceWithTheReason() {
    var a = nodes.actor();
    var b = nodes.actor();
    Reference first = a.does(self -> self.monitor(new Target.ByPid(b.pid())));
    Reference second = a.does(self -> self.monitor(new Target.ByPid(b.pid())));
    assertNotEquals(first, second);
    b.run(self -> self.stop(BOOM));
    var reports = new HashSet<>(List.of(a.next(), a.next()));
    assertEquals(
        new HashSet<>(
            List.of(new Info.Down(first, b.pid(), BOOM), new Info.Down(second, b.pid(), BOOM))),
        reports);
  }

  @Test
  void aMonitorByNameReportsNameAndNode() {
    var a = nodes.actor();
    var b = nodes.actor();
    b.run(self -> self.register("bee"));
    var byName = new Target.ByName(Atom.of("bee"), nodes.node().name());
    Reference monitor = a.does(self -> self.monitor(byName));
    b.run(self -> self.stop(BOOM));
    assertEquals(
        new Info.Down(monitor, Tuple.of(Atom.of("bee"), nodes.node().name()), BOOM), a.next());
  }

  @Test
  void aMonitorOfAnAbsentNameReportsNoproc() {
    var a = nodes.actor();
    var absent = new Target.ByName(Atom.of("nobody"), nodes.node().name());
    Reference monitor = a.does(self -> self.monitor(absent));
    assertEquals(new Info.Down(monitor, absent.item(), ExitReason.NOPROC), a.next());
  }

  @Test
  void aMonitorOfItselfNeverReports() {
    var a = nodes.actor();
    Reference monitor = a.does(self -> self.monitor(new Target.ByPid(self.pid())));
    assertEquals(List.of(), a.drained());
    assertFalse(a.<Boolean>does(self -> self.demonitor(monitor, false))); // as in OTP it is none
  }

  @Test
  void withoutANetworkARemoteMonitorReportsNoconnection() {
    var a = nodes.actor();
    var far = new Target.ByName(Atom.of("x"), Atom.of("far@away"));
    Reference monitor = a.does(self -> self.monitor(far));
    assertEquals(new Info.Down(monitor, far.item(), ExitReason.NOCONNECTION), a.next());
  }

  @Test
  void demonitorTellsWhetherThereWasOneAndFlushesTheReport() {
    var a = nodes.actor();
    var b = nodes.actor();
    Reference monitor = a.does(self -> self.monitor(new Target.ByPid(b.pid())));
    a.run(Self::hold);
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(b.pid())));
    watcher.next(); // b is gone for everybody, so its report is in a's queue
    assertFalse(a.<Boolean>does(self -> self.demonitor(monitor, true)));
    a.run(Self::release);
    assertEquals(List.of(), a.drained());
  }

  @Test
  void referencesOfAProcessNeverRepeat() {
    var a = nodes.actor();
    var seen = new HashSet<Reference>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(a.does(self -> self.alias(AliasMode.REPLY)));
    }
    assertEquals(1_000, seen.size());
  }

  @Test
  void aMonitorMayReportInAMessageOfTheProtocol() {
    try (var test = new TestNode()) {
      TestNode.Actor watcher = test.actor();
      TestNode.Actor watched = test.actor();
      watcher.run(
          self -> self.monitor(watched.address().target(), down -> "gone " + down.reason()));
      test.node().exit(watched.pid(), ExitReason.SHUTDOWN);
      assertEquals("gone shutdown", watcher.next());
    }
  }
}
