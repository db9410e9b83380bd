package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
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
  void aReplyAliasTakesOneMessage() {
    var a = nodes.actor();
    Reference alias = a.does(self -> self.alias(AliasMode.REPLY));
    toAlias(alias, Atom.of("one"));
    toAlias(alias, Atom.of("two"));
    assertEquals(List.of(Atom.of("one")), a.drained());
  }

  @Test
  void anExplicitAliasTakesMessagesUntilUnalias() {
    var a = nodes.actor();
    Reference alias = a.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    toAlias(alias, Atom.of("one"));
    toAlias(alias, Atom.of("two"));
    assertEquals(List.of(Atom.of("one"), Atom.of("two")), a.drained());
    assertTrue(a.<Boolean>does(self -> self.unalias(alias)));
    assertFalse(a.<Boolean>does(self -> self.unalias(alias)));
    toAlias(alias, Atom.of("three"));
    assertEquals(List.of(), a.drained());
  }

  @Test
  void aMonitorAliasEndsWithItsMonitorUnlessItIsExplicit() {
    var a = nodes.actor();
    var b = nodes.actor();
    var target = new Target.ByPid(b.pid());
    Reference tied = a.does(self -> self.monitor(target, AliasMode.DEMONITOR));
    Reference explicit = a.does(self -> self.monitor(target, AliasMode.EXPLICIT_UNALIAS));
    a.run(self -> {
      self.demonitor(tied, false);
      self.demonitor(explicit, false);
    });
    toAlias(tied, Atom.of("tied"));
    toAlias(explicit, Atom.of("explicit"));
    assertEquals(List.of(Atom.of("explicit")), a.drained());
  }

  @Test
  void aReplyDemonitorAliasEndsTheMonitorWithItsMessage() {
    var a = nodes.actor();
    var b = nodes.actor();
    Reference alias =
        a.does(self -> self.monitor(new Target.ByPid(b.pid()), AliasMode.REPLY_DEMONITOR));
    toAlias(alias, Atom.of("reply"));
    assertEquals(Atom.of("reply"), a.next());
    assertFalse(a.<Boolean>does(self -> self.demonitor(alias, false)));
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    assertEquals(List.of(), a.drained());
  }

  private void toAlias(Reference alias, Term message) {
    nodes.node().router().sendToAlias(nodes.node().outside(), alias, message);
  }
}
